"""Readers of the files that an alliance brings."""
