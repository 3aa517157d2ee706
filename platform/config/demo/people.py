"""Accounts of the demonstration: one named after each role, and forty scientists at ten organisations."""

from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from accounts.commands import affiliate, grant_role
from accounts.models import Organisation, User
from config.demo.places import Places
from facilities.models import TrainingRecord

PASSWORD = "yanqi-demo"
DOMAIN = "demo.yanqi.example"
LOGINS = ("scientist", "manager", "operator", "office", "signatory", "reviewer", "leader", "secretary", "admin")


class People:
    """Makes the accounts, their affiliations, roles and trainings."""

    def __init__(self, facts: dict[str, Any], places: Places, *, by: User, now: datetime) -> None:
        self.facts, self.places, self.by, self.now = facts, places, by, now
        self.hash = make_password(PASSWORD)
        self.named: dict[str, User] = {}
        self.scientists: list[User] = []

    def make(self) -> None:
        for login, (name, local, organisation, zone) in self.facts["people"].items():
            self.named[login] = self._person(login, name, local, organisation, zone)
        homes = self.facts["scientists"]["organisations"]
        zones = {row[0]: row[8] for row in self.facts["facilities"].values()}
        for number in range(1, 41):
            home = homes[(number - 1) // 4]
            zone = zones.get(home, "Asia/Shanghai")
            self.scientists.append(
                self._person(f"scientist{number:02d}", f"Scientist {number:02d}", f"科研人员{number:02d}", home, zone)
            )
        self._roles()
        self._trainings()

    def _person(self, login: str, name: str, local: str, organisation: str, zone: str) -> User:
        home = self.places.organisations[organisation]
        user = self.join(login, name, local, home, zone)
        if login.startswith("scientist") or login == "reviewer":
            grant_role(user, "scientist", home, by=self.by)
        return user

    def join(self, login: str, name: str, local: str, home: Organisation, zone: str) -> User:
        """One account more, at an organisation since 2020."""
        user = User(
            email=f"{login}@{DOMAIN}", name=name, name_local=local, time_zone=zone, is_demo=True, password=self.hash
        )
        user.save(force_insert=True)
        affiliate(user, home, by=self.by, starts_on=date(2020, 1, 1))
        return user

    def _roles(self) -> None:
        places, named = self.places, self.named
        main, other = places.alliances["gcasc"], places.alliances["anso"]
        for login, role in (
            ("manager", "facility_manager"),
            ("operator", "instrument_scientist"),
            ("operator", "safety_officer"),
            ("office", "user_office"),
        ):
            grant_role(named[login], role, places.facilities["diamond"], by=self.by)
        # In life each organisation has a signatory of its own; here one account shows the step for all of them.
        for organisation in places.organisations.values():
            grant_role(named["signatory"], "partner_signatory", organisation, by=self.by)
        for role in ("leadership", "chair"):
            grant_role(named["leader"], role, main, by=self.by)
        for alliance in (main, other):
            grant_role(named["secretary"], "secretariat", alliance, by=self.by)
        grant_role(named["admin"], "administrator", main, by=self.by)
        User.objects.filter(pk=named["secretary"].pk).update(is_staff=True)
        User.objects.filter(pk=named["admin"].pk).update(is_staff=True, is_superuser=True)
        # Each facility is run by a scientist of its own centre, so that every request has somebody to decide it.
        by_home = {user.affiliations.get().organisation.slug: user for user in reversed(self.scientists)}
        for facility in places.facilities.values():
            if facility.slug != "diamond" and facility.organisation is not None:
                manager = by_home.get(facility.organisation.slug, named["reviewer"])
                grant_role(manager, "facility_manager", facility, by=self.by)

    def _trainings(self) -> None:
        today = self.now.date()
        for position, user in enumerate([self.named["scientist"], *self.scientists]):
            for course in self.places.courses.values():
                passed = today - timedelta(days=30 + 7 * position)
                TrainingRecord.objects.create(
                    user=user, course=course, passed_on=passed, valid_until=passed + timedelta(days=365)
                )
