"""Reads logs in the Standard Workload Format of the Parallel Workloads Archive: one job of a computing site a line.

The format is defined at https://www.cs.huji.ac.il/labs/parallel/workload/swf.html: comments with a header, then 18
whole numbers a line, -1 where a value is not known. Times count from `UnixStartTime`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from django.utils.translation import gettext as _

from accounts.identifiers import country_codes
from core.tables import Line, WrongFile, count_lines, open_text

FIELDS = 18
LONGEST_HEADER = 5000
HEADER = re.compile(r"^;\s*(\w+):\s*(.*?)\s*$")
PARTITION = re.compile(r"^(\d+)\s+(\S+)")
SECONDS = Decimal(3600)
FINEST = Decimal("0.00000001")

DOMAINS = {"uk": "GB", "su": "RU", "yu": "RS"}
"""Top-level domains that are no country code; Yugoslavia's passed to Serbia, the Soviet Union's to Russia."""


class Job(NamedTuple):
    """A job that ran: when, where, for whom. `node_hours` are processors times elapsed hours; -1 is not known."""

    number: int
    starts_at: datetime
    ends_at: datetime
    node_hours: Decimal
    user: int
    group: int
    partition: int

    @property
    def key(self) -> str:
        """Job numbers begin anew in every log, so the start is part of it."""
        return f"{self.number}@{int(self.starts_at.timestamp())}"


@dataclass(frozen=True)
class Workload:
    """A log. `header` are the first values of its comments, `partitions` the names of sites by number."""

    path: Path
    total: int
    begins: int
    header: dict[str, str]
    partitions: dict[int, str] = field(default_factory=dict)

    def jobs(self) -> Iterator[tuple[Line, Job | None, str]]:
        """Every job, or None and why it cannot be counted as use."""
        with open_text(self.path) as file:
            for number, text in enumerate(file, start=1):
                if text.startswith(";") or not text.strip():
                    continue
                try:
                    job, problem = self._job(text.split()), ""
                except ValueError as error:
                    job, problem = None, str(error)
                yield Line(number, {"line": text.strip()} if problem else {}), job, problem

    def _job(self, words: list[str]) -> Job:
        if len(words) != FIELDS:
            raise ValueError(_("numbers: %(given)d instead of %(wanted)d") % {"given": len(words), "wanted": FIELDS})
        try:
            values = [int(float(word)) for word in words]
        except (ValueError, OverflowError) as error:
            raise ValueError(_("not every value is a number")) from error
        number, submitted, waited, ran, processors = values[:5]
        if submitted < 0 or ran < 0:
            raise ValueError(_("it is not said when it began or how long it ran"))
        start = datetime.fromtimestamp(self.begins + submitted + max(waited, 0), UTC)
        hours = (ran * max(processors, values[7], 1) / SECONDS).quantize(FINEST)
        return Job(number, start, start + timedelta(seconds=ran), hours, values[11], values[12], values[15])


def workload(path: Path | str) -> Workload:
    """The log in a file, may be gzipped. Raises WrongFile when it is none."""
    path = Path(path)
    lines = count_lines(path)
    header: dict[str, str] = {}
    partitions: dict[int, str] = {}
    comments = 0
    with open_text(path) as file:
        for text in file:
            if not text.startswith(";") and text.strip():
                break
            comments += 1
            if not (found := HEADER.match(text)):
                continue
            if found[1] == "Partition" and (site := PARTITION.match(found[2])):
                partitions[int(site[1])] = site[2]
            else:
                header.setdefault(found[1], found[2])
        else:
            text = ""
    if len(text.split()) != FIELDS or not re.fullmatch(r"[\s\d.+-]+", text):
        message = _("“%(file)s” is not in the Standard Workload Format: its lines are not 18 numbers.")
        raise WrongFile(message % {"file": path.name})
    if not header.get("UnixStartTime", "").isdecimal():
        raise WrongFile(
            _("“%(file)s” does not say when it begins: its header has no UnixStartTime.") % {"file": path.name}
        )
    return Workload(path, lines - comments, int(header["UnixStartTime"]), header, partitions)


def country_of_domain(site: str) -> str:
    """The country of a host name's top-level domain; empty for .com, .gov, .edu and the like."""
    domain = site.rpartition(".")[2].lower()
    code = DOMAINS.get(domain, domain.upper())
    return code if code in country_codes() else ""
