"""What holds in an alliance, as pure functions; one module per matter."""
