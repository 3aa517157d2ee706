"""Organisations, alliances, news, techniques, facilities and instruments of the demonstration."""

from datetime import datetime
from typing import Any

from accounts.models import Organisation, User
from alliance.commands.membership import record_membership
from alliance.models import Alliance, MemberClass, NewsItem
from facilities.commands.catalogue import create_facility, create_instrument, rebuild_closure
from facilities.commands.status import note_status
from facilities.models import Course, Facility, Instrument, Technique

UNIT_RULES: dict[str, dict[str, Any]] = {
    "shift": {"unit_minutes": 480, "granularity_minutes": 480, "min_minutes": 480, "max_minutes": 480 * 18},
    "day": {"unit_minutes": 1440, "granularity_minutes": 1440, "min_minutes": 1440, "max_minutes": 1440 * 12},
    "hour": {"unit_minutes": 60, "granularity_minutes": 60, "min_minutes": 60, "max_minutes": 60 * 24},
    "node_hour": {"unit_minutes": 60, "granularity_minutes": 60, "min_minutes": 60, "max_minutes": 60 * 72},
}
SETUP = {"B18": 60, "I13-2": 120, "KMC-2": 60, "FXE": 240, "MID": 240}
WITH_TRAINING = {"diamond": "X-ray safety, Diamond", "bessy": "Radiation protection, BESSY II"}
TRAINING_ZH = {"diamond": "Diamond X射线安全", "bessy": "BESSY II 辐射防护"}


class Places:
    """Makes the places and keeps them by slug for those who need them next."""

    def __init__(self, facts: dict[str, Any], *, by: User, now: datetime) -> None:
        self.facts, self.by, self.now = facts, by, now
        self.organisations: dict[str, Organisation] = {}
        self.alliances: dict[str, Alliance] = {}
        self.facilities: dict[str, Facility] = {}
        self.instruments: list[Instrument] = []
        self.courses: dict[str, Course] = {}

    def make(self) -> None:
        self._organisations()
        self._alliances()
        self._techniques()
        self._facilities()

    def _organisations(self) -> None:
        for slug, (ror, name, local, acronym, kind, country, city, latitude, longitude) in self.facts[
            "organisations"
        ].items():
            self.organisations[slug] = Organisation.objects.create(
                slug=slug, ror_id=ror or None, name=name, name_local=local, acronym=acronym, kind=kind,
                country=country, city=city, latitude=latitude, longitude=longitude, is_demo=True,
            )  # fmt: skip

    def _alliances(self) -> None:
        for row in self.facts["alliances"]:
            self.alliances[row["slug"]] = Alliance.objects.create(**row)
        for slug, members in self.facts["members"].items():
            founded_on = self.alliances[slug].founded_on
            assert founded_on is not None
            for member in members:
                record_membership(
                    self.alliances[slug],
                    self.organisations[member],
                    MemberClass.FOUNDING,
                    by=self.by,
                    joined_on=founded_on,
                    source="Charter, Article 4",
                )
        main = self.alliances["gcasc"]
        for row in self.facts["news"]:
            NewsItem.objects.create(**{"published_at": self.now, **row}, alliance=main, is_demo=True)

    def _techniques(self) -> None:
        made = {
            code: Technique.objects.create(code=code, label=label, label_zh=chinese)
            for code, (label, chinese, _broader) in self.facts["techniques"].items()
        }
        for code, (_label, _chinese, broader) in self.facts["techniques"].items():
            made[code].broader.set(made[parent] for parent in broader)
        rebuild_closure()
        self.techniques = made

    def _facilities(self) -> None:
        for slug, (
            organisation, name, local, acronym, kind, status, country, city, zone, latitude, longitude,
        ) in self.facts["facilities"].items():  # fmt: skip
            facility = create_facility(
                by=self.by, slug=slug, organisation=self.organisations[organisation], name=name, name_local=local,
                acronym=acronym, kind=kind, status=status, country=country, city=city, zone=zone, latitude=latitude,
                longitude=longitude, office_weekdays=[1, 2, 3, 4, 5], is_demo=True,
            )  # fmt: skip
            self.facilities[slug] = facility
            for status_then, since, note in self.facts["statuses"].get(slug, []):
                note_status(facility, by=self.by, status=status_then, since=since, note=note)
            if slug in WITH_TRAINING:
                self.courses[slug] = Course.objects.create(
                    facility=facility, name=WITH_TRAINING[slug], name_zh=TRAINING_ZH[slug], validity_months=12
                )
            for code, title, unit, modes, techniques in self.facts["instruments"].get(slug, []):
                self._instrument(facility, code, title, unit, modes.split(), techniques)

    def _instrument(
        self, facility: Facility, code: str, name: str, unit: str, modes: list[str], techniques: list[str]
    ) -> None:
        instrument = create_instrument(
            facility, by=self.by, code=code, name=name, name_zh=self.facts["instruments_zh"].get(name, ""), unit=unit,
            modes=modes, **UNIT_RULES[unit],
            setup_minutes=SETUP.get(code, 0), capacity=4 if unit == "node_hour" else 1, notice_hours=48,
            techniques=[self.techniques[technique] for technique in techniques], is_demo=True,
        )  # fmt: skip
        if facility.slug == "bessy":
            instrument.required_trainings.add(self.courses["bessy"])
        self.instruments.append(instrument)
