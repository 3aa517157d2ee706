"""Five calls of the demonstration, in the stages that calls pass, with a questionnaire in both languages."""

import tomllib
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from accounts.queries import holders
from config.demo.people import People
from config.demo.places import Places
from core import clock, times
from facilities.models import Cycle, Facility, Instrument
from programs.commands import calls
from programs.models import Call, QuestionnaireVersion, ScoreScale

QUESTIONNAIRE = Path(__file__).with_name("questionnaire.toml")
HIGH_IS_BEST, LOW_IS_BEST = "1–5.5 (PSI SLS)", "1–5, one is best (NSLS-II, ALS, APS, Elettra)"
STAGES = (("consent", -14, 3), ("feasibility", 3, 17), ("review", 17, 45), ("panel", 52, 54), ("decision", 54, 61))
"""Each stage with the days from the deadline on which it begins and ends."""
CRITERIA = (
    calls.Weighed("Scientific merit", Decimal(3), "科学价值", "Is the question new, and does its answer matter?"),
    calls.Weighed("Need of these instruments", Decimal(2), "对仪器的需求", "Could it be done elsewhere?"),
    calls.Weighed("Ability of the team", Decimal(1), "团队能力", "Has it what it takes, samples ready included?"),
)


RULES = (
    calls.AppliedRule("transnational", source="R-13, H2020 Art. 16"),
    calls.AppliedRule("member_class", source="Yanqi"),
    calls.AppliedRule("units_cap", {"units": 20, "share": 50}, source="R-16, NFFA"),
    calls.AppliedRule("reports", can_be_waived=False, source="R-31, ESRF"),
)
"""Rules of eligibility of the call of several facilities."""


