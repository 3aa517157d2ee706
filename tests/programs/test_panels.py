"""Panels: made, filled and attached by their office alone; what reviewers know about; whole calls forwarded."""

from datetime import date, timedelta

import pytest

from accounts.commands import create_token, grant_role
from core import clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse
from facilities.models import Technique
from programs.commands import reviews
from programs.models import Feasibility, Panel, PanelMember, Proposal, Theme
from programs.queries.panels import panels_listed, panels_offered, seats_on
from tests.programs import proposing
from tests.programs.asking import a_call, a_proposal, a_scale
from tests.programs.reviewing import a_panel, a_review, before, criteria, seat
from tests.world import make_user

pytestmark = pytest.mark.django_db
TODAY = clock.now().date()


@pytest.fixture
def api(client):
    class Caller:
        def __init__(self, user):
            _token, text = create_token(user, by=user)
            self.headers = {"Authorization": f"Bearer {text}"}

        def get(self, address):
            return client.get(f"/api/v1{address}", headers=self.headers)

        def send(self, method, address, **body):
            return getattr(client, method)(
                f"/api/v1{address}", body, content_type="application/json", headers=self.headers
            )

    return Caller


def test_a_panel_is_made_where_one_runs_calls_and_its_name_is_there_once(world):
    panel = reviews.make_panel(world.alliance, " Materials ", a_scale(), by=world.sec)
    assert panel.name == "Materials"
    with pytest.raises(Invalid) as taken:
        reviews.make_panel(world.alliance, "Materials", a_scale(), by=world.sec)
    assert [row.field for row in taken.value.violations] == ["name"]
    with pytest.raises(NotPermitted):
        reviews.make_panel(world.alliance, "Life", a_scale(), by=world.bo)
    own = reviews.make_panel(world.alliance, "Materials", a_scale(), by=world.bo, facility=world.facility_a)
    with pytest.raises(NotPermitted):
        reviews.edit_panel(own, {"name": "Mine"}, by=world.bob, version=1)
    assert set(panels_listed(world.bo, mine=True)) == {own}
    assert not panels_listed(world.bob, mine=True).exists()


def test_a_panel_is_changed_by_who_read_it_last_and_keeps_the_scale_of_its_scores(world):
    call = a_call(world)
    criteria(call)
    panel = a_panel(world, call, world.dan)
    ten = a_scale(name="One to ten", highest=10)
    changed = reviews.edit_panel(panel, {"scale": ten, "name_zh": "材料"}, by=world.sec, version=1)
    assert (changed.scale, changed.version) == (ten, 2)
    with pytest.raises(DomainError) as late:
        reviews.edit_panel(panel, {"name": "Late"}, by=world.sec, version=1)
    assert late.value.status == 409
    a_review(before(changed, a_proposal(world, call, state="review")), world.dan, 4)
    with pytest.raises(RulesRefuse):
        reviews.edit_panel(panel, {"scale": a_scale()}, by=world.sec, version=2)
    assert Panel.objects.get().name == "Materials"


def test_a_term_is_changed_and_ended_and_nobody_sits_twice_at_a_time(world):
    panel = a_panel(world, a_call(world))
    first = reviews.appoint(panel, world.dan, by=world.sec, starts_on=TODAY - timedelta(days=30))
    with pytest.raises(RulesRefuse):
        reviews.appoint(panel, world.dan, by=world.sec, starts_on=TODAY)
    term = {"starts_on": TODAY - timedelta(days=30), "ends_on": TODAY, "role": "chair", "most": 3}
    reviews.change_seat(first, by=world.sec, **term)
    second = reviews.appoint(panel, world.dan, by=world.sec, starts_on=TODAY)
    assert [(row.member.pk, row.when) for row in seats_on(panel)] == [(second.pk, "now"), (first.pk, "ended")]
    with pytest.raises(RulesRefuse):
        reviews.change_seat(first, by=world.sec, **(term | {"ends_on": None}))
    with pytest.raises(Invalid):
        reviews.change_seat(first, by=world.sec, **(term | {"ends_on": date(2020, 1, 1)}))
    with pytest.raises(NotPermitted):
        reviews.change_seat(first, by=world.dan, **term)


def test_a_panel_at_work_is_not_taken_off_a_call_and_one_of_others_not_attached(world):
    call, theirs = a_call(world), a_call(world, facility=world.facility_a)
    panel = a_panel(world, call)
    reviews.detach_panel(panel, call, by=world.sec)
    assert panel in panels_offered(call)
    reviews.attach_panel(panel, call, by=world.sec)
    before(panel, a_proposal(world, call, state="review"))
    with pytest.raises(RulesRefuse):
        reviews.detach_panel(panel, call, by=world.sec)
    foreign = Panel.objects.create(alliance=world.alliance, facility=world.facility_b, name="B", scale=a_scale())
    assert foreign not in panels_offered(theirs)
    with pytest.raises(RulesRefuse):
        reviews.attach_panel(foreign, theirs, by=world.bo)
    with pytest.raises(NotPermitted):
        reviews.attach_panel(panel, call, by=world.bo)


