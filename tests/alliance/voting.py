"""An alliance that votes: members with a representative each, its assembly, a chair and a secretary."""

from datetime import date, timedelta

from accounts.commands import grant_role
from accounts.models import Organisation, User
from accounts.queries import system_user
from alliance.commands.voting import Draft, draft_motion, open_vote, table_motion
from alliance.models import Alliance, Body, Membership, Motion, Representative
from core import clock
from tests.world import make_user

DAY = date(2020, 1, 1)


class Voting:
    """`members` and their `people` in the order of the names; `chair`, `secretary`, and `guest` who is nobody here."""

    def __init__(self, members: int = 3, *, slug: str = "aoc", offices: bool = True) -> None:
        self.alliance = Alliance.objects.create(slug=slug, name=f"Alliance {slug}", acronym=slug.upper(), zone="UTC")
        self.assembly = Body.objects.create(
            alliance=self.alliance, slug="assembly", kind="assembly", name="General assembly", of_members=True
        )
        self.members: list[Membership] = []
        self.people: list[User] = []
        for number in range(members):
            self.join(f"{slug}-{number:03}")
        if offices:
            home = Organisation.objects.create(slug=f"{slug}-office", name=f"Office {slug}", country="CN")
            self.chair, self.secretary, self.guest = (
                make_user(f"{slug}-{name}", home) for name in ("chair", "secretary", "guest")
            )
            grant_role(self.chair, "chair", self.alliance, by=system_user())
            grant_role(self.secretary, "secretariat", self.alliance, by=system_user())

    def join(self, name: str, **fields) -> Membership:
        home = Organisation.objects.create(slug=name, name=f"Centre {name}", country="DE")
        member = Membership.objects.create(alliance=self.alliance, organisation=home, joined_on=DAY, **fields)
        person = User.objects.create(email=f"{name}@test.example", name=name.capitalize(), password="!")
        Representative.objects.create(
            membership=member, person=person, name=person.name, kind="delegate", starts_on=DAY
        )
        self.members.append(member)
        self.people.append(person)
        return member

    def tabled(self, **draft) -> Motion:
        given = Draft(**{"title": "Share more", "text": "We share more.", "body": self.assembly, **draft})
        return table_motion(draft_motion(self.alliance, given, by=self.secretary), by=self.secretary)

    def opened(self, *, secret: bool = False, hours: int = 1, **draft) -> Motion:
        motion = self.tabled(**draft)
        open_vote(motion, by=self.chair, closes_at=clock.now() + timedelta(hours=hours), secret=secret)
        return Motion.objects.get(pk=motion.pk)
