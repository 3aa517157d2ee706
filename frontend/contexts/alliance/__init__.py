"""What the pages of an alliance show."""
