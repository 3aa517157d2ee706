"""Submission lists every violation; every partner confirms by its own signatory; an edit voids what it touches."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import ProgrammingError, transaction

from core.errors import DomainError, NotFound, NotPermitted, RulesRefuse
from notifications.models import Message
from programs.commands import cooperation
from programs.frozen import sha256_of
from programs.frozen.cooperation import content_of
from programs.queries.cooperation.submission import current_version, partner_answers, submission_facts
from programs.rules.cooperation import submission_violations
from tests.programs import cast

pytestmark = pytest.mark.django_db


def states(program) -> dict[str, str]:
    return {row.partner.organisation.name: row.state for row in partner_answers(program)}


def rules_refusing(program, **facts) -> set[str]:
    return {violation.rule for violation in submission_violations(replace(submission_facts(program), **facts))}


def test_an_empty_draft_is_refused_with_every_rule_and_what_to_do(world):
    program = cooperation.draft_program(world.org_b, {"title": "Alone"}, by=world.ana)
    with pytest.raises(RulesRefuse) as refused:
        cooperation.submit_program(program, by=world.ana)
    assert [violation.rule for violation in refused.value.violations] == [
        "summary_missing",
        "start_missing",
        "end_missing",
        "min_members",
        "min_countries",
        "peaceful_use",
    ]
    assert all(violation.source for violation in refused.value.violations)
    assert "Add a member" in refused.value.violations[3].message
    assert not program.versions.exists()


def test_a_partner_that_is_no_member_does_not_count(world):
    program = cast.draft(world, partners=[cooperation.PartnerPart(world.org_c)])
    assert rules_refusing(program) == {"min_members", "min_countries"}


def test_two_members_of_one_country_are_not_enough(world):
    world.org_a.country = "CN"
    world.org_a.save()
    assert rules_refusing(cast.draft(world)) == {"min_countries"}


def test_how_many_members_are_needed_is_a_setting(world, settings):
    settings.PROGRAM_MIN_MEMBERS = 3
    assert rules_refusing(cast.draft(world)) == {"min_members"}


def test_a_membership_that_ended_does_not_count(world):
    world.alliance.memberships.filter(organisation=world.org_a).update(left_on=cast.today())
    assert "min_members" in rules_refusing(cast.draft(world))


def test_the_rules_in_a_table(world):
    program = cast.draft(world)
    facts = submission_facts(program)
    partner, time = facts.partners[0], facts.time[0]
    yesterday = facts.today - timedelta(days=1)
    assert rules_refusing(program) == set()
    for rule, change in {
        "title_missing": {"title": " "},
        "one_lead": {"has_lead_person": False},
        "ends_before_start": {"starts_on": facts.ends_on + timedelta(days=1), "milestones": ()},
        "already_over": {"starts_on": yesterday, "ends_on": yesterday, "milestones": ()},
        "partner_gone": {"partners": (*facts.partners, replace(partner, is_active=False, is_lead=False))},
        "milestone_outside": {"milestones": (("Early", facts.starts_on - timedelta(days=1)),)},
        "units_positive": {"time": (replace(time, units=Decimal(0)),)},
        "not_bookable": {"time": (replace(time, is_bookable=False),)},
        "foreign_cycle": {"time": (replace(time, cycle_fits=False),)},
        "cycle_over": {"time": (replace(time, cycle_ends_on=yesterday),)},
        "peaceful_use": {"peaceful_use": False},
    }.items():
        assert rules_refusing(program, **change) == {rule}


def test_submission_freezes_a_version_that_nobody_can_change(world):
    program = cast.submitted(world)
    version = current_version(program)
    assert version.sha256 == sha256_of(version.content) == sha256_of(content_of(program))
    for change in (version.delete, lambda: program.versions.update(number=9)):
        with pytest.raises(ProgrammingError), transaction.atomic():
            change()


def test_each_partners_signatory_is_asked_and_the_last_answer_moves_it_on(world):
    program = cast.submitted(world)
    asked = Message.objects.filter(kind="program_confirm_asked").values_list("recipient__name", flat=True)
    assert set(asked) == {"Sig_a", "Sig_b"}
    program = cooperation.confirm_partner(program, world.org_a, by=world.sig_a)
    assert (program.state, states(program)) == ("submitted", {"Centre B": "asked", "Centre A": "confirmed"})
    program = cooperation.confirm_partner(program, world.org_b, by=world.sig_b)
    assert program.state == "partners_confirmed"
    assert Message.objects.filter(kind="program_check_asked").get().recipient == world.sec


def test_a_signatory_answers_for_the_own_organisation_only(world):
    program = cast.submitted(world)
    with pytest.raises(NotPermitted):
        cooperation.confirm_partner(program, world.org_b, by=world.sig_a)
    with pytest.raises(NotPermitted):
        cooperation.confirm_partner(program, world.org_b, by=world.ana)
    with pytest.raises(NotFound):
        cooperation.confirm_partner(program, world.org_c, by=world.sig_a)


def test_confirming_twice_is_confirming_once(world):
    program = cast.submitted(world)
    cooperation.confirm_partner(program, world.org_a, by=world.sig_a)
    cooperation.confirm_partner(program, world.org_a, by=world.sig_a)
    assert current_version(program).confirmations.count() == 1


def test_what_is_confirmed_is_what_was_read(world):
    program = cast.submitted(world)
    read = current_version(program).sha256
    cooperation.edit_program(program, {"title": "Something else"}, by=world.ana, version=program.version)
    with pytest.raises(DomainError) as refused:
        cooperation.confirm_partner(program, world.org_a, by=world.sig_a, sha256=read)
    assert (refused.value.status, refused.value.code) == (409, "version_changed")


def test_a_refusal_brings_it_back_to_its_lead_with_the_reason(world):
    program = cast.confirmed(world)
    program = cooperation.refuse_partner(program, world.org_a, by=world.sig_a, note="We lack the staff.")
    assert (program.state, states(program)) == ("draft", {"Centre B": "confirmed", "Centre A": "refused"})
    told = Message.objects.get(kind="program_returned")
    assert (told.recipient, told.context["note"]) == (world.ana, "We lack the staff.")


def test_an_edit_voids_only_the_signatures_of_partners_whose_part_changed(world):
    program = cast.confirmed(world)
    parts = [cooperation.PartnerPart(world.org_a, task="Neutrons instead")]
    program = cooperation.edit_program(program, {"partners": parts}, by=world.ana, version=program.version)
    assert (program.state, states(program)) == ("submitted", {"Centre B": "confirmed", "Centre A": "asked"})
    kept = current_version(program).confirmations.get()
    assert (kept.organisation, kept.by, kept.carried_from.version.number) == (world.org_b, world.sig_b, 1)


def test_more_time_at_its_instrument_concerns_the_host_alone(world):
    program = cast.confirmed(world)
    wanted = [cooperation.WantedTime(world.instrument_a, Decimal(21))]
    program = cooperation.edit_program(program, {"entitlements": wanted}, by=world.ana, version=program.version)
    assert states(program) == {"Centre B": "confirmed", "Centre A": "asked"}


def test_a_new_title_concerns_everybody(world):
    program = cast.confirmed(world)
    program = cooperation.edit_program(program, {"title": "Quite different"}, by=world.ana, version=program.version)
    assert set(states(program).values()) == {"asked"}


def test_a_milestone_concerns_nobodys_signature(world):
    program = cast.confirmed(world)
    program = cooperation.edit_program(program, {"milestones": []}, by=world.ana, version=program.version)
    assert (program.state, set(states(program).values())) == ("partners_confirmed", {"confirmed"})


def test_a_returned_draft_that_is_sent_again_unchanged_needs_no_new_answers(world):
    program = cooperation.return_program(cast.reviewed(world), by=world.sec, note="Look at the dates again.")
    program = cooperation.submit_program(program, by=world.ana)
    assert program.state == "partners_confirmed"
    assert Message.objects.filter(kind="program_confirm_asked").count() == 2


def test_who_refused_is_asked_again_even_when_nothing_changed(world):
    program = cooperation.refuse_partner(cast.submitted(world), world.org_a, by=world.sig_a, note="Not yet.")
    program = cooperation.submit_program(program, by=world.ana)
    assert states(program) == {"Centre B": "asked", "Centre A": "asked"}


def test_answers_are_carried_over_more_than_once_from_the_first(world):
    program = cast.confirmed(world)
    for task in ("First", "Second"):
        parts = [cooperation.PartnerPart(world.org_a, task=task)]
        program = cooperation.edit_program(program, {"partners": parts}, by=world.ana, version=program.version)
    assert current_version(program).number == 3
    assert current_version(program).confirmations.get().carried_from.version.number == 1


def test_an_edit_that_breaks_a_rule_leaves_the_submitted_version_as_it_was(world):
    program = cast.confirmed(world)
    with pytest.raises(RulesRefuse):
        cooperation.edit_program(program, {"peaceful_use": False}, by=world.ana, version=program.version)
    program.refresh_from_db()
    assert (program.state, program.peaceful_use, program.versions.count()) == ("partners_confirmed", True, 1)
