"""Policies about people on site and what they do there: how many, how far apart, how safe."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import names
from facilities.lanes import peak
from facilities.models import Course, Safety
from facilities.rules.base import policy, shown
from facilities.rules.facts import BookingRequest, Facts
from facilities.rules.parameters import Parameter
from facilities.rules.standing import Look, Standing

CLASSES = {safety.value: safety.label for safety in Safety}
WEEKDAYS = {
    "1": gettext_lazy("Monday"),
    "2": gettext_lazy("Tuesday"),
    "3": gettext_lazy("Wednesday"),
    "4": gettext_lazy("Thursday"),
    "5": gettext_lazy("Friday"),
    "6": gettext_lazy("Saturday"),
    "7": gettext_lazy("Sunday"),
}


@dataclass(frozen=True)
class Presence:
    """One person on site, for as long as the wanted time lasts at most."""

    lower: datetime
    upper: datetime


def on_site_then(request: BookingRequest, facts: Facts, policy: Standing) -> Look | None:
    return Look(lower=request.starts_at, upper=request.ends_at, on_site=True) if request.on_site else None


@policy(
    source="R-27",
    field="people",
    label=gettext_lazy("People on site"),
    summary=gettext_lazy("At most %(most)s people on site at the same time"),
    parameters=(Parameter("most", gettext_lazy("At most"), 15, unit=gettext_lazy("people"), least=1),),
    looks=on_site_then,
)
def head_count(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    if not request.on_site:
        return
    there = {
        (stay.booking, person, max(stay.starts_at, request.starts_at), min(stay.ends_at, request.ends_at))
        for stay in policy.stays
        for person in stay.people
    }
    most = peak(Presence(lower, upper) for _booking, _person, lower, upper in there)
    if most + len(request.people) > policy["most"]:
        yield _(
            "At most %(most)d people may be on site; %(there)d are to be there then, and you would be %(more)d more. "
            "Come with fewer people, or at another time."
        ) % {"most": policy["most"], "there": most, "more": len(request.people)}


def stays_around(request: BookingRequest, facts: Facts, policy: Standing) -> Look | None:
    if not request.on_site or not request.people:
        return None
    reach = timedelta(hours=max(policy["hours"], policy["hours_abroad"]))
    persons = tuple(person.pk for person in request.people)
    return Look(request.starts_at - reach, request.ends_at + reach, persons=persons, elsewhere=True)


@policy(
    source="R-21",
    field="people",
    label=gettext_lazy("Time to travel"),
    summary=gettext_lazy(
        "Between stays on site at two facilities %(hours)s hours for the way, %(hours_abroad)s to another country"
    ),
    parameters=(
        Parameter("hours", gettext_lazy("Within the country"), 6, unit=gettext_lazy("hours"), most=240),
        Parameter("hours_abroad", gettext_lazy("To another country"), 24, unit=gettext_lazy("hours"), most=240),
    ),
    looks=stays_around,
)
def travel_time(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    """Between stays on site at different facilities; those that overlap are refused for that already."""
    here = facts.instrument.facility
    names = {person.pk: person.name for person in request.people}
    for stay in policy.stays if request.on_site else ():
        gap = apart(request, stay)
        needed = timedelta(hours=policy["hours" if stay.country == here.country else "hours_abroad"])
        if stay.facility == here.pk or gap is None or gap >= needed:
            continue
        for person in stay.people:
            if person in names:
                yield _(
                    "%(name)s is on site elsewhere from %(start)s to %(end)s, and the way takes %(hours)d hours. "
                    "Leave more time between, or send somebody else."
                ) % {
                    "name": names[person],
                    "start": shown(stay.starts_at, facts),
                    "end": shown(stay.ends_at, facts),
                    "hours": needed // timedelta(hours=1),
                }


def apart(request: BookingRequest, stay: Any) -> timedelta | None:
    """The time between the request and another stay; None where they overlap."""
    gap = max(stay.starts_at - request.ends_at, request.starts_at - stay.ends_at)
    return gap if gap >= timedelta(0) else None


def same_team_around(request: BookingRequest, facts: Facts, policy: Standing) -> Look | None:
    if request.team is None:
        return None
    reach = timedelta(hours=policy["hours"])
    return Look(request.starts_at - reach, request.ends_at + reach, team=request.team.pk)


@policy(
    source="1.6 Booking",
    field="starts_at",
    label=gettext_lazy("Others in between"),
    summary=gettext_lazy("At least %(hours)s hours between two bookings of one team"),
    parameters=(Parameter("hours", gettext_lazy("At least"), 48, unit=gettext_lazy("hours"), least=1, most=8784),),
    looks=same_team_around,
)
def gap_of_a_team(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    if request.team is None:
        return
    near = sorted((stay.starts_at, stay.ends_at) for stay in policy.stays)
    if near:
        yield _(
            "“%(team)s” has time from %(start)s to %(end)s, and %(hours)d hours must lie between two of its bookings. "
            "Choose another time."
        ) % {
            "team": request.team,
            "start": shown(near[0][0], facts),
            "end": shown(near[0][1], facts),
            "hours": policy["hours"],
        }


@policy(
    source="R-26",
    field="people",
    label=gettext_lazy("Working language"),
    summary=gettext_lazy("On site at least one person speaks: %(language)s"),
    parameters=(Parameter("language", gettext_lazy("Language"), "en", options=names.LANGUAGES, said=names.LANGUAGES),),
)
def working_language(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    """As people say of themselves in their profiles."""
    if request.on_site and not any(policy["language"] in person.languages for person in request.people):
        yield _(
            "Somebody on site has to speak %(language)s fluently, and nobody of those who come says so in the profile. "
            "Bring somebody who does, or add the language to the profile."
        ) % {"language": names.LANGUAGES[policy["language"]]}


SAFETY = Parameter("safety", gettext_lazy("For these safety classes"), ["red"], options=CLASSES)


@policy(
    source="R-25",
    field="safety",
    label=gettext_lazy("Safety classes that may work here"),
    summary=gettext_lazy("Only experiments of these safety classes: %(safety)s"),
    parameters=(Parameter("safety", gettext_lazy("Safety classes"), ["green", "yellow"], options=CLASSES),),
)
def safety_class(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    if request.safety not in policy["safety"]:
        offered = ", ".join(str(CLASSES[each]).lower() for each in policy["safety"])
        yield _("%(instrument)s takes only experiments of these safety classes: %(classes)s.") % {
            "instrument": facts.instrument,
            "classes": offered,
        }


def courses_of(facility: Any) -> dict[str, str]:
    return {course.name: course.name for course in Course.objects.filter(facility=facility, archived_at=None)}


@policy(
    source="R-24",
    field="people",
    label=gettext_lazy("Training by safety class"),
    summary=gettext_lazy("Experiments of safety class %(safety)s: everybody on site has the training “%(course)s”"),
    parameters=(SAFETY, Parameter("course", gettext_lazy("Training"), "", offered=courses_of)),
)
def training_for_class(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    """On every day of the stay, in the facility's zone."""
    for name in policy.untrained if request.on_site and request.safety in policy["safety"] else ():
        yield _(
            "An experiment of safety class %(class)s needs the training “%(course)s”, and that of %(name)s is not "
            "valid on every day of the stay. Renew it, choose other days, or send somebody else."
        ) % {"class": str(CLASSES[request.safety]).lower(), "course": policy["course"], "name": name}


