"""What the office does with an offer of places: drafts, publishes, finishes it, or takes it down."""

from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation
from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from core.lookup import free_slug
from programs.models import Opportunity, Program, Training
from programs.permissions.cooperation import program_parties
from programs.permissions.opportunities import opportunity_parties
from programs.rules.opportunities import Said, unpublishable, unreadable
from programs.workflows.cooperation import PLANNABLE
from programs.workflows.opportunities import OPPORTUNITY
from workflow.commands import advance, permitted_move

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Places:
    """What an offer says. Days are the first and the last; the window is in instants, the deadline inclusive (R-01)."""

    kind: str
    title: str
    host: Organisation
    places: int
    starts_on: date
    ends_on: date
    zone: str
    opens_at: datetime
    closes_at: datetime
    text: str = ""
    pays: str = ""
    eligibility: str = ""
    title_zh: str = ""
    text_zh: str = ""
    pays_zh: str = ""
    eligibility_zh: str = ""
    members_only: bool = False
    nomination_needed: bool = False


@transaction.atomic
def draft_opportunity(program: Program, offered: Places, *, by: Any) -> Opportunity:
    """A draft of a programme that its office alone sees. Raises NotPermitted, WrongState, Invalid."""
    if not program_parties(by, program) & {"lead", "secretariat", "system"}:
        raise NotPermitted(_("Places are offered by the people who lead the programme, and by the secretariat."))
    if program.state not in PLANNABLE:
        raise WrongState(_("Places belong to an approved programme that has not ended."))
    row = Opportunity(program=program, created_by=None if by.is_system else by)
    _write(row, offered)
    audit.record("draft", row, by=by, to_state=row.state)
    return row


@transaction.atomic
def edit_opportunity(opportunity: Opportunity, offered: Places, *, by: Any, version: int | None = None) -> Opportunity:
    """Change a draft. `version` is what was read: 409 `edited_meanwhile` if it moved on."""
    row = _asked(opportunity, "edit", by=by)
    if version is not None and version != row.version:
        message = _("This offer was changed meanwhile. Read it again, then change it.")
        raise DomainError(message, "edited_meanwhile", status=409)
    row.version += 1
    _write(row, offered)
    audit.record("edit", row, by=by)
    return row


@transaction.atomic
def publish_opportunity(opportunity: Opportunity, *, by: Any, note: str = "") -> Opportunity:
    """Everybody reads it; its window decides when people may apply.

    A training or a scholarship makes the programme's record in which the accepted are enrolled.
    Raises NotPermitted, WrongState, RulesRefuse with everything that is missing.
    """
    row = _asked(opportunity, "publish", by=by, note=note)
    if violations := list(unpublishable(said_by(row), clock.now())):
        raise RulesRefuse(_("The offer is not complete yet."), violations)
    row.published_at = clock.now()
    if row.kind != Opportunity.Kind.EXCHANGE:
        row.training = Training.objects.create(
            program=row.program, kind=row.kind, title=row.title, text=row.text, organisation=row.host, days=row.days,
            capacity=row.places, created_by=row.created_by,
        )  # fmt: skip
    return _moved(row, "publish", by=by, note=note, also=["published_at", "training"])


@transaction.atomic
def finish_opportunity(opportunity: Opportunity, *, by: Any, note: str = "") -> Opportunity:
    """All places are dealt with. Raises WrongState while an application waits for somebody."""
    row = _asked(opportunity, "finish", by=by, note=note)
    if n := row.candidacies.filter(state__in=["submitted", "checked", "ranked", "offered"]).count():
        raise WrongState(_("%(n)d applications still wait for a decision or an answer.") % {"n": n})
    return _moved(row, "finish", by=by, note=note)


@transaction.atomic
def take_down_opportunity(opportunity: Opportunity, *, by: Any, note: str) -> Opportunity:
    """Nobody else reads it or applies any more; applications are kept. Raises WrongState once a place is held."""
    row = _asked(opportunity, "take-down", by=by, note=note)
    if row.candidacies.exclude(place=None).exists():
        raise WrongState(_("A place is promised already. Finish the offer instead."))
    return _moved(row, "take-down", by=by, note=note)


def said_by(row: Opportunity) -> Said:
    """An offer as its rules read it."""
    days = (row.days.lower, row.last_day)
    return Said(row.title, row.text, row.pays, row.eligibility, row.places, days, row.zone, row.opens_at, row.closes_at)


def locked(opportunity: Opportunity) -> Opportunity:
    """The offer with its row locked: the row that owns its places."""
    rows = Opportunity.objects.select_for_update(of=["self"])
    return rows.select_related("program", "host", "training").get(pk=opportunity.pk)


def _asked(opportunity: Opportunity, move: str, *, by: Any, note: str = "") -> Opportunity:
    row = locked(opportunity)
    permitted_move(OPPORTUNITY, move, row.state, opportunity_parties(by, row), note)
    return row


def _moved(row: Opportunity, move: str, *, by: Any, note: str, also: list[str] | None = None) -> Opportunity:
    advance(row, OPPORTUNITY, move, by=by, parties=opportunity_parties(by, row), note=note, also=also or [])
    return row


def _write(row: Opportunity, offered: Places) -> None:
    told = asdict(offered) | {"host": offered.host}
    first, last = told.pop("starts_on"), told.pop("ends_on")
    said = Said(**{name: told[name] for name in Said.__annotations__ if name != "days"}, days=(first, last))
    if violations := list(unreadable(said)):
        raise Invalid(_("Please correct what is marked."), violations)
    for name, value in told.items():
        setattr(row, name, value)
    row.days = DateRange(first, last + DAY)
    row.slug = row.slug or free_slug(Opportunity.objects.all(), row.title)
    try:
        row.full_clean(exclude=["text"], validate_constraints=False)
    except ValidationError as error:
        raise invalid(error) from error
    row.save()
