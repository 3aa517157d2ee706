"""Django's entry for the app `reports`."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notifications.attachments import register
        from reports.posted import pdf_for

        register("view_sent", pdf_for)
        pre_migrate.connect(self.take_views_away, sender=self)
        post_migrate.connect(self.put_views_back, sender=self)

    def take_views_away(self, **_told: Any) -> None:
        """A column on which a view of the analysts' schema stands could not be changed."""
        from django.db import connection

        from reports.analysis import drop_views

        with connection.cursor() as cursor:
            drop_views(cursor)

    def put_views_back(self, **_told: Any) -> None:
        """Where there is such a schema; its readers may read on."""
        from reports.analysis import is_made, make_views

        if is_made():
            make_views()
