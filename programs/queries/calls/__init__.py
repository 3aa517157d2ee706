"""Reads calls: lists, one call, what is on offer, and what keeps it from opening."""
