"""Makes the schema that analysts read with their own tools, and lets a role of the database read it."""

from typing import Any

from django.core.management.base import CommandParser
from django.db import transaction

from core.console import DataCommand
from reports.analysis import SCHEMA, VIEWS, let_read, make_views


class Command(DataCommand):
    help = "Make the read-only schema for analysis anew, and let a role of PostgreSQL read it and nothing else."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--role", help="A role; made without a login where there is none of this name.")

    @transaction.atomic
    def handle(self, *args: Any, role: str | None = None, **options: Any) -> None:
        make_views()
        if role:
            let_read(role)
        self.stdout.write(f"{len(VIEWS)} views in the schema {SCHEMA}" + (f", read by {role}" if role else ""))
