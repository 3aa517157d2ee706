"""Reads proposals: lists, what a submission is judged by, versions, checks, consents, what is free."""
