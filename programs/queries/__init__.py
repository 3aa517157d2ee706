"""Reads programmes: lists, one programme's page, what its submission is judged by, cooperation between partners."""

from programs.queries.cooperation import partner_pairs

__all__ = ["partner_pairs"]
