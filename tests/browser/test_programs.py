"""Programme pages in a real browser: a programme from the first title to allocated time, by four people."""

import pytest

from programs.models import Program
from tests.browser.following import follow
from tests.programs import cast

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_every_programme_page_is_accessible(visit, readable, world):
    draft, submitted, checked, running = (
        cast.draft(world),
        cast.submitted(world),
        cast.confirmed(world),
        cast.active(world),
    )
    for user, pages in (
        (
            world.ana,
            [
                "/programs/",
                "/programs/new/",
                f"/programs/{draft.pk}/",
                f"/programs/{draft.pk}/edit/",
                *(
                    f"/programs/{draft.pk}/edit/{name}/"
                    for name in ("details", "partners", "milestones", "time", "declaration")
                ),
                f"/programs/{draft.pk}/answers/",
                *(f"/programs/{running.pk}/{tab}" for tab in ("", "bookings/", "progress/", "history/")),
            ],
        ),
        (world.sig_a, [f"/programs/{submitted.pk}/", f"/programs/{submitted.pk}/confirm/"]),
        (world.sec, [f"/programs/{checked.pk}/decide/"]),
        (None, ["/cooperation/", f"/cooperation/{running.number}/"]),
    ):
        page = visit(pages[0], user=user)
        for address in pages:
            page.goto(address)
            readable(page)


def test_pages_are_accessible_in_chinese(visit, accessible, world):
    world.ana.locale = "zh-hans"
    world.ana.save()
    program = cast.active(world)
    page = visit(f"/programs/{program.pk}/", user=world.ana, language="zh-hans")
    accessible(page)


@pytest.mark.parametrize(("width", "javascript"), [(1440, True), (390, False)])
def test_a_programme_goes_from_its_title_to_allocated_time(visit, world, width, javascript):
    options = {"width": width, "javascript": javascript}
    ana = visit("/programs/", user=world.ana, **options)
    follow(ana.get_by_role("link", name="Propose a programme"))
    ana.get_by_label("Title").fill("Cells at work")
    follow(ana.get_by_role("button", name="Begin the draft"))

    follow(ana.get_by_role("link", name="What it is, and when"))
    ana.get_by_label("Summary").fill("Following charge in working cells.")
    ana.get_by_label("First day").fill("2090-01-01")
    ana.get_by_label("Last day").fill("2092-12-31")
    follow(ana.get_by_role("button", name="Save and go back"))

    follow(ana.get_by_role("link", name="Partners and their parts"))
    row = ana.get_by_role("group", name="One more")
    row.get_by_label("Member organisation").select_option("Centre A")
    row.get_by_label("Its part").fill("X-ray absorption")
    follow(ana.get_by_role("button", name="Save and go back"))

    follow(ana.get_by_role("link", name="Facility time"))
    row = ana.get_by_role("group", name="One more")
    row.get_by_label("Instrument").select_option(str(world.instrument_a.pk))
    row.get_by_label("How much").fill("18")
    follow(ana.get_by_role("button", name="Save and go back"))

    follow(ana.get_by_role("link", name="Declarations"))
    ana.get_by_label("The programme serves peaceful ends only").check()
    follow(ana.get_by_role("button", name="Save and go back"))
    follow(ana.get_by_role("link", name="Check and submit"))
    follow(ana.get_by_role("button", name="Submit and ask them"))
    ana.get_by_text("The programme is submitted").wait_for()
    program = Program.objects.get()

    for person, name in ((world.sig_a, "Centre A"), (world.sig_b, "Centre B")):
        page = visit(f"/programs/{program.pk}/", user=person, **options)
        follow(page.get_by_role("link", name="Confirm for our organisation"))
        follow(page.get_by_role("button", name=f"Confirm for {name}"))
        page.get_by_text(f"Confirmed for {name}").first.wait_for()
    for person, button in (
        (world.sec, "Pass to the leadership"),
        (world.lea, "Approve and allocate"),
    ):
        page = visit(f"/programs/{program.pk}/", user=person, **options)
        follow(page.get_by_role("link", name="Read and decide"))
        follow(page.get_by_role("button", name=button))
        page.wait_for_url(f"**/programs/{program.pk}/")
    ana.goto(f"/programs/{program.pk}/")
    ana.get_by_role("heading", name="Allocation and use").wait_for()
    follow(ana.get_by_role("button", name="Start"))
    ana.get_by_text("The programme has started").first.wait_for()
    program.refresh_from_db()
    assert (program.state, program.entitlements.get().allocation.granted) == ("active", 18)
