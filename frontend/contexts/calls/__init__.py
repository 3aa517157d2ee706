"""Calls as visitors, applicants and their offices see them."""
