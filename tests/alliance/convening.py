"""Members with somebody who speaks for them, a body of all of them and its meeting, with the fewest rows."""

from datetime import date, timedelta

from accounts.models import Organisation, User
from alliance.commands import bodies, meetings
from alliance.models import Alliance, Body, Meeting, Membership, Representative
from core import clock
from tests.world import World

SINCE = date(2019, 10, 17)


def member(alliance: Alliance, key: str, **fields) -> Membership:
    organisation = Organisation.objects.create(slug=f"m-{key}", name=f"Member {key}", country="DE")
    return Membership.objects.create(alliance=alliance, organisation=organisation, joined_on=SINCE, **fields)


def speaker(membership: Membership, person: User) -> User:
    Representative.objects.create(
        membership=membership, person=person, name=str(person), kind="delegate", starts_on=SINCE
    )
    return person


def account(key: str) -> User:
    user = User(email=f"{key}@test.example", name=key.capitalize())
    user.set_unusable_password()
    user.save()
    return user


def assembly(world: World) -> Body:
    return bodies.create_body(world.alliance, by=world.sec, name="General assembly", kind="assembly", of_members=True)


def planned(body: Body, by: User, **plan) -> Meeting:
    """A meeting that begins in half an hour, so that people may check in."""
    starts_at = clock.now() + timedelta(minutes=30)
    return meetings.plan_meeting(
        body, by=by, **{"title": "Annual meeting", "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=3),
                        "zone": "Asia/Shanghai", **plan}
    )  # fmt: skip


def running(body: Body, by: User, **plan) -> Meeting:
    return meetings.start_meeting(meetings.call_meeting(planned(body, by, **plan), by=by), by=by)
