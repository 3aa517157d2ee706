"""Django's entry for the app `reports`."""

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from notifications.attachments import register
        from reports.posted import pdf_for

        register("view_sent", pdf_for)