class Calls:
    """Makes the calls; `made` keeps them by what they show: open, reviewed, allocating, rapid, announced."""

    def __init__(self, places: Places, people: People, *, now: datetime) -> None:
        self.places, self.people, self.now = places, people, now
        self.by_code = {row.code: row for row in places.instruments}
        self.made: dict[str, Call] = {}

    def make(self) -> None:
        asked = self._questionnaire()
        self._open(asked)
        self._reviewed(asked)
        self._allocating(asked)
        self._rapid()
        self._announced()
        Call.objects.update(is_demo=True)

    def _questionnaire(self) -> QuestionnaireVersion:
        content = tomllib.loads(QUESTIONNAIRE.read_text(encoding="utf-8"))
        secretary = self.people.named["secretary"]
        with clock.standing_at(self.now - timedelta(days=120)):
            made = calls.draft_questionnaire(
                self.places.alliances["gcasc"], "Joint access", by=secretary, content=content
            )
            return calls.freeze_questionnaire(made, by=secretary)

    def _open(self, asked: QuestionnaireVersion) -> None:
        """Alliance-wide, several facilities together, open for five weeks more."""
        closes_at = self.on(35, 16, "Asia/Shanghai")
        offered = [self.offer(code, 60, 18) for code in ("B18", "I20", "I22", "CLÆSS")]
        with clock.standing_at(self.now - timedelta(days=25)):
            self.opened(
                "open",
                None,
                name=f"Joint access {closes_at.year + 1}",
                name_zh=f"{closes_at.year + 1} 年联合机时征集",
                text=(
                    "Time at several member facilities **with one proposal**. Ask for the instruments that your"
                    " question needs, name alternates, and say which of them the experiment cannot do without."
                ),
                text_zh="一份申请，多家成员设施的机时。请列出研究所需的仪器和备选仪器，并说明哪些不可或缺。",
                category="program",
                questionnaire=asked,
                partner_deadlines=[
                    calls.EarlierDeadline(self.places.organisations["hzb"], self.on(32, 12, "Europe/Berlin"))
                ],
                offers=offered,
                rules=RULES,
                **self.dated(closes_at, "Asia/Shanghai"),
            )

    def _reviewed(self, asked: QuestionnaireVersion) -> None:
        """One facility's, closed three weeks ago; its reviewers are at work."""
        closes_at = self.on(-22, 16, "Europe/London")
        with clock.standing_at(self.now - timedelta(days=70)):
            call = self.opened(
                "reviewed",
                self.by_code["I11"].facility,
                name=f"Diamond, standard access {closes_at.year + 1}-1",
                name_zh=f"Diamond {closes_at.year + 1}-1 常规机时",
                text="Beamtime in the coming period for experiments of any member or visitor.",
                text_zh="面向所有成员与访问者的下一周期束流时间。",
                scale=ScoreScale.objects.get(name=LOW_IS_BEST),
                offers=[self.offer(code, 90, 18) for code in ("I11", "I18", "I12")],
                **self.dated(closes_at, "Europe/London"),
            )
        with clock.standing_at(closes_at + timedelta(seconds=20)):
            calls.close_due()
        with clock.standing_at(closes_at + timedelta(days=17)):
            self.made["reviewed"] = calls.start_review(call, by=self.people.named["manager"])

    def _allocating(self, asked: QuestionnaireVersion) -> None:
        """One facility's, closed two months ago: its results are due in five days."""
        closes_at = self.on(-58, 16, "Europe/London")
        with clock.standing_at(closes_at - timedelta(days=40)):
            call = self.opened(
                "allocating",
                self.by_code["I15-1"].facility,
                name=f"Diamond, long-term access {closes_at.year + 1}",
                name_zh=f"Diamond {closes_at.year + 1} 长期机时",
                text="Time over two years for a question that one visit cannot answer.",
                text_zh="面向需要多次实验、为期两年的研究。",
                kind="long_term",
                scale=ScoreScale.objects.get(name=LOW_IS_BEST),
                needs_consent=False,
                reviews_wanted=2,
                questionnaire=asked,
                offers=[self.offer("I15-1", 3, 3), self.offer("I20", 9, 9)],
                **self.dated(closes_at, "Europe/London"),
            )
        with clock.standing_at(closes_at + timedelta(seconds=20)):
            calls.close_call(call, by=self.people.named["manager"])

    def _rapid(self) -> None:
        """Rolling: any day, short, judged within a week."""
        with clock.standing_at(self.now - timedelta(days=300)):
            self.opened(
                "rapid",
                self.by_code["I03"].facility,
                name="Diamond, rapid access",
                name_zh="Diamond 快速机时",
                text="Up to three shifts from time that nobody else uses, when a result cannot wait for the next call.",
                text_zh="成果等不及下次征集时，可申请至多三个班次的空闲机时。",
                kind="rapid",
                category="rapid",
                needs_consent=False,
                reviews_wanted=1,
                internal_wanted=1,
                opens_at=clock.now(),
                zone="Europe/London",
                offers=[
                    calls.OfferedTime(self.by_code[code], Decimal(30), None, Decimal(3)) for code in ("I03", "I18")
                ],
            )

    def _announced(self) -> None:
        """One telescope's yearly call, not open yet."""
        telescope = self.places.facilities["fast"]
        closes_at = self.on(80, 16, "UTC")
        instrument = Instrument.objects.filter(facility=telescope).order_by("code").first()
        assert instrument is not None
        with clock.standing_at(self.now - timedelta(days=3)):
            call = self._drafted(
                telescope,
                name=f"FAST, observing season {closes_at.year}",
                name_zh=f"FAST {closes_at.year} 观测季",
                text="Hours for regular projects and for programmes over several seasons.",
                text_zh="常规课题与多季观测计划的机时。",
                kind="long_term",
                offers=[self.offer(instrument.code, 400, 50)],
                **(self.dated(closes_at, "UTC") | {"opens_at": self.on(18, 0, "UTC")}),
            )
            self.made["announced"] = calls.announce_call(call, by=self._manager(telescope))

    def opened(self, key: str, facility: Facility | None, **changes: Any) -> Call:
        call = self._drafted(facility, **changes)
        by = self._manager(facility) if facility else self.people.named["secretary"]
        self.made[key] = calls.open_call(call, by=by)
        return self.made[key]

    def _drafted(self, facility: Facility | None, **changes: Any) -> Call:
        by = self._manager(facility) if facility else self.people.named["secretary"]
        given = {
            "contact": "user-office@demo.yanqi.example",
            "scale": ScoreScale.objects.get(name=HIGH_IS_BEST),
            "criteria": CRITERIA,
            **changes,
        }
        return calls.draft_call(self.places.alliances["gcasc"], given, by=by, facility=facility)

    def _manager(self, facility: Facility) -> Any:
        return holders("facility_manager", facility.pk).order_by("email")[0]

    def dated(self, closes_at: datetime, zone: str) -> dict[str, Any]:
        """Instants of a call and its windows, from its deadline."""
        windows = [
            calls.PlannedWindow(stage, closes_at + timedelta(days=first), closes_at + timedelta(days=last))
            for stage, first, last in STAGES
        ]
        return {
            "zone": zone,
            "opens_at": clock.now().replace(minute=0, second=0, microsecond=0),
            "closes_at": closes_at,
            "office_closes_at": closes_at + timedelta(days=2),
            "notify_at": closes_at + timedelta(days=63),
            "windows": windows,
        }

    def offer(self, code: str, units: int, most: int) -> calls.OfferedTime:
        """Time in the next cycle of the instrument's facility."""
        instrument = self.by_code[code]
        coming = Cycle.objects.filter(facility=instrument.facility, period__startswith__gt=self.now)
        return calls.OfferedTime(instrument, Decimal(units), coming.order_by("period").first(), Decimal(most))

    def on(self, days: int, hour: int, zone: str) -> datetime:
        """An hour of a day counted from today, on the clock of a zone."""
        day = (self.now + timedelta(days=days)).astimezone(times.zone_of(zone))
        return day.replace(hour=hour, minute=0, second=0, microsecond=0)
