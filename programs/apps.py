"""Django's entry for the app `programs`."""

from django.apps import AppConfig


class ProgramsConfig(AppConfig):
    name = "programs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Legs of proposals follow the bookings on their accounts, and name them."""
        from facilities import earning
        from programs import receivers as receivers
        from programs.queries.following import account_of_leg

        earning.register("leg", account_of_leg)
