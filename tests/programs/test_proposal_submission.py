"""Submission: every rule at once, the deadline to the instant, what is frozen, what every organisation confirms."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.db import ProgrammingError, transaction
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange

from accounts.commands import grant_role
from core import clock
from core.errors import DomainError, NotFound, NotPermitted, RulesRefuse, WrongState
from notifications.models import Message
from programs.commands import proposals
from programs.commands.proposals import LegPart, Point
from programs.frozen import sha256_of
from programs.models import EligibilityCheck, Offer, PartnerDeadline, Proposal, Window
from programs.queries.proposals.consent import partner_answers
from programs.queries.proposals.submission import current_version
from programs.queries.proposals.versions import compared
from tests.programs import proposing
from tests.programs.asking import a_call
from tests.world import make_instrument, make_user
from workflow.approvals import delegations

pytestmark = pytest.mark.django_db

DEADLINE = datetime(2027, 3, 1, 8, 0, tzinfo=UTC)
"""16:00 in Shanghai."""


def rules_of(refused) -> list[str]:
    return [violation.rule for violation in refused.value.violations]


def a_call_until_the_deadline(world, **fields):
    return a_call(world, opens_at=datetime(2026, 1, 1, tzinfo=UTC), closes_at=DEADLINE, **fields)


def states(proposal) -> dict[str, str]:
    return {row.organisation.slug: row.state for row in partner_answers(proposal)}


def test_a_second_before_the_deadline_is_in_and_a_second_after_is_refused(world):
    call = a_call_until_the_deadline(world)
    with clock.standing_at(datetime(2027, 2, 1, tzinfo=UTC)):
        early, late, exact = (proposing.draft(world, call) for _n in range(3))
    with clock.standing_at(DEADLINE - timedelta(seconds=1)):
        assert proposals.submit_proposal(early, by=world.ana).state == "submitted"
    with clock.standing_at(DEADLINE):
        assert proposals.submit_proposal(exact, by=world.ana).state == "submitted"
    with clock.standing_at(DEADLINE + timedelta(seconds=1)), pytest.raises(RulesRefuse) as refused:
        proposals.submit_proposal(late, by=world.ana)
    assert rules_of(refused) == ["call_closed"]
    assert "16:00 CST" in refused.value.violations[0].message


def test_a_partner_with_an_earlier_deadline_is_refused_earlier(world):
    call = a_call_until_the_deadline(world)
    PartnerDeadline.objects.create(call=call, organisation=world.org_b, closes_at=DEADLINE - timedelta(days=2))
    with clock.standing_at(DEADLINE - timedelta(days=3)):
        proposal = proposing.draft(world, call)
    with clock.standing_at(DEADLINE - timedelta(days=1)), pytest.raises(RulesRefuse) as refused:
        proposals.submit_proposal(proposal, by=world.ana)
    assert rules_of(refused) == ["call_closed"]


def test_the_office_opens_a_call_again_for_one_proposal_with_a_reason(world):
    call = a_call_until_the_deadline(world)
    with clock.standing_at(DEADLINE - timedelta(days=1)):
        proposal = proposing.draft(world, call)
    later = DEADLINE + timedelta(hours=1)
    asked = {"until": later + timedelta(days=1), "by": world.sec}
    with clock.standing_at(later):
        with pytest.raises(NotFound):
            proposals.open_again_for(call, proposal.reference, **{**asked, "by": world.bo}, note="Power cut")
        with pytest.raises(RulesRefuse) as refused:
            proposals.open_again_for(call, proposal.reference, **asked, note=" ")
        assert rules_of(refused) == ["reason_required"]
        proposals.open_again_for(call, proposal.reference, **asked, note="Power cut in Suzhou")
        assert Message.objects.filter(kind="proposal_reopened", recipient=world.ana).exists()
        assert proposals.submit_proposal(proposal, by=world.ana).state == "submitted"


def test_who_began_in_time_is_in_although_the_call_was_closed_meanwhile(world):
    from core import audit
    from programs.models import Call

    call = a_call_until_the_deadline(world)
    with clock.standing_at(DEADLINE - timedelta(minutes=1)):
        waiting, later = proposing.draft(world, call), proposing.draft(world, call)
    with clock.standing_at(DEADLINE + timedelta(milliseconds=5)):
        Call.objects.filter(pk=call.pk).update(state="closed")
        audit.record("close", call, by=world.system, from_state="open", to_state="closed")
    with clock.standing_at(DEADLINE):
        assert proposals.submit_proposal(waiting, by=world.ana).state == "submitted"
    with clock.standing_at(DEADLINE + timedelta(milliseconds=1)), pytest.raises(RulesRefuse):
        proposals.submit_proposal(later, by=world.ana)


def test_everything_that_hinders_is_listed_at_once(world):
    call = a_call_until_the_deadline(world)
    Offer.objects.filter(call=call, instrument=world.instrument_b).update(most_per_proposal=3)
    elsewhere = make_instrument(world.facility_a, "A9")
    legs = [LegPart(elsewhere, Decimal(3)), LegPart(world.instrument_b, Decimal(6), mode="mail_in")]
    with clock.standing_at(DEADLINE - timedelta(days=1)):
        changes = proposing.sound_changes(world, abstract="word " * 501, peaceful_use=False, legs=legs, public_title="")
        proposal = proposals.draft_proposal(call, changes, by=world.ana)
        proposals.attach_file(proposal, ContentFile(b"not a pdf", "case.pdf"), by=world.ana)
        proposals.invite_member(proposal, by=world.ana, email="bo@test.example")
    with clock.standing_at(DEADLINE + timedelta(days=1)), pytest.raises(RulesRefuse) as refused:
        proposals.submit_proposal(proposal, by=world.ana)
    assert rules_of(refused) == [
        "call_closed",
        "public_title_missing",
        "too_many_words",
        "peaceful_use",
        "member_not_joined",
        "instrument_outside_call",
        "mode_not_offered",
        "units_over_the_most",
        "file_type",
    ]
    assert not proposal.versions.exists()


def test_what_was_submitted_is_frozen_for_ever(world):
    proposal = proposing.submitted(world)
    version = current_version(proposal)
    assert version.sha256 == sha256_of(version.content)
    assert version.content["abstract"] == "How ions move in solids."
    with pytest.raises(ProgrammingError), transaction.atomic():
        proposal.versions.update(sha256="0" * 64)
    with pytest.raises(WrongState):
        proposals.submit_proposal(proposal, by=world.ana)


def test_a_pi_submits_takes_back_and_withdraws_but_never_decides(world):
    proposal = proposing.submitted(world)
    proposal = proposals.revise_proposal(proposal, by=world.ana)
    proposal = proposals.edit_proposal(proposal, {"title": "Ions"}, by=world.ana, version=proposal.version)
    proposal = proposals.submit_proposal(proposal, by=world.ana)
    assert proposal.versions.count() == 2
    old, new = proposal.versions.order_by("number")
    assert [(row.field, row.after) for row in compared(old.content, new.content)] == [("title", "Ions")]
    assert proposals.withdraw_proposal(proposal, by=world.ana, note="No sample").state == "withdrawn"
    for command in (proposals.check_proposal, proposals.forward_proposal):
        with pytest.raises(NotPermitted):
            command(proposal, by=world.ana)


def test_an_edit_voids_only_the_signatures_of_those_whose_part_changed(world):
    proposal = proposing.confirmed(world)
    assert states(proposal) == {"org-b": "confirmed", "org-a": "confirmed"}
    proposal = proposals.revise_proposal(proposal, by=world.ana)
    leg = proposal.legs.get(instrument=world.instrument_b)
    more = LegPart(world.instrument_b, Decimal(9), id=leg.pk)
    proposal = proposals.put_leg(proposal, more, by=world.ana, version=proposal.version)
    proposal = proposals.submit_proposal(proposal, by=world.ana)
    assert states(proposal) == {"org-b": "void", "org-a": "confirmed"}
    proposal = proposals.confirm_partner(proposal, world.org_b, by=world.sig_b)
    assert states(proposal) == {"org-b": "confirmed", "org-a": "confirmed"}


def test_the_text_of_the_case_is_the_teams_own_and_voids_nothing(world):
    proposal = proposals.revise_proposal(proposing.confirmed(world), by=world.ana)
    changes = {"science_case": "More about ions.", "abstract": "Ions, again."}
    proposal = proposals.edit_proposal(proposal, changes, by=world.ana, version=proposal.version)
    assert set(states(proposals.submit_proposal(proposal, by=world.ana)).values()) == {"confirmed"}


def test_only_its_own_signatory_or_whom_they_lent_their_tasks_to_answers_for_an_organisation(world):
    proposal = proposing.joint(world)
    with pytest.raises(NotPermitted):
        proposals.confirm_partner(proposal, world.org_a, by=world.sig_b)
    with pytest.raises(NotPermitted):
        proposals.confirm_partner(proposal, world.org_a, by=world.dan)
    deputy = make_user("deputy", world.org_a)
    now = clock.now()
    delegations.delegate_tasks(
        world.sig_a, deputy, starts_at=now - timedelta(days=1), ends_at=now + timedelta(days=7), by=world.sig_a
    )
    proposals.confirm_partner(proposal, world.org_a, by=deputy)
    answer = current_version(proposal).consents.get()
    assert (answer.by, answer.on_behalf_of) == (deputy, world.sig_a)
    with clock.standing_at(now + timedelta(days=8)), pytest.raises(NotPermitted):
        proposals.refuse_partner(proposal, world.org_a, by=deputy, note="late")


def test_a_version_that_was_changed_after_it_was_read_is_not_signed(world):
    proposal = proposing.joint(world)
    with pytest.raises(DomainError) as refused:
        proposals.confirm_partner(proposal, world.org_a, by=world.sig_a, sha256="0" * 64)
    assert refused.value.code == "version_changed"


def test_consent_has_a_window_and_is_reminded_of_before_it_ends(world):
    call = a_call_until_the_deadline(world)
    end = DEADLINE + timedelta(days=14)
    Window.objects.create(call=call, stage="consent", period=DateTimeTZRange(DEADLINE, end))
    with clock.standing_at(DEADLINE - timedelta(days=1)):
        proposal = proposing.joint(world, call)
    asked = Message.objects.filter(kind="proposal_confirm_asked")
    assert asked.count() == 2
    with clock.standing_at(end - timedelta(days=8)):
        assert proposals.remind_due() == 0
    with clock.standing_at(end - timedelta(days=6, hours=12)):
        assert proposals.remind_due() == 1
        assert proposals.remind_due() == 0
        proposals.confirm_partner(proposal, world.org_a, by=world.sig_a)
    with clock.standing_at(end - timedelta(days=1)):
        assert proposals.remind_due() == 1
    assert asked.filter(recipient=world.sig_a).count() == 2
    assert asked.filter(recipient=world.sig_b).count() == 3
    with clock.standing_at(end + timedelta(seconds=1)), pytest.raises(RulesRefuse) as refused:
        proposals.confirm_partner(proposal, world.org_b, by=world.sig_b)
    assert rules_of(refused) == ["consent_over"]


def test_a_refusal_returns_the_proposal_with_time_to_mend(world):
    call = a_call_until_the_deadline(world)
    with clock.standing_at(DEADLINE - timedelta(days=1)):
        proposal = proposing.joint(world, call)
    with clock.standing_at(DEADLINE + timedelta(days=3)):
        proposal = proposals.refuse_partner(proposal, world.org_a, by=world.sig_a, note="Wrong contact")
        assert proposal.state == "returned"
        assert proposals.submit_proposal(proposal, by=world.ana).state == "submitted"


def test_nothing_is_forwarded_before_every_organisation_confirmed_unless_the_office_waives_it(world):
    proposal = proposals.check_proposal(proposing.joint(world), by=world.sec)
    with pytest.raises(RulesRefuse) as refused:
        proposals.forward_proposal(proposal, by=world.sec)
    assert rules_of(refused) == ["consent"]
    assert "Centre A" in refused.value.violations[0].message
    check = EligibilityCheck.objects.get(rule="consent")
    proposals.waive_check(check, by=world.sec, reason="The rector is away; mail of 3 March")
    assert proposals.forward_proposal(proposal, by=world.sec).state == "feasibility"


def test_the_office_returns_a_list_of_points_that_the_team_ticks_off(world):
    proposal = proposing.submitted(world)
    leg = proposal.legs.get()
    points = [Point("Say how many samples", field="answers.samples"), Point("A1 is shut in May", leg=leg)]
    proposal = proposals.return_proposal(proposal, by=world.sec, points=points)
    assert proposal.state == "returned"
    assert Message.objects.get(kind="proposal_returned").context["points"] == [point.text for point in points]
    with pytest.raises(RulesRefuse) as refused:
        proposals.submit_proposal(proposal, by=world.ana)
    assert rules_of(refused) == ["point_open", "point_open"]
    for point in proposal.points.all():
        proposals.mend_point(point, by=world.ana)
    assert proposals.submit_proposal(proposal, by=world.ana).state == "submitted"


def test_a_return_says_what_to_mend(world):
    with pytest.raises(DomainError) as refused:
        proposals.return_proposal(proposing.submitted(world), by=world.sec)
    assert refused.value.code == "reason_required"


def test_who_is_on_the_team_neither_checks_nor_waives(world):
    grant_role(world.ana, "secretariat", world.alliance, by=world.system)
    proposal = proposing.submitted(world)
    with pytest.raises(NotPermitted):
        proposals.check_proposal(proposal, by=world.ana)
    assert Proposal.objects.get(pk=proposal.pk).state == "submitted"
