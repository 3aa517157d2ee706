"""Calls as visitors, applicants and their offices see them, and what runs through them to the time that is granted."""
