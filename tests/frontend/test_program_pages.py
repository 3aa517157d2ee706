"""Programme pages: what each reader sees, drafting page by page, answers, decisions, and what is never shown."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.commands import grant_role
from core import clock
from programs.commands import cooperation
from programs.models import Program, Theme
from tests.frontend.reading import rows_data, text
from tests.programs import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_():
    def signed_in(user) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in


def at(program: Program, rest: str = "") -> str:
    return f"/programs/{program.pk}/{rest}"


def test_a_scientist_drafts_page_by_page_and_submits(world, as_):
    ana = as_(world.ana)
    assert "Propose a programme" in text(ana, "/programs/")
    made = ana.post("/programs/new/", {"title": "Cells", "kind": "joint_research", "organisation": "org-b"})
    program = Program.objects.get()
    assert made.headers["Location"] == at(program, "edit/")

    def save(name: str, **data) -> None:
        program.refresh_from_db()
        answer = ana.post(at(program, f"edit/{name}/"), {"version": program.version, **data})
        assert answer.status_code == 302, answer.content.decode()

    first, last = str(clock.now().date().replace(day=1, year=2090)), "2092-12-31"
    save("details", title="Cells", kind="joint_research", summary="What happens.", starts_on=first, ends_on=last)
    save(
        "partners",
        **rows_data(
            {"organisation": world.org_b.pk, "role": "lead", "task": "Cells"},
            {"organisation": world.org_a.pk, "role": "partner", "task": "X-rays"},
            {"other": "centre c", "role": "associate"},
            initial=1,
        ),
    )
    save("milestones", **rows_data({"title": "Samples", "due_on": "2091-05-01", "weight": 1}, initial=0))
    save("time", **rows_data({"instrument": world.instrument_a.pk, "units": "6", "cycle": ""}, initial=0))
    tasks = text(ana, at(program, "edit/"))
    assert "4 of 5 tasks done" in tasks
    assert "Declare that the programme serves peaceful ends only" in text(ana, at(program, "answers/"))
    save("declaration", peaceful_use="on", open_outputs="on")
    assert "Submit and ask them" in text(ana, at(program, "answers/"))
    assert ana.post(at(program, "answers/")).status_code == 302
    program.refresh_from_db()
    assert program.state == "submitted"
    assert {row.organisation.name: (row.role, row.task) for row in program.partners.all()} == {
        "Centre B": ("lead", "Cells"),
        "Centre A": ("partner", "X-rays"),
        "Centre C": ("associate", ""),
    }
    assert program.milestones.get().title == "Samples"
    assert program.entitlements.get().units == 6


def test_a_lost_save_keeps_the_typed_text_and_shows_what_changed(world, as_):
    program = cast.draft(world)
    cooperation.edit_program(program, {"title": "Faster"}, by=world.ana, version=program.version)
    answer = as_(world.ana).post(
        at(program, "edit/details/"),
        {"version": program.version, "title": "Slower", "kind": "forum", "summary": "A long text I typed"},
    )
    html = answer.content.decode()
    assert answer.status_code == 409
    assert "A long text I typed" in html
    assert "Slower" in html
    assert "it now reads: Faster" in html
    program.refresh_from_db()
    assert program.title == "Faster"
    assert f'name="version" value="{program.version}"' in html


def test_wrong_answers_keep_what_was_typed_and_link_to_the_field(world, as_):
    program = cast.draft(world)
    data = rows_data({"other": "Nowhere Institute", "role": "partner", "task": "Kept"}, initial=0)
    answer = as_(world.ana).post(at(program, "edit/partners/"), {"version": program.version, **data})
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "Nowhere Institute" in html
    assert "Kept" in html
    assert 'href="#id_rows-0-other"' in html


def test_a_draft_is_its_teams_alone(world, as_):
    program = cast.draft(world)
    for person in (world.dan, world.sig_a, world.bo, world.cleo):
        client = as_(person)
        for rest in ("", "edit/", "answers/", "history/", "confirm/", "decide/", "time.csv"):
            text(client, at(program, rest), status=404)
        assert program.title not in text(client, "/programs/")
    for rest in ("edit/", "edit/details/", "answers/"):
        text(as_(world.sec), at(program, rest), status=403)


def test_a_signatory_reads_the_frozen_version_and_confirms_the_own_part(world, as_):
    program = cast.submitted(world)
    sig = as_(world.sig_a)
    assert "Confirm for our organisation" in text(sig, at(program))
    html = text(sig, at(program, "confirm/"))
    sha256 = program.versions.get().sha256
    for words in ("for Centre A</span>", "X-ray absorption", "18 shifts", sha256):
        assert words in html
    assert "for Centre B</span>" not in html
    data = {"organisation": world.org_a.pk, "sha256": sha256, "note": "Gladly"}
    assert sig.post(at(program, "confirm/"), data).status_code == 302
    assert "Gladly" in text(sig, at(program, "confirm/"))
    other = as_(world.sig_b).post(at(program, "confirm/"), {**data, "organisation": world.org_a.pk})
    assert other.status_code == 404


def test_a_version_that_changed_meanwhile_is_not_confirmed(world, as_):
    program = cast.submitted(world)
    read = program.versions.get().sha256
    cooperation.edit_program(program, {"title": "Else"}, by=world.ana, version=program.version)
    answer = as_(world.sig_a).post(at(program, "confirm/"), {"organisation": world.org_a.pk, "sha256": read})
    assert answer.status_code == 409
    assert "Read the new version" in answer.content.decode()


def test_a_refusal_needs_a_reason_and_gives_the_draft_back(world, as_):
    program = cast.submitted(world)
    sig = as_(world.sig_a)
    data = {"organisation": world.org_a.pk, "answer": "no"}
    assert sig.post(at(program, "confirm/"), data).status_code == 400
    assert sig.post(at(program, "confirm/"), {**data, "note": "We lack the staff."}).headers["Location"] == "/programs/"
    assert "We lack the staff." in text(as_(world.ana), at(program, "edit/"))


def test_the_secretariat_checks_and_leadership_decides_on_the_same_page(world, as_):
    program = cast.confirmed(world)
    sec, lea = as_(world.sec), as_(world.lea)
    html = text(sec, at(program, "decide/"))
    assert "Pass to the leadership" in html
    assert "Approve and allocate" not in html
    assert sec.post(at(program, "decide/"), {"move": "approve"}).status_code == 403
    assert sec.post(at(program, "decide/"), {"move": "review"}).status_code == 302
    assert "Approve and allocate" in text(lea, at(program, "decide/"))
    assert lea.post(at(program, "decide/"), {"move": "approve"}).status_code == 302
    assert program.entitlements.get().allocation.granted == 18
    text(as_(world.ana), at(program, "decide/"), status=404)


def test_buttons_are_shown_exactly_where_the_move_is_permitted(world, as_):
    program = cast.active(world)
    buttons = {
        "ana": {"complete"},
        "sec": {"suspend", "complete"},
        "lea": {"suspend", "terminate"},
        "sig_a": set(),
        "dan": set(),
    }
    for name, expected in buttons.items():
        html = text(as_(getattr(world, name)), at(program))
        shown = {move for move in ("suspend", "complete", "terminate", "withdraw") if f"/do/{move}/" in html}
        assert shown == expected, name


def test_a_move_that_is_refused_shows_the_page_with_the_reason(world, as_):
    program = cast.active(world)
    answer = as_(world.lea).post(at(program, "do/suspend/"), {"note": ""})
    assert answer.status_code == 400
    assert "Give a reason" in answer.content.decode()
    assert as_(world.lea).post(at(program, "do/suspend/"), {"note": "Pause"}).status_code == 302
    assert as_(world.lea).post(at(program, "do/submit/")).status_code == 404


def test_strangers_see_of_an_approved_programme_its_partners_and_stage_only(world, as_):
    program = cast.active(world)
    html = text(as_(world.dan), at(program))
    assert "Centre A" in html
    for secret in ("Allocation and use", "X-ray absorption", "Samples", "History", "Team"):
        assert secret not in html
    for rest in ("bookings/", "history/", "progress/", "time.csv"):
        text(as_(world.dan), at(program, rest), status=404)


def test_insiders_see_plan_time_bookings_and_history(world, as_):
    program = cast.active(world)
    html = text(as_(world.ana), at(program))
    for words in ("Milestones", "Samples", "Allocation and use", "18", "X-ray absorption", "2 of 2"):
        assert words in html
    assert "Approved" in text(as_(world.ana), at(program, "history/"))
    assert "No booking yet" in text(as_(world.ana), at(program, "bookings/"))
    csv = as_(world.ana).get(at(program, "time.csv")).content.decode().splitlines()
    assert csv[0] == "facility,instrument,cycle,unit,wanted,allocated,used,held,left"
    assert csv[1] == "FA,A1,,shift,18.000,18.000,0.000,0.000,18.000"


def test_progress_is_reported_and_milestones_are_reached_on_one_page(world, as_):
    program = cast.active(world)
    ana = as_(world.ana)
    assert ana.post(at(program, "progress/"), {"rating": "at_risk", "text": "Late furnace"}).status_code == 302
    assert "Late furnace" in text(as_(world.sec), at(program, "progress/"))
    milestone = program.milestones.get()
    data = {"milestone": milestone.pk, "done_on": str(cast.today()), "evidence": "Twelve cells"}
    assert ana.post(at(program, "progress/"), data).status_code == 302
    milestone.refresh_from_db()
    assert milestone.done_on == cast.today()
    assert ana.post(at(program, "progress/"), {"rating": "", "text": ""}).status_code == 422
    assert as_(world.sec).post(at(program, "progress/"), {"rating": "on_track", "text": "x"}).status_code == 422


def test_the_team_is_put_together_on_the_draft(world, as_):
    program = cast.draft(world)
    ana = as_(world.ana)
    assert ana.post(at(program, "team/add/"), {"email": "nobody@test.example", "role": "member"}).status_code == 422
    ana.post(at(program, "team/add/"), {"email": "DAN@test.example", "role": "member"})
    assert "Dan" in text(ana, at(program, "edit/"))
    ana.post(at(program, f"team/{world.dan.pk}/remove/"))
    assert not program.team.members.filter(user=world.dan).exists()


def test_a_submitted_programme_can_be_taken_back(world, as_):
    program = cast.submitted(world)
    assert as_(world.ana).get(at(program, "edit/")).status_code == 409
    assert as_(world.ana).post(at(program, "do/revise/")).headers["Location"] == at(program, "edit/")


def test_who_may_propose_for_nobody_is_offered_no_draft(world, as_):
    assert "Propose a programme" not in text(as_(world.bo), "/programs/")
    text(as_(world.bo), "/programs/new/", status=403)


def test_pages_ask_for_a_sign_in(world, client):
    program = cast.approved(world)
    for address in ("/programs/", at(program), at(program, "confirm/")):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_the_public_section_shows_approved_programmes_and_nothing_of_their_inside(world, client):
    program, secret = cast.approved(world), cast.draft(world, title="Secret plan")
    html = text(client, "/cooperation/")
    assert program.title in html
    assert "Secret plan" not in html
    page = text(client, f"/cooperation/{program.number}/")
    assert "Centre A" in page
    for hidden in ("X-ray absorption", "Samples", "A1"):
        assert hidden not in page
    text(client, f"/cooperation/{secret.number}/", status=404)


def test_filters_are_in_the_address(world, as_):
    cast.approved(world)
    dan = as_(world.dan)
    for query, found in (
        ("?country=DE", True),
        ("?country=FR", False),
        ("?state=running", True),
        ("?state=active", False),
        ("?q=batteries", True),
        ("?q=fusion", False),
        ("?mine=on", False),
        ("?state=nonsense", True),
    ):
        assert ("Batteries at work" in text(dan, f"/programs/{query}")) is found, query


@pytest.mark.parametrize("address", ["/programs/", "/cooperation/", "/cooperation/portfolio/"])
def test_a_list_costs_the_same_with_one_programme_and_with_three(world, as_, address):
    grant_role(world.ana, "leadership", world.alliance, by=world.system)
    ana = as_(world.ana)
    counts = []
    for more in (1, 2):
        for _number in range(more):
            cast.approved(world)
        text(ana, address)
        with CaptureQueriesContext(connection) as queries:
            text(ana, address)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_programmes_page_costs_the_same_with_more_partners_and_milestones(world, as_):
    from tests.world import make_instrument

    small = cast.active(world)
    other = make_instrument(world.facility_b, "B9")
    large = cast.active(
        world,
        partners=[cooperation.PartnerPart(world.org_a), cooperation.PartnerPart(world.org_b, role="lead")],
        milestones=[
            cooperation.PlannedMilestone(f"Step {n}", cast.today().replace(year=cast.today().year + 1))
            for n in range(4)
        ],
        entitlements=[
            cooperation.WantedTime(world.instrument_a, 6),
            cooperation.WantedTime(world.instrument_b, 6),
            cooperation.WantedTime(other, 6),
        ],
    )
    ana = as_(world.ana)
    counts = []
    for program in (small, large):
        text(ana, at(program))
        with CaptureQueriesContext(connection) as queries:
            text(ana, at(program))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_leadership_grants_fewer_units_and_everyone_reads_why(world, as_):
    program = cast.reviewed(world)
    line = program.entitlements.get()
    lea = as_(world.lea)
    assert "Grant fewer units" in text(lea, at(program, "decide/"))
    asked = {"move": "approve", "granting": "1", f"units_{line.pk}": "6", f"note_{line.pk}": ""}
    refused = lea.post(at(program, "decide/"), asked)
    assert refused.status_code == 400
    assert "why fewer: Give a reason" in refused.content.decode()
    assert lea.post(at(program, "decide/"), {**asked, f"note_{line.pk}": "Short cycle"}).status_code == 302
    assert program.entitlements.get().allocation.granted == 6
    assert "6 of 18 shifts wanted: Short cycle" in text(as_(world.ana), at(program))


def test_the_lead_changes_the_team_of_a_running_programme(world, as_):
    program = cast.active(world)
    ana = as_(world.ana)
    assert at(program, "team/") in text(ana, at(program))
    added = ana.post(at(program, "team/add/"), {"email": "dan@test.example", "role": "member"})
    assert added.headers["Location"] == at(program, "team/")
    assert "Dan" in text(ana, at(program, "team/"))
    assert at(program, "team/") not in text(as_(world.dan), at(program))
    text(as_(world.dan), at(program, "team/"), status=403)
    ana.post(at(program, f"team/{world.dan.pk}/remove/"))
    assert "Off the team" in text(ana, at(program, "history/"))
    assert not program.team.members.filter(user=world.dan).exists()


def test_the_portfolio_counts_approved_programmes_by_type_theme_and_country_and_leads_to_their_lists(world, client):
    heat, sea = (Theme.objects.create(slug=slug, name=slug.capitalize()) for slug in ("heat", "sea"))
    first, second = cast.active(world), cast.active(world)
    first.themes.set([heat, sea])
    second.themes.set([sea])
    Program.objects.filter(pk=second.pk).update(kind="joint_lab")
    cast.draft(world).themes.set([heat])
    page = client.get("/cooperation/portfolio/").context["page"]
    assert page.total == 2
    told = {table.key: {row.label: row.number for row in table.rows} for table in page.tables}
    assert told["theme"] == {"Sea": 2, "Heat": 1}, "a draft is in no portfolio"
    assert told["kind"] == {"Joint laboratory": 1, "Joint research": 1}
    assert told["country"]["China"] == 2
    [row] = [row for row in page.tables[0].rows if row.label == "Joint laboratory"]
    assert [line.program for line in client.get(row.url).context["page"].page.rows] == [second]


def test_how_programmes_stand_is_in_list_portfolio_and_api_for_those_inside_alone(world, client, as_):
    risky, silent = cast.active(world), cast.active(world, title="Cells at rest")
    for rating in ("on_track", "at_risk"):
        cooperation.report_progress(risky, by=world.ana, rating=rating, text="The furnace is late.")
    cooperation.reach_milestone(risky.milestones.get(), by=world.ana)
    lea, dan = as_(world.lea), as_(world.dan)

    def listed(reader, light):
        return [line.program for line in reader.get("/programs/", {"light": light}).context["page"].page.rows]

    assert [listed(lea, light) for light in ("at_risk", "on_track", "unreported")] == [[risky], [], [silent]]
    assert [listed(dan, light) for light in ("at_risk", "unreported")] == [[], []]
    lines = {line.program: line.standing for line in lea.get("/programs/").context["page"].page.rows}
    assert (lines[risky].light, lines[risky].reported_on, lines[risky].earned) == ("at_risk", cast.today(), 1)
    assert (lines[silent].light, lines[silent].reported_on, lines[silent].earned) == ("unreported", None, 0)
    assert "At risk" in text(lea, "/programs/")
    page = lea.get("/cooperation/portfolio/").context["page"]
    assert ({each.light: each.number for each in page.stands.lights}, page.stands.earned) == (
        {"on_track": 0, "at_risk": 1, "off_track": 0, "unreported": 1}, 0.5,
    )  # fmt: skip
    [kinds, _themes, countries] = page.tables
    china = next(row for row in countries.rows if row.label == "China")
    assert [[each.number for each in row.lights] for row in (kinds.rows[0], china)] == [[0, 1, 0, 1]] * 2
    behind = lea.get(china.lights[1].url).context["page"].page.rows
    assert [line.program for line in behind] == [risky]
    for reader in (client, dan):
        assert reader.get("/cooperation/portfolio/").context["page"].stands is None
        assert "At risk" not in text(reader, "/cooperation/portfolio/")
    told = {row["title"]: row["standing"] for row in lea.get("/api/v1/programs?light=at_risk").json()["results"]}
    assert told == {risky.title: {"light": "at_risk", "reported_on": str(cast.today()), "earned": 1.0, "due": 0.0}}
    assert {row["standing"] for row in dan.get("/api/v1/programs").json()["results"]} == {None}


def test_a_completed_programme_waits_for_its_evaluation_with_figures_and_everyone_inside_reads_it(world, as_):
    program = cast.in_state(world, "completed")
    sec, ana = as_(world.sec), as_(world.ana)
    title = f"Evaluate the programme “{program.title}”"
    assert title in text(sec, "/my-work/")
    assert title not in text(ana, "/my-work/")
    assert at(program, "evaluation/") in text(sec, at(program))
    assert "Evaluate the programme" not in text(ana, at(program, "evaluation/"))
    asked = text(sec, at(program, "evaluation/"))
    assert "0 of 1 reached, 0 on time" in asked
    half = {"goals": "4", "use": "9", "impact": "5", "lasting": "4", "reached": "Cells at work", "advice": "continue"}
    refused = sec.post(at(program, "evaluation/"), half)
    assert refused.status_code == 422
    assert "Cells at work" in refused.content.decode()
    assert all(link in refused.content.decode() for link in ('href="#id_use"', 'href="#id_learnt"'))
    whole = half | {"use": "3", "learnt": "Book earlier"}
    assert ana.post(at(program, "evaluation/"), whole).status_code == 422
    assert sec.post(at(program, "evaluation/"), whole).status_code == 302
    assert title not in text(sec, "/my-work/")
    for person in (world.ana, world.sig_a, world.lea):
        said = text(as_(person), at(program, "evaluation/"))
        assert "Book earlier" in said
        assert "4 of 5" in said
    text(as_(world.dan), at(program, "evaluation/"), status=404)
    assert "Cells at work" not in text(as_(world.dan), at(program))
    assert sec.post(at(program, "evaluation/"), whole).status_code == 422


def test_there_is_nothing_to_evaluate_before_a_programme_is_completed(world, as_):
    program = cast.active(world)
    text(as_(world.sec), at(program, "evaluation/"), status=404)
    assert at(program, "evaluation/") not in text(as_(world.sec), at(program))