def test_what_people_know_about_is_said_by_them_or_by_the_office_of_their_panel(world):
    panel = a_panel(world, a_call(world), world.dan)
    energy = Theme.objects.create(slug="energy", name="Energy")
    reviews.set_expertise(world.dan, {energy: 3}, by=world.sec)
    assert [row.expertise[0].level for row in seats_on(panel)] == [3]
    with pytest.raises(NotPermitted):
        reviews.set_expertise(world.ana, {energy: 3}, by=world.sec)
    with pytest.raises(NotPermitted):
        reviews.set_expertise(world.dan, {}, by=world.bo)
    reviews.set_expertise(world.dan, {}, by=world.dan)
    assert seats_on(panel)[0].expertise == ()


def test_a_whole_call_is_checked_and_forwarded_and_what_stays_says_why(world):
    call = a_call(world, needs_consent=False)
    drafts = [proposing.submitted(world, call) for _n in range(2)]
    with pytest.raises(NotPermitted):
        reviews.forward_all(call, "feasibility", by=world.bo)
    found = reviews.forward_all(call, "feasibility", by=world.sec)
    assert (len(found.moved), found.held) == (2, ())
    assert reviews.forward_all(call, "feasibility", by=world.sec).moved == ()
    a_panel(world, call, world.dan)
    first = Proposal.objects.get(pk=drafts[0].pk)
    for leg in first.legs.all():
        Feasibility.objects.create(leg=leg, instrument=leg.instrument, result="feasible", by=world.bo)
    first.legs.update(state="feasible")
    found = reviews.forward_all(call, "review", by=world.sec)
    assert [row.pk for row in found.moved] == [first.pk]
    [(held, why)] = found.held
    assert (held.pk, len(why)) == (drafts[1].pk, 1)
    assert [row.pk for row in reviews.forward_all(call, "panel", by=world.sec).moved] == [first.pk]


def test_the_api_makes_fills_and_attaches_a_panel(world, api):
    call, office = a_call(world), api(world.sec)
    Theme.objects.create(slug="energy", name="Energy")
    body = {"name": "Energy", "scale": a_scale().name, "themes": ["energy"]}
    made = office.send("post", "/panels", **body)
    assert made.status_code == 201, made.content
    address = f"/panels/{made.json()['id']}"
    body = {"email": world.dan.email, "starts_on": str(TODAY), "role": "chair"}
    [member] = office.send("post", f"{address}/members", **body).json()["members"]
    assert (member["person"], member["when"], member["ends_on"]) == ("Dan", "now", None)
    assert office.send("post", f"{address}/members", **body).status_code == 422
    body = {"starts_on": str(TODAY), "ends_on": str(TODAY + timedelta(days=9)), "role": "member", "most": 2}
    [member] = office.send("put", f"{address}/members/{member['id']}", **body).json()["members"]
    assert (member["role"], member["most"]) == ("member", 2)
    assert office.send("post", f"{address}/attach", call=call.slug).json()["calls"] == [call.slug]
    assert office.send("post", f"{address}/detach", call=call.slug).json()["calls"] == []
    assert office.send("patch", address, version=1, name_zh="能源").json()["version"] == 2
    assert office.send("patch", address, version=1, name="Late").status_code == 409


def test_who_sits_on_a_panel_is_for_its_office_and_its_chair(world, api):
    panel = a_panel(world, a_call(world), world.dan, chair=make_user("zoe", world.org_c))
    assert api(world.dan).get(f"/panels/{panel.pk}").json()["members"] is None
    assert len(api(panel.members.get(role="chair").person).get(f"/panels/{panel.pk}").json()["members"]) == 2
    assert api(world.bo).get(f"/panels/{panel.pk}").status_code == 404
    assert api(world.bo).get("/panels?count=true").json()["count"] == 0
    assert [row["id"] for row in api(world.dan).get("/panels").json()["results"]] == [str(panel.pk)]


def test_the_api_says_what_one_knows_about(world, api):
    a_panel(world, a_call(world), world.dan)
    Theme.objects.create(slug="energy", name="Energy")
    Technique.objects.create(code="PaNET01188", label="small angle scattering")
    own = api(world.dan)
    said = [{"technique": "PaNET01188", "level": 3}, {"theme": "energy", "level": 1}]
    assert own.send("put", "/expertise", expertise=said).json()["expertise"] == [
        {"technique": "PaNET01188", "theme": None, "level": 3}, {"technique": None, "theme": "energy", "level": 1}
    ]  # fmt: skip
    assert own.send("put", "/expertise", expertise=[{"level": 1}]).status_code == 400
    assert len(api(world.sec).get(f"/expertise?person={world.dan.email}").json()["expertise"]) == 2
    assert api(world.bo).get(f"/expertise?person={world.dan.email}").status_code == 404


def test_an_office_of_one_facility_finds_no_panel_of_another(world):
    grant_role(world.dan, "user_office", world.facility_b, by=world.system)
    panel = reviews.make_panel(world.alliance, "A", a_scale(), by=world.bo, facility=world.facility_a)
    assert not panels_listed(world.dan).exists()
    seat(panel, world.dan)
    assert set(panels_listed(world.dan)) == {panel}
    assert not panels_listed(world.dan, mine=True).exists()
    assert PanelMember.objects.count() == 1
