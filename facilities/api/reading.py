"""Reads what a request says about time: plain functions, for a serializer costs a third of creating a booking."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from core.errors import Invalid, Violation
from core.reading import number
from facilities.models import Instrument

YEARS = range(1970, 2200)
"""Instants outside are typing errors; near the ends of the calendar they could not be shown in every zone."""


FLAGS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False}


def is_identifier(key: str) -> bool:
    """Whether a key is an identifier, else it is a slug."""
    return Reader({"key": key}).identifier("key") is not None


class Reader:
    """Reads named fields and collects what is wrong with them; `done` raises Invalid with every violation at once."""

    def __init__(self, data: Any) -> None:
        self.violations: list[Violation] = []
        if not isinstance(data, Mapping):
            raise Invalid(_("The body must be a JSON object."))
        self.data = data

    def wrong(self, field: str, message: str, rule: str = "invalid") -> None:
        self.violations.append(Violation(rule, message, field=field))

    def done(self) -> None:
        if self.violations:
            raise Invalid(_("The request cannot be read as it is."), self.violations)

    def given(self, field: str, *, required: bool) -> Any:
        value = self.data.get(field)
        if value in (None, "") and required:
            self.wrong(field, _("This is needed."), "required")
        return value if value != "" else None

    def text(self, field: str, *, most: int, required: bool = False) -> str:
        value = self.given(field, required=required)
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) > most:
            self.wrong(field, _("Give a text of at most %(most)d characters.") % {"most": most})
            return ""
        return value

    def instant(self, field: str, *, required: bool = True) -> datetime:
        """An aware instant; a local time without a zone is refused rather than guessed."""
        value = self.given(field, required=required)
        try:
            found = datetime.fromisoformat(value) if isinstance(value, str) else None
        except ValueError:
            found = None
        if found is None or found.tzinfo is None or found.year not in YEARS:
            if value is not None:
                self.wrong(field, _("Give an instant with its zone, e.g. 2027-03-28T22:00:00Z."))
            return datetime.min.replace(tzinfo=UTC)
        return found.astimezone(UTC)

    def moment(self, field: str) -> datetime | None:
        """The same, or None where nothing is given."""
        return None if self.given(field, required=False) is None else self.instant(field)

    def day(self, field: str, *, required: bool = False) -> date | None:
        text = self.text(field, most=10, required=required)
        try:
            found = date.fromisoformat(text) if text else None
        except ValueError:
            found = None
        if text and (found is None or found.year not in YEARS):
            self.wrong(field, _("Give a day, e.g. 2027-03-28."))
        return found

    def flag(self, field: str, default: bool = False) -> bool:
        """True or false, in a query also in words."""
        value = self.given(field, required=False)
        found = FLAGS.get(value.lower()) if isinstance(value, str) else value
        if found is not None and isinstance(found, bool):
            return found
        if value is not None:
            self.wrong(field, _("Give true or false."))
        return default

    def identifier(self, field: str, *, required: bool = False) -> UUID | None:
        return self.as_identifier(field, self.given(field, required=required))

    def as_identifier(self, field: str, value: Any) -> UUID | None:
        if value is None:
            return None
        try:
            return UUID(value)
        except (ValueError, TypeError, AttributeError):
            self.wrong(field, _("This is not an identifier."))
            return None

    def number(self, field: str, *, required: bool = False) -> Decimal | None:
        value = self.given(field, required=required)
        found = number(value)
        if value is not None and found is None:
            self.wrong(field, _("This is not a number."))
        return found

    def whole(self, field: str, *, required: bool = False, least: int = 0, most: int = 999_999) -> int | None:
        found = self.number(field, required=required)
        if found is not None and (found != int(found) or not least <= found <= most):
            self.wrong(field, _("Give a whole number from %(least)d to %(most)d.") % {"least": least, "most": most})
            return None
        return None if found is None else int(found)

    def row(self, field: str, rows: QuerySet[Any], *, required: bool = False) -> Any:
        """The one among some rows with the identifier that is given; None without one."""
        pk = self.identifier(field, required=required)
        found = rows.filter(pk=pk).first() if pk else None
        if pk and found is None:
            self.wrong(field, _("There is none with this identifier."), "unknown")
        return found

    def rows(self, field: str, rows: QuerySet[Any]) -> tuple[Any, ...]:
        """Those among some rows with the identifiers that are given, each once, in their order."""
        wanted = self.data.get(field) or []
        if not isinstance(wanted, list):
            self.wrong(field, _("Give a list of identifiers."))
            return ()
        ids = {pk for pk in (self.as_identifier(field, each) for each in wanted) if pk}
        found = {row.pk: row for row in rows.filter(pk__in=ids)} if ids else {}
        if ids - found.keys():
            self.wrong(field, _("There is none with this identifier."), "unknown")
        return tuple(found[pk] for pk in sorted(found))

    def places(self) -> int:
        """How many places are asked for, one where nobody says."""
        return self.whole("places", least=1) or 1

    def instrument(self, field: str, *, required: bool = True) -> Instrument | None:
        """By identifier or slug, with its facility."""
        value = self.given(field, required=required)
        if value is None:
            return None
        rows = Instrument.objects.select_related("facility").filter(archived_at=None)
        try:
            found = rows.filter(pk=UUID(str(value))).first()
        except ValueError:
            found = rows.filter(slug=str(value)).first()
        if found is None:
            self.wrong(field, _("There is no such instrument."), "unknown")
        return found
