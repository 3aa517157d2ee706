"""Reads programmes: lists, one programme's page, what its submission is judged by, what waits for a person."""
