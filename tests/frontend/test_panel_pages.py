"""Pages of panels: the office makes and fills them, reviewers say what they know and declare conflicts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core import clock
from programs.models import ConflictDeclaration, Panel, Theme
from tests.frontend.reading import as_, rows_data, text
from tests.programs.asking import a_call, a_proposal, a_scale
from tests.programs.reviewing import a_panel, a_review, before, criteria
from tests.world import make_user

pytestmark = pytest.mark.django_db
TODAY = clock.now().date().isoformat()


def test_an_office_makes_a_panel_appoints_attaches_and_takes_it_off(world):
    call, office = a_call(world), as_(world.sec)
    owner = f"alliance:{world.alliance.slug}"
    made = office.post("/office/panels/new/", {"owner": owner, "name": "Materials", "scale": a_scale().pk})
    panel = Panel.objects.get()
    address = f"/office/panels/{panel.pk}/"
    assert made.headers["Location"] == address
    seat = {"person": world.dan.email, "role": "chair", "starts_on": TODAY, "last_on": TODAY, "most": 4}
    assert office.post(address, seat).status_code == 302
    again = office.post(address, seat)
    assert again.status_code == 422
    assert "in those days already" in again.content.decode()
    page = text(office, address)
    assert "Dan" in page
    assert "Chair" in page
    member = panel.members.get()
    assert (member.term.upper - member.term.lower).days == 1
    form = text(office, f"{address}members/{member.pk}/")
    assert f'value="{TODAY}"' in form
    office.post(f"{address}members/{member.pk}/", {"role": "member", "starts_on": TODAY, "most": 2})
    member.refresh_from_db()
    assert (member.role, member.most, member.term.upper) == ("member", 2, None)
    office.post(f"/office/calls/{call.pk}/panels/attach/", {"panel": panel.pk})
    assert "Materials" in text(office, f"/office/calls/{call.pk}/")
    office.post(f"/office/calls/{call.pk}/panels/{panel.pk}/detach/")
    assert not panel.calls.exists()


def test_a_panel_that_somebody_changed_meanwhile_keeps_what_is_typed(world):
    panel = a_panel(world, a_call(world))
    office = as_(world.sec)
    given = {"version": 1, "name": "Matter", "scale": panel.scale_id}
    assert office.post(f"/office/panels/{panel.pk}/edit/", given).status_code == 302
    late = office.post(f"/office/panels/{panel.pk}/edit/", {**given, "name": "Typed late"})
    assert late.status_code == 422
    assert "Typed late" in late.content.decode()
    assert Panel.objects.get().name == "Matter"


def test_panels_are_not_there_for_others(world):
    panel = a_panel(world, a_call(world), world.dan)
    for person in (world.dan, world.bo, world.ana):
        text(as_(person), f"/office/panels/{panel.pk}/", 404)
        text(as_(person), f"/office/panels/{panel.pk}/edit/", 404)
        assert "Materials" not in text(as_(person), "/office/panels/")
    text(as_(world.ana), "/office/panels/new/", 403)
    assert as_(world.bo).post(f"/office/calls/{panel.calls.get().pk}/panels/attach/").status_code == 403


def test_reviewers_say_what_they_know_and_the_office_sees_it(world):
    panel = a_panel(world, a_call(world), world.dan)
    energy = Theme.objects.create(slug="energy", name="Energy")
    row = {"subject": f"theme:{energy.pk}", "level": "3"}
    assert as_(world.dan).post("/reviews/expertise/", rows_data(row, initial=0)).status_code == 302
    office = as_(world.sec)
    page = text(office, f"/office/panels/{panel.pk}/")
    assert "Energy (3)" in page
    address = f"/office/panels/{panel.pk}/members/{panel.members.get().pk}/expertise/"
    assert "Energy" in text(office, address)
    assert office.post(address, rows_data({**row, "level": "1"}, initial=1)).status_code == 302
    assert world.dan.expertise.get().level == 1


@pytest.fixture
def scene(world):
    call = a_call(world, state="in_review", blind=True, reviews_wanted=1, internal_wanted=0)
    criteria(call)
    zoe, eve = (make_user(name, world.org_c) for name in ("zoe", "eve"))
    panel = a_panel(world, call, world.dan, eve, chair=zoe)
    row = before(panel, a_proposal(world, call, state="review"))
    return type("Scene", (), {"call": call, "panel": panel, "row": row, "zoe": zoe, "eve": eve})


def test_a_reviewer_declares_a_conflict_from_the_review_and_somebody_else_is_asked(world, scene):
    review = a_review(scene.row, world.dan)
    client, address = as_(world.dan), f"/panel-meetings/{scene.row.pk}/conflict/"
    assert address in text(client, f"/reviews/{review.pk}/")
    page = text(client, address)
    assert "Ana" not in page
    assert "Eve" not in page
    assert client.post(address, {"reason": " "}).status_code == 422
    done = client.post(address, {"reason": "We are neighbours.", "person": str(scene.eve.pk)})
    assert done.status_code == 302
    assert ConflictDeclaration.objects.get().person == world.dan
    review.refresh_from_db()
    assert (review.state, review.replaced_by.state) == ("declined", "asked")
    assert "How ions move." not in text(client, f"/reviews/{review.pk}/")


def test_the_chair_records_a_conflict_of_a_member_and_others_find_no_such_page(world, scene):
    address = f"/panel-meetings/{scene.row.pk}/conflict/"
    assert "Eve" in text(as_(scene.zoe), address)
    assert as_(scene.zoe).post(address, {"reason": "A couple.", "person": str(scene.eve.pk)}).status_code == 302
    assert (ConflictDeclaration.objects.get().person, ConflictDeclaration.objects.get().by) == (scene.eve, scene.zoe)
    text(as_(world.bo), address, 404)


def test_a_list_of_panels_costs_the_same_for_three(world):
    office = as_(world.sec)

    def count() -> int:
        with CaptureQueriesContext(connection) as asked:
            text(office, "/office/panels/")
        return len(asked)

    a_panel(world, a_call(world), name="First")
    count()
    one = count()
    for name in ("Second", "Third"):
        a_panel(world, a_call(world), name=name)
    assert count() == one


def test_everything_of_a_call_is_forwarded_from_its_page(world):
    call = a_call(world, state="in_review")
    a_proposal(world, call, state="feasibility")
    a_proposal(world, call, state="review")
    office, address = as_(world.sec), f"/office/calls/{call.pk}/forward/"
    assert f"{address}review/" in text(office, f"/office/calls/{call.pk}/")
    page = office.post(f"{address}review/", follow=True).content.decode()
    assert "1 stays" in page
    assert "1 proposal went on" in office.post(f"{address}panel/", follow=True).content.decode()
    assert office.post(f"{address}moon/").status_code == 404
    assert as_(world.bo).post(f"{address}panel/").status_code == 403
