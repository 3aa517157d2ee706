"""`manage.py token EMAIL`: prints a new API token for that account."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from accounts.commands import create_token
from accounts.models import User
from accounts.queries import system_user
from core.console import DataCommand
from core.errors import DomainError


class Command(DataCommand):
    help = "Prints a new API token for an account, and nothing else; it is shown this once."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--days", type=int, default=90, help="how long it is valid: 1 to 365, else 90")
        parser.add_argument("--read-only", action="store_true", help="it may read, not write")
        parser.add_argument("--name", default="command line", help="what the owner's list of tokens calls it")

    def handle(self, *args: Any, email: str, days: int, read_only: bool, name: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=email, is_system=False, is_active=True).first()
        if person is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        try:
            _token, text = create_token(person, by=system_user(), name=name, days=days, may_write=not read_only)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(text)
