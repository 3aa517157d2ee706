"""What every command of the command line stands on that works with the data."""

from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection


class DataCommand(BaseCommand):
    """A command that works on a fresh machine too: a database without any table gets them first."""

    requires_migrations_checks = True

    def check_migrations(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("select to_regclass('django_migrations') is null")
            [is_empty] = cursor.fetchone() or [False]
        if is_empty:
            self.stderr.write("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)
