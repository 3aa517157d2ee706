"""What is measured, at which size, and against which floor. `make bench`, or `python -m bench --help`."""
