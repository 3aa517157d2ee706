"""Make the roll-ups of all figures anew from the raw rows."""

import sys
import time
from typing import Any

from accounts.queries import system_user
from core.console import DataCommand
from reports.commands.rollups import rebuild_rollups


class Command(DataCommand):
    help = "Make the roll-ups of all figures anew from the raw rows."

    def handle(self, *args: Any, **options: Any) -> None:
        began = time.monotonic()

        def show(done: int, total: int) -> None:
            end = "\r" if sys.stdout.isatty() and done < total else "\n"
            self.stdout.write(f"{done:,} of {total:,} days of instruments", ending=end)
            self.stdout.flush()

        job = rebuild_rollups(by=system_user(), progress=show)
        self.stdout.write(
            f"{job.result['days']:,} days of {job.result['instruments']:,} instruments"
            f" in {time.monotonic() - began:.1f} s"
        )
