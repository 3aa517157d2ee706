"""What an annual report says, gathered from the figures as its readers may see them: plain data that can be kept."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext as _
from django.utils.translation import override

from alliance.queries.public import main_alliance
from core import clock, times
from core.errors import NotPermitted
from core.names import local
from facilities.models import Facility
from reports.annual.chapters import CHAPTERS, Chapter, Figure
from reports.annual.headlines import HEADLINES, value_of
from reports.catalogue import RULES
from reports.queries.answers import Answer, answer
from reports.registry import report_named
from reports.typeset.blocks import Block, kept

Content = dict[str, Any]


@dataclass(frozen=True)
class Wanted:
    """What an annual report is asked to be. Without a facility it is of the alliance; a `public` one is made of what
    anybody may see."""

    year: int
    locale: str
    chapters: tuple[str, ...]
    facility: Facility | None = None
    public: bool = False

    def days(self, back: int = 0) -> dict[str, str]:
        return {"from": date(self.year - back, 1, 1).isoformat(), "to": date(self.year + 1, 1, 1).isoformat()}


def steps_of(wanted: Wanted) -> int:
    """How many steps gathering has: one for each figure and one for the numbers it begins with."""
    return 1 + sum(len(list(_figures(chapter, wanted))) for chapter in _chosen(wanted))


def gather(wanted: Wanted, *, by: Any, say: Callable[[], None]) -> Content:
    """The content in its language as of now, calling `say` after each step.

    Full editions are made of what `by` may read; figures that are made for each reader, without proposals that he must
    not hear about, are given as to everybody. What readers of the edition may not read is left out.
    """
    reader = AnonymousUser() if wanted.public else by
    with override(wanted.locale):
        alliance = main_alliance()
        as_of = clock.now()
        headlines = list(_headlines(wanted, reader))
        say()
        chapters = []
        for chapter in _chosen(wanted):
            blocks: list[Block] = []
            for figure in _figures(chapter, wanted):
                blocks += _blocks(figure, wanted, reader)
                say()
            chapters.append(
                {
                    "key": chapter.key,
                    "title": str(chapter.title),
                    "introduction": str(chapter.introduction),
                    "figures": _told_apart([block for block in blocks if block["cells"]]),
                    "silent": list(dict.fromkeys(block["title"] for block in blocks if not block["cells"])),
                }
            )
        return {
            "title": _("Annual report %(year)s") % {"year": wanted.year},
            "subject": local(wanted.facility or alliance, "name"),
            "publisher": local(alliance, "name"),
            "year": wanted.year,
            "locale": wanted.locale,
            "edition": _("Public edition") if wanted.public else _("Edition for leadership and facility heads"),
            "public": wanted.public,
            "as_of": times.iso(as_of),
            "headlines": headlines,
            "chapters": chapters,
            "rules": [str(rule) for rule in RULES],
        }


def _chosen(wanted: Wanted) -> list[Chapter]:
    return [chapter for chapter in CHAPTERS if chapter.key in wanted.chapters]


def _figures(chapter: Chapter, wanted: Wanted) -> Iterator[Figure]:
    """A facility's report has the figures that can be asked about a facility; a public one no closed ones."""
    for figure in chapter.figures:
        report = report_named(figure.report)
        about_places = any(parameter.name == "facility" for parameter in report.parameters)
        if (about_places or not wanted.facility) and not (wanted.public and report.closed):
            yield figure


def _ask(name: str, asked: dict[str, str], wanted: Wanted, reader: Any, back: int = 0) -> Answer:
    place = {"facility": wanted.facility.slug} if wanted.facility else {}
    lines = {"of": "instrument" if wanted.facility else "facility"}
    everybody = AnonymousUser() if report_named(name).judged else reader
    return answer(name, {**wanted.days(back), **place, **lines, **asked}, user=everybody)


def _blocks(figure: Figure, wanted: Wanted, reader: Any) -> Sequence[Block]:
    """The figure, with the table of another question under its chart where it has one; none where it is not for the
    readers."""
    try:
        shown = kept(_ask(figure.report, figure.asked, wanted, reader, figure.years_back))
        if figure.table is None:
            return [shown]
        table = kept(_ask(figure.report, {**figure.asked, **figure.table}, wanted, reader, figure.years_back))
    except NotPermitted:
        return []
    return [{**table, "figure": shown["figure"], "filters": shown["filters"], "charted": shown["parameters"]}]


def _told_apart(blocks: Sequence[Block]) -> list[Block]:
    """Figures of one chapter that have the same title say by what each is grouped."""
    titles = [block["title"] for block in blocks]
    return [
        {**block, "title": f"{block['title']} ({_grouping(block)})"} if titles.count(block["title"]) > 1 else block
        for block in blocks
    ]


def _grouping(block: Block) -> str:
    return next((str(value) for label, value in block["filters"] if label == _("By")), "")


def _headlines(wanted: Wanted, reader: Any) -> Iterator[dict[str, Any]]:
    """Label, kind and the values of the year and of the one before, of what there is any value of."""
    before = Wanted(wanted.year - 1, wanted.locale, wanted.chapters, wanted.facility, wanted.public)
    for headline in HEADLINES:
        report = report_named(headline.report)
        if wanted.facility and not any(parameter.name == "facility" for parameter in report.parameters):
            continue
        values = [value_of(headline, _ask(headline.report, headline.asked, when, reader)) for when in (wanted, before)]
        if values[0] is not None:
            yield {
                "label": str(headline.label),
                "kind": headline.kind,
                "value": values[0],
                "before": values[1],
                "report": str(report.title),
            }
