"""Writes a computing facility's accounting: its sites, virtual organisations and the use that jobs made."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core.permissions import require
from facilities.commands.catalogue import create_instrument
from facilities.commands.history import PastSession, record_sessions
from facilities.commands.teams import create_team
from facilities.imports.swf import Job, Workload, country_of_domain
from facilities.models import Facility, Instrument, Team

HOUR = 60


@dataclass
class Places:
    """Sites and virtual organisations of one log at one facility, made when a job first names them.

    A site is an instrument counted in node-hours, in the country of its domain; nobody requests its time here.
    """

    facility: Facility
    log: Workload
    by: Any
    source: str
    _sites: dict[int, Instrument] = field(default_factory=dict)
    _teams: dict[int, Team] = field(default_factory=dict)

    def site(self, partition: int) -> Instrument:
        if partition not in self._sites:
            name = self.log.partitions.get(partition) or (f"partition-{partition}" if partition >= 0 else "jobs")
            found = Instrument.objects.filter(facility=self.facility, code=name[:60]).first()
            self._sites[partition] = found or create_instrument(
                self.facility,
                by=self.by,
                code=name[:60],
                name=name,
                country=country_of_domain(name),
                unit=Instrument.Unit.NODE_HOUR,
                unit_minutes=HOUR,
                granularity_minutes=HOUR,
                min_minutes=HOUR,
                modes=[Instrument.Mode.REMOTE],
                is_bookable=False,
                source=self.source,
            )
        return self._sites[partition]

    def team(self, group: int) -> Team | None:
        if group < 0:
            return None
        if group not in self._teams:
            named: dict[str, Any] = {"source": self.source, "reference": f"group {group}"}
            title = _("Virtual organisation %(number)d") % {"number": group}
            self._teams[group] = Team.objects.filter(**named).first() or create_team(
                Team.Kind.VIRTUAL, title, organisation=None, by=self.by, active=False, **named
            )
        return self._teams[group]

    def session(self, job: Job) -> PastSession:
        return PastSession(
            external_id=job.key,
            instrument=self.site(job.partition),
            starts_at=job.starts_at,
            ends_at=job.ends_at,
            units=job.node_hours,
            team=self.team(job.group),
            person_label=f"user {job.user}" if job.user >= 0 else "",
            mode=Instrument.Mode.REMOTE,
        )


@transaction.atomic
def record_jobs(jobs: Sequence[Job], places: Places) -> int:
    """Record a batch of jobs as use of their sites; how many were new. Raises NotPermitted."""
    require(places.by, "facilities.manage_calendar", places.facility)
    return record_sessions([places.session(job) for job in jobs], by=places.by, source=places.source)
