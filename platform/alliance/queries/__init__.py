"""Reads of an alliance; what is not public starts from what a person may see."""

from alliance.queries.public import main_alliance, members_today, memberships, news_listed, news_published

__all__ = ["main_alliance", "members_today", "memberships", "news_listed", "news_published"]