@policy(
    source="R-25",
    field="starts_at",
    label=gettext_lazy("Days of the week to start"),
    summary=gettext_lazy("Experiments of safety class %(safety)s do not start on: %(weekdays)s"),
    parameters=(
        SAFETY,
        Parameter("weekdays", gettext_lazy("Do not start on"), ["6", "7"], options=WEEKDAYS, said=WEEKDAYS),
    ),
)
def no_weekend_start(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    """By the day of the week on the wall clock of the facility."""
    day = str(facts.grid.wall(request.starts_at).isoweekday())
    if request.safety in policy["safety"] and day in policy["weekdays"]:
        yield _("An experiment of safety class %(class)s does not start on a %(day)s. Choose another first day.") % {
            "class": str(CLASSES[request.safety]).lower(),
            "day": WEEKDAYS[day],
        }


@policy(
    source="R-25",
    field="people",
    label=gettext_lazy("Continuous presence"),
    summary=gettext_lazy("Experiments of safety class %(safety)s: on site, with at least %(people)s people"),
    parameters=(
        SAFETY,
        Parameter("people", gettext_lazy("At least"), 2, unit=gettext_lazy("people"), least=1, most=50),
    ),
)
def continuous_presence(request: BookingRequest, facts: Facts, policy: Standing) -> Iterator[str]:
    """Somebody is beside the experiment all the time, which takes people who relieve each other."""
    if request.safety in policy["safety"] and (not request.on_site or len(request.people) < policy["people"]):
        yield _(
            "An experiment of safety class %(class)s is never left alone: come on site, at least %(people)d people."
        ) % {"class": str(CLASSES[request.safety]).lower(), "people": policy["people"]}
