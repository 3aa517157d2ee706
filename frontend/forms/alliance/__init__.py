"""Forms of an alliance."""
