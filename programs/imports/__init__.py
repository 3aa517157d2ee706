"""Reads programmes that an alliance already has from files of other systems."""
