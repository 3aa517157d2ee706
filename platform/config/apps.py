"""Django's entries for the composition root (commands, Celery application) and for the static files it collects."""

from django.apps import AppConfig
from django.contrib.staticfiles.apps import StaticFilesConfig


class ConfigConfig(AppConfig):
    name = "config"
    default = True

    def ready(self) -> None:
        """Without this the current Celery application of a web process would be an empty one."""
        from config.celery import app

        app.set_default()


class StaticFiles(StaticFilesConfig):
    """Leaves out what packages bring and no page uses: DRF's browsable API, extensions of htmx."""

    ignore_patterns = [*StaticFilesConfig.ignore_patterns, "rest_framework", "ext"]
