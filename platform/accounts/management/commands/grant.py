"""`manage.py grant EMAIL ROLE SLUG`: gives somebody a role on an organisation, a facility or an alliance."""

from argparse import ArgumentParser
from typing import Any

from django.apps import apps
from django.core.management.base import CommandError

from accounts.commands import grant_role
from accounts.models import User
from accounts.queries import system_user
from accounts.roles import ROLES
from core.console import DataCommand
from core.errors import NotFound
from core.lookup import find


class Command(DataCommand):
    help = "Gives somebody with an account a role; who signs in first after an import is made a manager this way."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("role", choices=list(ROLES))
        parser.add_argument("slug", help="of the organisation, facility or alliance on which the role is held")

    def handle(self, *args: Any, email: str, role: str, slug: str, **options: Any) -> None:
        person = User.objects.filter(email__iexact=email, is_system=False).first()
        if person is None:
            raise CommandError(f"Nobody has an account with the address {email}.")
        model = apps.get_model(ROLES[role].container)
        try:
            container = find(model._default_manager.all(), slug)
        except NotFound as error:
            raise CommandError(f"There is no {model._meta.verbose_name} “{slug}”.") from error
        grant_role(person, role, container, by=system_user())
        self.stdout.write(f"{person.name} is {str(ROLES[role].label).lower()} of {container}")
