"""Make an annual report: ordered as a job, gathered, set as PDF and workbook, and kept."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.jobs import run_job
from accounts.models import User
from core import audit, clock
from core.commands import advance_job, start_job
from core.errors import Invalid, NotPermitted, Violation
from core.jobs import enqueue
from core.models import Job
from facilities.models import Facility
from reports.annual.chapters import KEYS
from reports.annual.content import Content, Wanted, gather, steps_of
from reports.models import AnnualReport
from reports.permissions import reader_of
from reports.queries.annual import ANNUAL_REPORT, LOCALES
from reports.typeset.annual import annual_pdf
from reports.typeset.workbook import annual_xlsx

FILES = 2
"""Steps after gathering: the PDF and the workbook."""


def order_annual_report(year: int, *, by: Any, **asked: Any) -> Job:
    """As `start_annual_report`, and a worker does it."""
    job = start_annual_report(year, by=by, **asked)
    enqueue("reports.annual_report", job=job.pk)
    return job


def start_annual_report(
    year: int, *, by: Any, locale: str, facility: Facility | None = None, chapters: Sequence[str] = (),
    public: bool = False,
) -> Job:  # fmt: skip
    """A running job that ends with an AnnualReport, whose id is then in its result; `make_annual_report` does the work.

    Whoever reads the figures of the alliance, or of that facility, in full may start one. Without chapters it has all.
    Raises NotPermitted, Invalid with everything that is wrong.
    """
    wanted = _checked(year, by=by, locale=locale, facility=facility, chapters=chapters, public=public)
    about = {
        "year": year,
        "locale": locale,
        "facility": str(facility.pk) if facility else "",
        "chapters": list(wanted.chapters),
        "public": public,
    }
    return start_job(ANNUAL_REPORT, by=by, total=steps_of(wanted) + FILES, about=about)


def make_annual_report(job_id: UUID, *, say: Callable[[int, int], None] | None = None) -> Job:
    """Do the work of such a job, and `say` how many of how many steps are done. Ended already: nothing happens."""

    def make(job: Job, by: User) -> dict[str, Any]:
        asked = job.result

        def step() -> None:
            advance_job(job, done=job.done + 1)
            if say:
                say(job.done, job.total or 0)

        facility = Facility.objects.get(pk=asked["facility"]) if asked["facility"] else None
        wanted = _checked(
            asked["year"], by=by, locale=asked["locale"], facility=facility, chapters=asked["chapters"],
            public=asked["public"],
        )  # fmt: skip
        content = gather(wanted, by=by, say=step)
        pdf = annual_pdf(content)
        step()
        xlsx = annual_xlsx(content)
        step()
        made = _keep(wanted, content, pdf, xlsx, by=by)
        return {"annual_report": str(made.pk)}

    return run_job(job_id, make)


@transaction.atomic
def _keep(wanted: Wanted, content: Content, pdf: bytes, xlsx: bytes, *, by: Any) -> AnnualReport:
    made = AnnualReport(
        year=wanted.year,
        locale=wanted.locale,
        facility=wanted.facility,
        is_public=wanted.public,
        chapters=list(wanted.chapters),
        title=content["title"],
        subject=content["subject"],
        as_of=content["as_of"],
        content=content,
        checksum=_sha256(orjson.dumps(content, option=orjson.OPT_SORT_KEYS)),
        pdf_sha256=_sha256(pdf),
        xlsx_sha256=_sha256(xlsx),
        by_id=by.pk,
        by_name=by.name,
    )
    made.pdf.save(made.file_name("pdf"), ContentFile(pdf), save=False)
    made.xlsx.save(made.file_name("xlsx"), ContentFile(xlsx), save=False)
    made.save()
    audit.record("make", made, by=by, year=wanted.year, public=wanted.public, checksum=made.checksum)
    return made


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _checked(
    year: int, *, by: Any, locale: str, facility: Facility | None, chapters: Sequence[str], public: bool
) -> Wanted:
    if not reader_of(by).reads(facility.pk if facility else None):
        message = _("Annual reports are made by those who read all figures of the alliance, or of the facility.")
        raise NotPermitted(message)
    wrong = []
    if not 2000 <= year <= clock.now().year:
        wrong.append(Violation("year", _("A year from 2000 up to this one."), field="year"))
    if locale not in LOCALES:
        offered = ", ".join(LOCALES)
        wrong.append(Violation("choice", _("One of: %(offered)s.") % {"offered": offered}, field="locale"))
    if unknown := set(chapters) - set(KEYS):
        message = _("There is no chapter %(names)s.") % {"names": ", ".join(sorted(unknown))}
        wrong.append(Violation("choice", message, field="chapters"))
    if wrong:
        raise Invalid(_("The annual report cannot be made as it was asked for."), wrong)
    chosen = tuple(key for key in KEYS if not chapters or key in chapters)
    return Wanted(year, locale, chosen, facility, public)
