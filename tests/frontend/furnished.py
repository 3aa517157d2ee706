"""The alliance of the tests with something to show, some of it not yet public."""

from datetime import UTC, date, datetime, timedelta

from alliance.models import Event, NewsItem
from core import clock
from facilities.models import Course, Technique, TechniqueClosure
from tests.world import World


def furnish(world: World) -> World:
    """The cast with news, events, techniques and a training, some of it not yet public."""
    now = clock.now()
    world.alliance.purpose = "The alliance promotes **cooperation**."
    world.alliance.founded_on = date(2019, 10, 17)
    world.alliance.save()
    for organisation, latitude, longitude in ((world.org_a, 52.41, 13.13), (world.org_b, 22.93, 113.9)):
        organisation.latitude, organisation.longitude = latitude, longitude
        organisation.save()
    for slug, published_at in (
        ("first", now - timedelta(days=1)),
        ("secret", now + timedelta(days=1)),
        ("draft", None),
    ):
        NewsItem.objects.create(
            alliance=world.alliance,
            slug=slug,
            title=f"News {slug}",
            title_zh=f"新闻 {slug}",
            body="Something <script>alert(1)</script> *happened*.\n\nMore.",
            source="Office",
            published_at=published_at,
        )
    Event.objects.create(
        alliance=world.alliance,
        slug="meeting",
        kind="annual_meeting",
        title="Annual Meeting",
        theme="Reports and plans.",
        starts_at=datetime(2099, 12, 10, 7, tzinfo=UTC),
        ends_at=datetime(2099, 12, 10, 10, tzinfo=UTC),
        zone="Asia/Shanghai",
        venue="Yanqi Lake",
    )
    broad = Technique.objects.create(code="T1", label="absorption spectroscopy", label_zh="吸收谱")
    narrow = Technique.objects.create(code="T2", label="x-ray absorption spectroscopy", definition="Edges.")
    for ancestor, descendant in ((broad, broad), (narrow, narrow), (broad, narrow)):
        TechniqueClosure.objects.create(ancestor=ancestor, descendant=descendant)
    world.instrument_a.techniques.add(narrow)
    course = Course.objects.create(facility=world.facility_a, name="X-ray safety", name_zh="X射线安全")
    world.instrument_a.required_trainings.add(course)
    return world
