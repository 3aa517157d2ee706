"""`manage.py lifecycles`: draws every lifecycle into docs/lifecycles.md."""

from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand

from config.lifecycles import page


class Command(BaseCommand):
    help = "Writes docs/lifecycles.md from the moves that the product follows."
    requires_system_checks = []

    def handle(self, **_: object) -> None:
        path = Path(settings.ROOT, "docs", "lifecycles.md")
        path.write_text(page(), encoding="utf-8")
        self.stdout.write(str(path))
