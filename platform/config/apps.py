"""Django's entry for the composition root: its management commands, and the Celery application for `core.jobs`."""

from django.apps import AppConfig


class ConfigConfig(AppConfig):
    name = "config"

    def ready(self) -> None:
        """Without this the current Celery application of a web process would be an empty one."""
        from config.celery import app

        app.set_default()
