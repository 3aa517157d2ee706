"""Reads of an alliance; what is not public starts from what a person may see."""

from alliance.queries.public import events_ahead, events_over, main_alliance, memberships, news_published

__all__ = ["events_ahead", "events_over", "main_alliance", "memberships", "news_published"]
