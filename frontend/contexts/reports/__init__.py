"""What the pages of figures show, built from answers of the reports."""
