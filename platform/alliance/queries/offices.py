"""Reads offices: who holds them on a day, who is elected, which terms are over and which end soon."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import QuerySet

from alliance.models import Alliance, Office, OfficeTerm
from alliance.permissions.governance import lasting

HOLDER, ELECT, ACTING = OfficeTerm.Designation.HOLDER, OfficeTerm.Designation.ELECT, OfficeTerm.Designation.ACTING


@dataclass(frozen=True)
class Officers:
    """An office on a day: who holds it, who acts, who is elected and has not begun, who held it last.

    `vacant_since` is the end of the last term where nobody holds it; of an office without any known term nothing is
    said.
    """

    office: Office
    holders: list[OfficeTerm] = field(default_factory=list)
    acting: list[OfficeTerm] = field(default_factory=list)
    elects: list[OfficeTerm] = field(default_factory=list)
    last: OfficeTerm | None = None

    @property
    def holder(self) -> OfficeTerm | None:
        return self.holders[0] if self.holders else None

    @property
    def vacant_since(self) -> date | None:
        return self.last.ends_on if self.last and not self.holders else None


def holder_on(office: Office, day: date) -> OfficeTerm | None:
    """Who held an office on a day, the first by ordinal where several do; not who acted, nor who was elected."""
    held = office.terms.filter(lasting(day), designation=HOLDER, state__in=["in_office", "ended"])
    return held.order_by("ordinal", "starts_on", "id").first()


def officers_on(alliance: Alliance, day: date) -> list[Officers]:
    """Every office of an alliance as it was on a day, in two queries."""
    terms: dict[object, list[OfficeTerm]] = {}
    for term in terms_of(alliance).exclude(state="nominated"):
        terms.setdefault(term.office_id, []).append(term)
    offices = alliance.offices.filter(archived_at=None).select_related("body").order_by("order", "title", "id")
    return [_on(office, terms.get(office.pk, []), day) for office in offices]


def terms_of(alliance: Alliance) -> QuerySet[OfficeTerm]:
    """All terms of an alliance's offices, as each office's history reads."""
    rows = OfficeTerm.objects.filter(office__alliance=alliance).select_related("office", "organisation", "person")
    return rows.order_by("office__order", "office_id", "ordinal", "starts_on", "id")


def terms_ending(alliance: Alliance, day: date, within: int) -> QuerySet[OfficeTerm]:
    """Terms that run on a day and are over within so many days."""
    return terms_of(alliance).filter(lasting(day), state="in_office", ends_on__lte=day + timedelta(days=within))


def standing(term: OfficeTerm, day: date) -> str:
    """How a term stands on a day: nominated, elected, in_office, expired (its time ran out) or ended."""
    over = term.ends_on is not None and term.ends_on <= day
    if over and term.state in {"in_office", "ended"} and term.ended_by in {"", OfficeTerm.Ending.TERM}:
        return "expired"
    if term.state == "ended" and not over:
        return "in_office" if term.starts_on and term.starts_on <= day else "elected"
    return term.state


def _on(office: Office, terms: Iterable[OfficeTerm], day: date) -> Officers:
    found = Officers(office)
    last: OfficeTerm | None = None
    for term in terms:
        begun = term.starts_on is not None and term.starts_on <= day
        over = term.ends_on is not None and term.ends_on <= day
        if begun and not over and term.state != "elected":
            (found.acting if term.designation == ACTING else found.holders).append(term)
        elif not begun and not over and term.decided_on and term.decided_on <= day:
            found.elects.append(term)
        elif begun and over and term.designation == HOLDER and (last is None or _end(last) <= _end(term)):
            last = term
    return Officers(office, found.holders, found.acting, found.elects, last)


def _end(term: OfficeTerm) -> date:
    return term.ends_on or date.max
