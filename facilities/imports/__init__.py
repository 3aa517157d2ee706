"""Reads what an alliance already has; pure: files in, rows or reasons out. Commands write what is read."""
