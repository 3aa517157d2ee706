"""Pages of reviews and legs: writing beside the text, a meeting that empties, what staff say of a leg."""

import pytest

from programs.commands import reviews
from programs.models import Review
from programs.queries.assigning import last_assignment
from tests.frontend.reading import as_, text
from tests.programs.asking import a_call, a_proposal
from tests.programs.reviewing import a_panel, a_review, before, criteria
from tests.world import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene(world):
    call = a_call(world, state="in_review", blind=True)
    criteria(call)
    zoe = make_user("zoe", world.org_c)
    panel = a_panel(world, call, world.dan, chair=zoe)
    row = before(panel, a_proposal(world, call, state="review"))
    return type("Scene", (), {"call": call, "panel": panel, "row": row, "zoe": zoe})


def test_a_review_is_written_beside_the_text_without_naming_who_proposes(world, scene):
    review = a_review(scene.row, world.dan)
    client = as_(world.dan)
    assert "Ions on the move" in text(client, "/reviews/")
    page = text(client, f"/reviews/{review.pk}/")
    assert "How ions move." in page
    assert "Ana" not in page
    assert "Centre B" not in page
    wrong = client.post(f"/reviews/{review.pk}/", {"do": "submit", "score_overall": "9", "comment_to_panel": "Kept."})
    assert wrong.status_code == 400
    assert "Kept." in wrong.content.decode()
    assert "from 1 to 5" in wrong.content.decode()
    client.post(f"/reviews/{review.pk}/", {"do": "save", "score_overall": "4"})
    assert Review.objects.get().state == "accepted"
    client.post(f"/reviews/{review.pk}/", {"do": "submit", "score_overall": "4"})
    assert Review.objects.get().state == "submitted"
    assert text(client, f"/reviews/{review.pk}/").count("4") > 0


def test_the_meeting_is_in_order_for_the_chair_and_empty_where_in_conflict(world, scene):
    a_review(scene.row, world.dan, 4.7, comment_to_panel="Splendid work.")
    meeting = f"/calls/{scene.call.slug}/panels/{scene.panel.pk}/"
    client = as_(scene.zoe)
    assert "4.70" in text(client, meeting)
    page = text(client, f"/panel-meetings/{scene.row.pk}/")
    assert "Splendid work." in page
    done = {"version": scene.row.version, "final_score": "5", "final_reason": "Better than that."}
    assert client.post(f"/panel-meetings/{scene.row.pk}/", done).status_code == 302
    assert client.post(f"/panel-meetings/{scene.row.pk}/", done).status_code == 409
    assert "5.00" in text(client, f"/calls/{scene.call.slug}/ranking/")
    reviews.declare_conflict(scene.row, scene.zoe, by=scene.zoe, reason="Friends.")
    for address in (meeting, f"/panel-meetings/{scene.row.pk}/", f"/calls/{scene.call.slug}/ranking/", "/reviews/"):
        page = text(client, address)
        assert not [word for word in ("4.70", "5.00", "Splendid", "Better than", "Dan") if word in page], address
    assert "leave the room" in text(client, meeting)
    back = f"/panel-meetings/{scene.row.pk}/conflict/{scene.zoe.pk}/withdraw/"
    assert "Friends." in text(client, f"/panel-meetings/{scene.row.pk}/conflict/")
    assert as_(world.dan).post(back, {"reason": "Let her in."}).status_code == 404, "not his to take back"
    client.post(back, {"reason": "It was another Ana."})
    assert "5.00" in text(client, meeting)


def test_others_find_no_meeting_and_no_ranking(world, scene):
    for person in (world.ana, world.bo):
        text(as_(person), f"/calls/{scene.call.slug}/panels/{scene.panel.pk}/", 404)
        text(as_(person), f"/calls/{scene.call.slug}/ranking/", 404)
        text(as_(person), f"/panel-meetings/{scene.row.pk}/", 404)


def test_instrument_staff_say_what_can_be_done(world):
    leg = a_proposal(world, a_call(world), state="feasibility").legs.get()
    client = as_(world.cleo)
    assert "Ions on the move" in text(client, "/legs/")
    assert client.post(f"/legs/{leg.pk}/", {"form": "feasibility", "result": "not_feasible"}).status_code == 400
    given = {"form": "feasibility", "result": "feasible", "units": "4", "note": "Fine."}
    assert "For peaceful ends only" in text(client, f"/legs/{leg.pk}/"), "all that was submitted"
    assert client.post(f"/legs/{leg.pk}/", given).status_code == 302
    leg.refresh_from_db()
    assert leg.state == "feasible"
    assert "Fine." in text(as_(world.ana), f"/legs/{leg.pk}/")
    text(as_(world.dan), f"/legs/{leg.pk}/", 404)


def test_reviewers_are_proposed_on_a_page_and_asked_only_when_the_office_says_so(world, scene, settings):
    world.sec.affiliations.update(organisation=world.org_c)
    office, address = as_(world.sec), f"/calls/{scene.call.slug}/assign/"
    assert "Nothing proposed yet" in text(office, address)
    assert office.post(address, {"do": "try"}).status_code == 302
    page = text(office, address)
    assert "Ask them" in page
    assert "Dan" in page
    assert Review.objects.count() == 0
    settings.SOLVED_AT_ONCE = 0
    office.post(address, {"do": "ask"})
    page = text(office, address)
    assert "Step 1 of 3: reading loads and conflicts." in page
    assert "Dan" not in page
    reviews.run_assignment(last_assignment(scene.call).pk)
    assert "2 people were asked." in text(office, address)
    assert Review.objects.count() == 2
    text(as_(scene.zoe), address, 404)
    text(as_(world.bo), address, 404)
