"""Files of scores: one row for each reviewer and proposal, in any columns that a map names.

Two published layouts are known by their header: a grant panel of the AIBS (ratings 3 to 30, low is best, gaps where
reviewers had conflicts) and the scores of the ICLR conferences (1 to 10, high is best).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from django.utils.translation import gettext as _

from core.tables import Line, Table, WrongFile, read_table, shown

FIELDS = ("proposal", "reviewer", "score", "title")
NEEDED = frozenset({"proposal", "reviewer", "score"})
MISSING = frozenset({"", "NA", "NaN", "nan"})
PLACES = Decimal("0.01")


@dataclass(frozen=True)
class Scale:
    """From `lowest` to `highest` in steps, and which end is best."""

    lowest: Decimal
    highest: Decimal
    step: Decimal
    best: str

    @classmethod
    def parse(cls, text: str) -> "Scale":
        """From `3:30:1:low`. Raises WrongFile."""
        try:
            lowest, highest, step, best = text.split(":")
            scale = cls(Decimal(lowest), Decimal(highest), Decimal(step), best)
        except (ValueError, InvalidOperation):
            raise WrongFile(_("Give the scale as lowest:highest:step:best, for example 1:5:0.1:high.")) from None
        if scale.lowest >= scale.highest or scale.step <= 0 or best not in ("high", "low"):
            raise WrongFile(_("Give the scale as lowest:highest:step:best, for example 1:5:0.1:high."))
        return scale


LAYOUTS: dict[frozenset[str], tuple[dict[str, str], Scale]] = {
    frozenset({"reviewer", "proposal", "rating", "rank"}): (
        {"proposal": "proposal", "reviewer": "reviewer", "score": "rating"},
        Scale(Decimal(3), Decimal(30), Decimal(1), "low"),
    ),
    frozenset({"year", "submission", "reviewer_pseudonym", "rating"}): (
        {"proposal": "submission", "reviewer": "reviewer_pseudonym", "score": "rating"},
        Scale(Decimal(1), Decimal(10), Decimal(1), "high"),
    ),
}


@dataclass(frozen=True)
class Scored:
    """One row: what a reviewer gave a proposal; no score where the cell is empty."""

    line: Line
    proposal: str
    title: str
    reviewer: str
    score: Decimal | None


@dataclass(frozen=True)
class Refused:
    """A row that cannot be taken, and why."""

    line: Line
    why: str


@dataclass(frozen=True)
class Source:
    """A file, the column of each field, and the scale its scores are on."""

    table: Table
    columns: Mapping[str, str]
    scale: Scale

    def rows(self) -> Iterator[Scored | Refused]:
        """Every row in order; of a repeated pair the first is taken."""
        seen: set[tuple[str, str]] = set()
        for line in self.table:
            row = Refused(line, line.problem) if line.problem else self._row(line)
            if isinstance(row, Scored):
                pair = (row.proposal, row.reviewer)
                if pair in seen:
                    row = Refused(line, _("The same reviewer and proposal stand in an earlier row."))
                seen.add(pair)
            yield row

    def _row(self, line: Line) -> Scored | Refused:
        cells = {name: line.cells.get(column, "").strip() for name, column in self.columns.items()}
        proposal, reviewer = cells["proposal"], cells["reviewer"]
        if not proposal or not reviewer:
            return Refused(line, _("The row names no proposal or no reviewer."))
        if len(proposal) > 40 or len(reviewer) > 60:
            return Refused(line, _("The name of the proposal or of the reviewer is too long."))
        if cells["score"] in MISSING:
            return Scored(line, proposal, cells.get("title", ""), reviewer, None)
        try:
            score = Decimal(cells["score"])
        except InvalidOperation:
            return Refused(line, _("“%(value)s” is not a number.") % {"value": cells["score"]})
        if not score.is_finite() or not self.scale.lowest <= score <= self.scale.highest:
            limits = {"value": cells["score"], "low": self.scale.lowest, "high": self.scale.highest}
            return Refused(line, _("%(value)s is not between %(low)s and %(high)s.") % limits)
        if score != score.quantize(PLACES):
            return Refused(line, _("%(value)s has more than two decimal places.") % {"value": cells["score"]})
        return Scored(line, proposal, cells.get("title", ""), reviewer, score)


def recognised(path: Path, mapped: Sequence[str] = (), scale: str = "") -> Source:
    """The file with its columns: those mapped as `column=field`, else a known layout. Raises WrongFile for any other,
    before anything is written."""
    table = read_table(path)
    columns, limits = _mapped(table, mapped) if mapped else _known(table)
    given = Scale.parse(scale) if scale else limits
    if given is None:
        raise WrongFile(_("Say on which scale the scores are: --scale lowest:highest:step:best."))
    return Source(table, columns, given)


def _mapped(table: Table, mapped: Sequence[str]) -> tuple[dict[str, str], None]:
    columns: dict[str, str] = {}
    for pair in mapped:
        column, _equals, name = pair.partition("=")
        if column not in table.columns or name not in FIELDS:
            message = _("“%(pair)s” maps no column of the file to one of: %(fields)s.")
            raise WrongFile(message % {"pair": pair, "fields": ", ".join(FIELDS)})
        columns[name] = column
    if missing := NEEDED - columns.keys():
        raise WrongFile(_("Map a column to each of: %(fields)s.") % {"fields": ", ".join(sorted(missing))})
    return columns, None


def _known(table: Table) -> tuple[dict[str, str], Scale]:
    for needed, (columns, scale) in LAYOUTS.items():
        if needed <= set(table.columns):
            return columns, scale
    message = _("The columns are not known: %(columns)s. Map them with --map column=field for %(fields)s.")
    raise WrongFile(message % {"columns": shown(table.columns), "fields": ", ".join(FIELDS)})
