"""`manage.py demo`: loads the demonstration alliance and prints the logins."""

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from config.demo.people import DOMAIN, LOGINS, PASSWORD
from core.console import DataCommand


class Command(DataCommand):
    help = "Loads the demonstration alliance, once, and prints its logins."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also into a database that holds something else")
        parser.add_argument("--public-demo", action="store_true", help="also when DEBUG is off: anybody may sign in")

    def handle(self, *, force: bool, public_demo: bool, **_: object) -> None:
        from config.demo import load

        if not (settings.DEBUG or public_demo):
            raise CommandError(
                "DEBUG is off, and everybody knows the demonstration's passwords: say --public-demo if you mean it."
            )
        if not load.is_loaded():
            if load.holds_anything_else() and not force:
                raise CommandError("The database holds something else; say --force to load the demonstration into it.")
            load.load(self.stdout.write)
        self.stdout.write(f"Demonstration logins, all with the password {PASSWORD}:")
        for login in (*LOGINS, "scientist01 … scientist40"):
            self.stdout.write(f"  {login}@{DOMAIN}" if " " not in login else f"  {login} @{DOMAIN}")
