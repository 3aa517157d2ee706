"""Events as the tests need them, made by the real commands."""

from datetime import date, timedelta

from alliance.commands.events import move_event, plan_event
from alliance.models import Event, Membership, Representative
from core import clock

NEEDS = {
    "idea": (),
    "announced": ("announce",),
    "invited": ("announce", "invite"),
    "registration": ("announce", "open-registration"),
    "postponed": ("announce", "postpone"),
    "cancelled": ("announce", "cancel"),
}


def an_event(world, state="registration", **details) -> Event:
    """An event of three days that begins in forty days, in `state`; later states are written as rows."""
    starts_at = clock.now().replace(microsecond=0) + timedelta(days=40)
    given = {
        "kind": "conference",
        "title": "Conference",
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(days=3),
    }
    event = plan_event(world.alliance, given | details, by=world.sec)
    if state in NEEDS:
        for name in NEEDS[state]:
            dates = {"starts_at": event.starts_at, "ends_at": event.ends_at}
            event = move_event(event, name, by=world.sec, note="because", dates=dates)
        return event
    Event.objects.filter(pk=event.pk).delete()
    event.state = state
    event.save(force_insert=True)
    return event


def speaks(person, organisation) -> Membership:
    """The person is a delegate of the member from now on."""
    membership = Membership.objects.get(organisation=organisation)
    Representative.objects.create(
        membership=membership, person=person, name=person.name, kind="delegate", starts_on=date(2020, 1, 1)
    )
    return membership
