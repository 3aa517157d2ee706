"""A programme is drafted by a member's scientist and edited by those who lead it, never over each other's work."""

from datetime import timedelta
from decimal import Decimal

import pytest

from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, WrongState
from facilities.models import Team
from programs.commands import cooperation
from programs.models import Program
from tests.programs import cast

pytestmark = pytest.mark.django_db


def test_a_draft_shares_its_identifier_with_the_team_that_will_book(world):
    program = cast.draft(world)
    team = Team.objects.get(pk=program.pk)
    assert (team.kind, team.title, team.organisation, team.is_active) == ("program", program.title, world.org_b, False)
    assert list(team.members.values_list("user__name", "role")) == [("Ana", "lead")]
    assert program.alliance == world.alliance
    assert {(row.organisation, row.role) for row in program.partners.all()} == {
        (world.org_b, "lead"),
        (world.org_a, "partner"),
    }


def test_numbers_are_never_given_twice(world):
    assert cast.draft(world).number != cast.draft(world).number


def test_only_who_may_propose_for_an_organisation_drafts_in_its_name(world):
    for person in (world.dan, world.bo, world.sig_b, world.sec):
        with pytest.raises(NotPermitted):
            cooperation.draft_program(world.org_b, {"title": "Mine"}, by=person)
    assert not Program.objects.exists()


def test_a_lost_update_is_refused_and_shows_what_changed(world):
    program = cast.draft(world)
    seen = program.version
    cooperation.add_participant(program, world.dan, by=world.ana, role="lead")
    cooperation.edit_program(program, {"title": "Cells at work"}, by=world.dan, version=seen)
    with pytest.raises(DomainError) as refused:
        cooperation.edit_program(program, {"title": "My own title"}, by=world.ana, version=seen)
    assert (refused.value.status, refused.value.code) == (409, "changed_meanwhile")
    [violation] = refused.value.violations
    assert violation.field == "title"
    assert "Dan" in violation.message
    assert "Cells at work" in violation.message
    program.refresh_from_db()
    assert program.title == "Cells at work"


def test_every_edit_says_in_the_history_what_was_before(world):
    program = cast.draft(world)
    cooperation.edit_program(program, {"acronym": "BAT"}, by=world.ana, version=program.version)
    assert audit.history(program).last().data["changes"] == {"acronym": ["", "BAT"]}


def test_all_that_is_wrong_is_said_at_once_and_nothing_is_kept(world):
    program = cast.draft(world)
    with pytest.raises(Invalid) as refused:
        cooperation.edit_program(
            program,
            {
                "kind": "party",
                "starts_on": program.ends_on,
                "ends_on": program.starts_on,
                "partners": [cooperation.PartnerPart(world.org_c), cooperation.PartnerPart(world.org_c)],
                "entitlements": [cooperation.WantedTime(world.instrument_a, Decimal(0))],
            },
            by=world.ana,
            version=program.version,
        )
    assert {violation.field for violation in refused.value.violations} == {
        "kind",
        "ends_on",
        "partners",
        "entitlements",
    }
    assert program.entitlements.get().units == 18


def test_another_organisation_can_take_the_lead(world):
    program = cast.draft(world)
    parts = [cooperation.PartnerPart(world.org_a, role="lead"), cooperation.PartnerPart(world.org_b)]
    program = cooperation.edit_program(program, {"partners": parts}, by=world.ana, version=program.version)
    assert program.lead_organisation == world.org_a
    assert program.partners.get(role="lead").organisation == world.org_a


def test_the_lead_stays_a_partner_when_the_list_forgets_it(world):
    program = cast.draft(world)
    parts = [cooperation.PartnerPart(world.org_c)]
    cooperation.edit_program(program, {"partners": parts}, by=world.ana, version=program.version)
    assert {row.organisation for row in program.partners.all()} == {world.org_b, world.org_c}


def test_after_approval_only_the_milestones_are_planned_anew(world):
    program = cast.approved(world)
    with pytest.raises(WrongState):
        cooperation.edit_program(program, {"title": "Other"}, by=world.ana, version=program.version)
    plan = [cooperation.PlannedMilestone("Model", cast.today() + timedelta(days=200))]
    program = cooperation.edit_program(program, {"milestones": plan}, by=world.ana, version=program.version)
    assert [row.title for row in program.milestones.all()] == ["Model"]
    assert program.versions.count() == 1


def test_a_reached_milestone_neither_goes_nor_changes(world):
    program = cast.active(world)
    milestone = cooperation.reach_milestone(program.milestones.get(), by=world.ana, evidence="Twelve cells")
    assert milestone.done_on == cast.today()
    for plan in ([], [cooperation.PlannedMilestone("Renamed", milestone.due_on, id=milestone.pk)]):
        with pytest.raises(Invalid) as refused:
            cooperation.edit_program(program, {"milestones": plan}, by=world.ana, version=program.version)
        assert {violation.rule for violation in refused.value.violations} == {"milestone_reached"}


def test_people_join_and_leave_the_team_by_the_lead_only(world):
    program = cast.draft(world)
    with pytest.raises(NotPermitted):
        cooperation.add_participant(program, world.dan, by=world.dan)
    cooperation.add_participant(program, world.dan, by=world.ana)
    with pytest.raises(NotPermitted):
        cooperation.edit_program(program, {"title": "x"}, by=world.dan, version=program.version)
    cooperation.remove_participant(program, world.dan, by=world.ana)
    assert list(program.team.members.values_list("user__name", flat=True)) == ["Ana"]
    with pytest.raises(Invalid):
        cooperation.remove_participant(program, world.ana, by=world.ana)


def test_progress_is_reported_by_the_lead_of_a_running_programme(world):
    program = cast.active(world)
    report = cooperation.report_progress(program, by=world.ana, rating="at_risk", text="The furnace is late.")
    today = clock.now().date()
    assert (report.starts_on, report.ends_on) == (min(program.starts_on or today, today), today)
    with clock.standing_at(clock.now() + timedelta(days=90)):
        second = cooperation.report_progress(program, by=world.ana, rating="on_track", text="It is here.")
    assert (second.starts_on, second.ends_on) == (today + timedelta(days=1), today + timedelta(days=90))
    with pytest.raises(Invalid) as refused:
        cooperation.report_progress(
            program, by=world.ana, rating="splendid", text="", starts_on=today, ends_on=today + timedelta(days=1)
        )
    assert {violation.field for violation in refused.value.violations} == {"ends_on", "rating", "text"}
    with pytest.raises(NotPermitted):
        cooperation.report_progress(program, by=world.sec, rating="on_track", text="Fine.")
    with pytest.raises(WrongState):
        cooperation.report_progress(cast.draft(world), by=world.ana, rating="on_track", text="Fine.")


def test_a_milestone_is_not_reached_in_the_future(world):
    program = cast.active(world)
    with pytest.raises(Invalid):
        cooperation.reach_milestone(program.milestones.get(), by=world.ana, done_on=cast.today() + timedelta(days=1))
