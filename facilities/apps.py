"""Django's entry for the app `facilities`."""

from django.apps import AppConfig


class FacilitiesConfig(AppConfig):
    name = "facilities"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Approval routes decide about bookings; facilities and instruments own routes; bookings fill calendars."""
        from alliance.hindrances import register_hindrance
        from facilities import approvals as handler
        from facilities import series_approvals
        from facilities.feeds import SOURCES
        from facilities.queries.people import time_ahead
        from notifications.feeds import register_source
        from workflow import approvals

        approvals.register(handler.SUBJECT, handler)
        approvals.register(series_approvals.SUBJECT, series_approvals)
        approvals.register_owner("facilities.facility", "facilities.manage_routes", lambda facility: facility)
        approvals.register_owner("facilities.instrument", "facilities.manage_routes", lambda each: each.facility)
        for kind, source in SOURCES.items():
            register_source(kind, source)
        register_hindrance(time_ahead)
