"""One way for every importer to count, show its progress, keep what it refused, and leave a job behind.

An importer finds each row again by its natural key, so that a second run creates nothing, and commits in batches, so
that an interrupted run is continued by running the same command once more:

    with ImportRun("import_ror", path, by=user, stdout=self.stdout) as run:
        for number, row in enumerate(rows, start=1):
            run.read()
            if problem: run.refused(number, row, problem)
            else: run.created() or run.updated() or run.skipped("unchanged")

A file of the wrong kind is refused before the `with`. Only an error nobody foresaw leaves it: the job then says failed.
"""

import csv
import sys
import time
from collections import Counter
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

from django.conf import settings
from django.core.management.base import OutputWrapper
from django.utils.translation import gettext as _

from core import clock
from core.commands import advance_job, fail_job, finish_job, start_job
from core.models import Job

Row = Mapping[str, Any] | Iterable[Any]
COUNTS = ("read", "created", "updated", "skipped", "refused")
SHOWN_EVERY = {True: 0.2, False: 10.0}  # seconds between progress lines, on a terminal or in a log
REMARKS_SHOWN = 20
SAVED_EVERY = 2.0  # seconds between updates of the job


class ImportRun:
    """Counts of one import; prints a closing table with the path of the file of refused rows, if there are any.

    It opens a job, or goes on with the `job` that a page has opened.
    """

    def __init__(
        self,
        kind: str,
        source: Path | str,
        *,
        by: Any,
        total: int | None = None,
        stdout: TextIO | OutputWrapper | None = None,
        job: Job | None = None,
    ) -> None:
        self.kind, self.source, self.by, self.total = kind, Path(source), by, total
        self._given = job
        self.counts = dict.fromkeys(COUNTS, 0)
        self.reasons: Counter[str] = Counter()
        self.remarks: list[str] = []
        self.refusals: list[str] = []
        self.refused_path: Path | None = None
        self._out = stdout or sys.stdout
        self._terminal = self._out.isatty()
        self._files = ExitStack()
        self._shown = self._saved = self._began = time.monotonic()

    def __enter__(self) -> "ImportRun":
        self.job = self._given or start_job(self.kind, by=self.by, total=self.total, message=self.source.name)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._files.close()
        if error is None:
            finish_job(self.job, by=self.by, result=self.result)
        else:
            cause = str(error) or type(error).__name__
            why = _("Interrupted: %(cause)s. Run the same command again to continue.") % {"cause": cause}
            fail_job(self.job, by=self.by, message=why, result=self.result)
        self._table()

    @property
    def result(self) -> dict[str, Any]:
        """The counts, the first refused rows with the reason, and where all of them are."""
        return {**self.job.result, **self.counts} | {
            "refused_file": str(self.refused_path or ""),
            "refusals": self.refusals,
        }

    def read(self, count: int = 1) -> None:
        """So many rows of the source were looked at."""
        self.counts["read"] += count
        now = time.monotonic()
        if now - self._shown >= SHOWN_EVERY[self._terminal]:
            self._shown = now
            self._line()
        if now - self._saved >= SAVED_EVERY:
            self._saved = now
            advance_job(self.job, done=self.counts["read"])

    def created(self, count: int = 1) -> None:
        self.counts["created"] += count

    def updated(self, count: int = 1) -> None:
        self.counts["updated"] += count

    def skipped(self, why: str = "", count: int = 1) -> None:
        """Nothing to do for so many rows; the reasons are counted in the closing table."""
        self.counts["skipped"] += count
        if why and count:
            self.reasons[why] += count

    def remark(self, number: int, why: str) -> None:
        """Row `number` was taken although something speaks against it; the closing table says so."""
        self.remarks.append(f"row {number}: {why}")

    def refused(self, number: int, row: Row, why: str) -> None:
        """Row `number` of the source cannot be taken; it goes to the file of refused rows with the reason."""
        self.counts["refused"] += 1
        if len(self.refusals) < REMARKS_SHOWN:
            self.refusals.append(f"{number}: {why}")
        if self.refused_path is None:
            self._open(row)
        cells = row.values() if isinstance(row, Mapping) else row
        self._writer.writerow([number, why, *cells])

    def _open(self, row: Row) -> None:
        folder = Path(settings.HOME) / "refused"
        folder.mkdir(parents=True, exist_ok=True)
        self.refused_path = folder / f"{self.kind}-{clock.now():%Y%m%dT%H%M%S}-{self.job.pk.hex[-6:]}.csv"
        file = self._files.enter_context(self.refused_path.open("w", newline="", encoding="utf-8"))
        self._writer = csv.writer(file)
        self._writer.writerow(["row", "why", *(row if isinstance(row, Mapping) else ())])

    def _line(self) -> None:
        read = self.counts["read"]
        share = f" of {self.total:,} ({read / self.total:.0%})" if self.total else ""
        text = f"{self.kind}: {read:,}{share} read, {self.counts['refused']:,} refused"
        self._write(f"\r\x1b[K{text}" if self._terminal else f"{text}\n")

    def _table(self) -> None:
        lines = [f"{self.kind} {self.source.name}, {time.monotonic() - self._began:.1f} s"]
        lines += [f"  {name:<8} {count:>10,}" for name, count in self.counts.items()]
        lines += [f"  skipped because {why}: {count:,}" for why, count in self.reasons.most_common()]
        if self.remarks:
            lines.append(f"  taken, but look at {len(self.remarks):,}:")
            lines += [f"    {remark}" for remark in self.remarks[:REMARKS_SHOWN]]
        if self.refused_path:
            lines.append(f"  refused rows and why: {self.refused_path}")
        self._write(("\r\x1b[K" if self._terminal else "") + "\n".join(lines) + "\n")

    def _write(self, text: str) -> None:
        """A command's `stdout` would end every piece with a new line."""
        if isinstance(self._out, OutputWrapper):
            self._out.write(text, ending="")
        else:
            self._out.write(text)
        self._out.flush()
