"""Periodic work of the core: the sign of life that `/readyz` looks for, and clearing away what has expired."""

from celery import shared_task

from core import commands


@shared_task(name="core.heartbeat")
def heartbeat() -> None:
    """Runs where all tasks run, so a fresh heartbeat means that beat, broker, worker and database work together."""
    commands.beat_heart("worker")


@shared_task(name="core.tidy")
def tidy() -> None:
    commands.clear_expired()
