"""Django's entry for the app `accounts`; makes the system user after every migration."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def ensure_system_user(using: str, **_: Any) -> None:
    from accounts.models import User

    User.objects.using(using).get_or_create(
        is_system=True, defaults={"email": "system@yanqi.invalid", "name": "Yanqi", "is_active": True, "password": "!"}
    )


class AccountsConfig(AppConfig):
    name = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        post_migrate.connect(ensure_system_user, sender=self)
