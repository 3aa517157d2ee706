"""A small cast in two parallel centres, so that a leak between them shows.

Ana works at B and proposes; bo manages facility A, bob facility B; cleo is an instrument scientist at A; dan belongs
elsewhere and must see nothing. Berlin and Shanghai keep different time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.commands import affiliate, grant_role
from accounts.models import Organisation, User
from accounts.queries import system_user
from alliance.models import Alliance, Membership
from core import clock
from facilities.models import Block, Facility, Instrument
from workflow.models import Route, Step


@dataclass
class World:
    """Everything that `world` makes, by name."""

    alliance: Alliance
    org_a: Organisation
    org_b: Organisation
    org_c: Organisation
    facility_a: Facility
    facility_b: Facility
    instrument_a: Instrument
    instrument_b: Instrument
    ana: User
    bo: User
    bob: User
    cleo: User
    dan: User
    sig_a: User
    sig_b: User
    lea: User
    sec: User
    adm: User
    system: User
    monday: datetime
    """Midnight UTC of a Monday two to three weeks ahead."""

    def at(self, day: int, hour: float) -> datetime:
        """An instant counted from `monday`."""
        return self.monday + timedelta(days=day, hours=hour)


def make_user(name: str, organisation: Organisation, zone: str = "UTC") -> User:
    user = User(email=f"{name}@test.example", name=name.capitalize(), time_zone=zone)
    user.set_unusable_password()
    user.save()
    affiliate(user, organisation, by=system_user(), starts_on=date(2020, 1, 1))
    return user


def make_facility(slug: str, organisation: Organisation, zone: str, country: str) -> Facility:
    """A facility whose route has one step: its manager, within 16 working hours."""
    facility = Facility.objects.create(
        slug=slug,
        name=f"Facility {slug.upper()}",
        acronym=slug.upper(),
        organisation=organisation,
        kind=Facility.Kind.SYNCHROTRON,
        country=country,
        zone=zone,
        office_weekdays=[1, 2, 3, 4, 5],
        office_opens=time(9),
        office_closes=time(17),
    )
    make_route(facility)
    return facility


def make_route(facility: Facility) -> Route:
    route = Route.objects.create(
        owner_type="facilities.facility",
        owner_id=facility.pk,
        subject_type="facilities.booking",
        name="Facility decides",
    )
    Step.objects.create(
        route=route,
        position=1,
        name="Facility manager",
        role="facility_manager",
        scope_type="facilities.facility",
        scope_id=facility.pk,
        within_hours=16,
    )
    return route


def make_instrument(facility: Facility, code: str, **fields) -> Instrument:
    """An exclusive instrument booked in shifts of eight hours, or whatever `fields` say."""
    slug = f"{facility.slug}-{code.lower()}"
    defaults = {"slug": slug, "code": code, "name": f"Instrument {code}", "modes": ["onsite", "remote"]}
    return Instrument.objects.create(facility=facility, **{**defaults, **fields})


def open_time(facility: Facility, starts_at: datetime, ends_at: datetime, **fields) -> Block:
    """User time of a whole facility, or of the `instrument` given."""
    return Block.objects.create(
        facility=facility, **{"kind": "user", **fields}, period=DateTimeTZRange(starts_at, ends_at)
    )


def make_world() -> World:
    system = system_user()
    today = clock.now().replace(hour=0, minute=0, second=0, microsecond=0)
    monday = (today + timedelta(days=21 - today.weekday())).astimezone(UTC)
    alliance = Alliance.objects.create(
        slug="alliance", name="Alliance of Centres", acronym="AOC", is_main=True, zone="Asia/Shanghai"
    )
    org_a, org_b, org_c = (
        Organisation.objects.create(slug=f"org-{key}", name=f"Centre {key.upper()}", country=country)
        for key, country in (("a", "DE"), ("b", "CN"), ("c", "FR"))
    )
    for organisation in (org_a, org_b):
        Membership.objects.create(alliance=alliance, organisation=organisation, joined_on=date(2019, 10, 17))
    facility_a = make_facility("fa", org_a, "Europe/Berlin", "DE")
    facility_b = make_facility("fb", org_b, "Asia/Shanghai", "CN")
    for facility in (facility_a, facility_b):
        open_time(facility, today - timedelta(days=400), today + timedelta(days=400))
    instrument_a = make_instrument(facility_a, "A1")
    instrument_b = make_instrument(facility_b, "B1")
    ana = make_user("ana", org_b, "Asia/Shanghai")
    bo = make_user("bo", org_a, "Europe/Berlin")
    bob = make_user("bob", org_b, "Asia/Shanghai")
    cleo = make_user("cleo", org_a, "Europe/Berlin")
    dan = make_user("dan", org_c, "Europe/Paris")
    sig_a, sig_b = make_user("sig_a", org_a), make_user("sig_b", org_b)
    lea, sec, adm = make_user("lea", org_a), make_user("sec", org_b), make_user("adm", org_b)
    for user, role, container in (
        (ana, "scientist", org_b),
        (bo, "facility_manager", facility_a),
        (bob, "facility_manager", facility_b),
        (cleo, "instrument_scientist", facility_a),
        (dan, "scientist", org_c),
        (sig_a, "partner_signatory", org_a),
        (sig_b, "partner_signatory", org_b),
        (lea, "leadership", alliance),
        (sec, "secretariat", alliance),
        (adm, "administrator", alliance),
    ):
        grant_role(user, role, container, by=system)
    return World(
        alliance=alliance,
        org_a=org_a,
        org_b=org_b,
        org_c=org_c,
        facility_a=facility_a,
        facility_b=facility_b,
        instrument_a=instrument_a,
        instrument_b=instrument_b,
        ana=ana,
        bo=bo,
        bob=bob,
        cleo=cleo,
        dan=dan,
        sig_a=sig_a,
        sig_b=sig_b,
        lea=lea,
        sec=sec,
        adm=adm,
        system=system,
        monday=monday,
    )
