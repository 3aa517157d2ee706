"""Pages of proposals: the task list saved page by page, what a co-author changed meanwhile, the check, the PDF."""

import re
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from urllib.parse import quote

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from core import clock
from programs.commands import proposals
from programs.commands.proposals import LegPart
from programs.models import Call, EligibilityCheck, Proposal, Questionnaire
from tests.programs import proposing, questions
from tests.programs.asking import a_call

pytestmark = pytest.mark.django_db


def version_in(page) -> str:
    return re.search(r'name="version" value="(\d+)"', page.content.decode())[1]


def at(name: str, proposal: Proposal, *args) -> str:
    return reverse(name, args=[proposal.pk, *args])


def test_a_draft_is_written_page_by_page_and_submitted(world, client):
    client.force_login(world.ana)
    call = a_call(world, needs_consent=False)
    made = client.post(reverse("proposal_new"), {"call": call.slug, "title": "Ions on the move"})
    proposal = Proposal.objects.get()
    assert made.url == at("proposal_edit", proposal)
    tasks = client.get(made.url).content.decode()
    assert "of 8 done" in tasks
    assert "Give a title that may be published." in tasks
    details = {
        "version": "1",
        "title": "Ions on the move",
        "public_title": "Ions",
        "abstract": "How.",
        "confidentiality": "open",
    }
    assert client.post(at("proposal_section", proposal, "details"), details).status_code == 302
    leg = {"version": "2", "instrument": str(world.instrument_a.pk), "units": "6", "mode": "onsite", "safety": "green"}
    leg |= {"preferred_1_first": "2027-03-01", "preferred_1_last": "2027-05-31", "required": "on"}
    assert client.post(at("proposal_leg_new", proposal), leg).status_code == 302
    assert proposal.legs.get().preferred_dates == ["2027-03-01/2027-05-31"]
    [slot, *_more] = client.get(at("proposal_legs", proposal)).context["legs"][0][1]
    assert slot.starts_at.isoformat() >= "2027-02-28T23:00", "free in the best dates, by the facility's clock"
    refused = client.post(at("proposal_answers", proposal))
    assert refused.status_code == 422
    assert "Declare that the proposal serves peaceful ends only." in refused.content.decode()
    client.post(at("proposal_section", proposal, "declaration"), {"version": "3", "peaceful_use": "on"})
    sent = client.post(at("proposal_answers", proposal))
    assert sent.url == at("proposal", proposal)
    page = client.get(sent.url).content.decode()
    assert "The call&#x27;s office starts the check." in page
    assert "Withdraw" in page


def test_what_a_co_author_wrote_meanwhile_is_shown_and_the_typed_text_stays(world, client):
    proposal = proposing.with_member(proposing.draft(world), world.bo, by=world.ana)
    client.force_login(world.bo)
    url = at("proposal_section", proposal, "case")
    seen = version_in(client.get(url))
    changes = {"science_case": "Ana's words."}
    proposals.edit_proposal(proposal, changes, by=world.ana, version=proposal.version)
    refused = client.post(url, {"version": seen, "science_case": "Bo's words."})
    text = refused.content.decode()
    assert refused.status_code == 409
    assert "Ana&#x27;s words." in text
    assert "Bo&#x27;s words." in text
    assert client.post(url, {"version": version_in(refused), "science_case": "Bo's words."}).status_code == 302
    assert Proposal.objects.get().science_case == "Bo's words."


def shown_in(page) -> dict[str, str]:
    """What a form remembers that it showed."""
    return dict(re.findall(r'name="(initial-[^"]+)" value="([^"]*)"', page.content.decode()))


def test_a_page_that_was_open_for_long_changes_only_what_its_reader_changed(world, client):
    proposal = proposing.with_member(proposing.draft(world), world.bo, by=world.ana)
    client.force_login(world.bo)
    url = at("proposal_section", proposal, "details")
    opened = client.get(url)
    sent = {"version": version_in(opened), "title": proposal.title, "abstract": proposal.abstract} | shown_in(opened)
    proposals.edit_proposal(proposal, {"abstract": "Ana's."}, by=world.ana, version=proposal.version)
    saved = client.post(url, sent | {"public_title": "Bo's title", "confidentiality": "open"})
    assert saved.status_code == 302
    proposal.refresh_from_db()
    assert (proposal.abstract, proposal.public_title) == ("Ana's.", "Bo's title")


def test_a_section_that_was_open_for_long_leaves_the_answers_of_others(world, client):
    asked = Questionnaire.objects.create(alliance=world.alliance, name="Aims").versions.create(
        number=1, content=questions.of(questions.asking("aim"), questions.asking("risk")), sha256="0", by=world.sec
    )
    proposal = proposing.draft(world, a_call(world, questionnaire=asked))
    proposal = proposing.with_member(proposal, world.bo, by=world.ana)
    client.force_login(world.bo)
    url = at("proposal_form", proposal, "all")
    opened = client.get(url)
    sent = shown_in(opened) | {"version.aim": "0", "version.risk": "0"}
    proposals.answer_question(proposal, "aim", "Ana's aim.", by=world.ana, version=0)
    assert client.post(url, sent | {"answers.aim": "", "answers.risk": "Bo's risk."}).status_code == 302
    assert dict(proposal.answers.values_list("question", "value")) == {"aim": "Ana's aim.", "risk": "Bo's risk."}


def test_a_part_that_a_co_author_changed_says_what_it_reads_now(world, client):
    proposal = proposing.with_member(proposing.draft(world), world.bo, by=world.ana)
    [leg] = proposal.legs.all()
    client.force_login(world.bo)
    url = at("proposal_leg", proposal, leg.pk)
    seen = version_in(client.get(url))
    changed = replace(LegPart.of(leg), units=Decimal(9), mode="remote")
    proposals.put_leg(proposal, changed, by=world.ana, version=proposal.version)
    leg_form = {"instrument": str(world.instrument_a.pk), "units": "3", "mode": "onsite", "safety": "green"}
    refused = client.post(url, {"version": seen, "required": "on", **leg_form})
    assert refused.status_code == 409
    assert "mode: Remote; units wanted: 9" in refused.content.decode()


def test_strangers_find_no_page_file_or_pdf(world, client):
    proposal = proposing.submitted(world)
    draft = proposing.draft(world)
    file = proposals.attach_file(draft, SimpleUploadedFile("a.txt", b"secret"), by=world.ana)
    client.force_login(world.dan)
    assert "Ions on the move" not in client.get(reverse("proposals")).content.decode()
    for row in (proposal, draft):
        for name, *args in (("proposal",), ("proposal_edit",), ("proposal_version", 1), ("proposal_pdf", 1)):
            assert client.get(at(name, row, *args)).status_code == 404
    assert client.get(at("proposal_file", draft, file.pk)).status_code == 404
    client.force_login(world.sec)
    assert client.get(at("proposal", draft)).status_code == 404
    assert client.get(at("proposal", proposal)).status_code == 200
    assert client.get(at("proposal_edit", proposal)).status_code == 403


def test_the_office_checks_waives_and_returns(world, client):
    proposal = proposing.joint(world)
    client.force_login(world.sec)
    assert client.post(at("proposal_move", proposal, "check")).url == at("proposal_check", proposal)
    refused = client.post(at("proposal_move", proposal, "forward"))
    assert refused.status_code == 422
    assert "Not confirmed yet: Centre B, Centre A." in refused.content.decode()
    check = EligibilityCheck.objects.get()
    client.post(at("proposal_waive", proposal, check.pk), {"note": "The rector is away"})
    page = client.get(at("proposal_check", proposal)).content.decode()
    assert "The rector is away" in page
    assert "[&#x27;" not in page, "facts are told in words"
    leg = proposal.legs.get(position=2)
    form = {"field_1": "legs", "text_1": "A1 is shut in May", "field_2": f"leg:{leg.pk}", "text_2": "Too long"}
    assert client.post(at("proposal_check", proposal), form).status_code == 302
    client.force_login(world.ana)
    tasks = client.get(at("proposal_edit", proposal)).content.decode()
    assert "A1 is shut in May" in tasks
    assert tasks.count(f'<a href="{at("proposal_legs", proposal)}">') == 2, "each point leads to where it is mended"
    first, second = proposal.points.order_by("text")
    assert second.leg == leg
    client.post(at("proposal_mend", proposal, first.pk))
    first.refresh_from_db()
    assert first.mended_by == world.ana


def test_a_signatory_reads_and_confirms(world, client):
    proposal = proposing.joint(world)
    client.force_login(world.sig_a)
    page = client.get(at("proposal_confirm", proposal)).content.decode()
    sha256 = re.search(r'name="sha256" value="(\w+)"', page)[1]
    answer = {"organisation": str(world.org_a.pk), "sha256": sha256, "note": ""}
    assert client.post(at("proposal_confirm", proposal), answer).status_code == 302
    assert (
        client.post(at("proposal_confirm", proposal), answer | {"organisation": str(world.org_b.pk)}).status_code == 404
    )


def test_the_pdf_is_exactly_what_was_submitted(world, client):
    proposal = proposing.submitted(world, science_case="锂离子 #set *not* markup")
    client.force_login(world.ana)
    first = client.get(at("proposal_pdf", proposal, 1))
    assert first.content.startswith(b"%PDF-")
    assert first["Content-Disposition"] == f'attachment; filename="{proposal.reference}-v1.pdf"'
    proposals.edit_proposal(
        proposals.revise_proposal(proposal, by=world.ana), {"title": "Changed"}, by=world.ana, version=99
    )
    assert client.get(at("proposal_pdf", proposal, 1)).content == first.content


def test_an_invitation_is_answered_from_its_page_or_the_list(world, client):
    proposal = proposing.draft(world)
    stranger = proposals.invite_member(proposal, by=world.ana, email="new@elsewhere.example")
    url = reverse("proposal_invitation", args=[proposals.token_of(stranger)])
    told = client.get(url).content.decode()
    assert "Ions on the move" in told
    assert f"{reverse('account_signup')}?next={quote(url, safe='')}" in told
    assert client.post(url, {"answer": "join"}).status_code == 200
    assert proposal.members.get(pk=stranger.pk).state == "invited"
    client.force_login(world.dan)
    assert "Ions on the move" in client.get(url).content.decode()
    assert client.post(url, {"answer": "join"}).url == at("proposal", proposal)
    client.logout()
    assert client.get(url).url == f"{reverse('account_login')}?next={quote(url)}"
    known = proposals.invite_member(proposal, by=world.ana, email="bo@test.example")
    client.force_login(world.bo)
    assert "Ions on the move" in client.get(reverse("proposals")).content.decode()
    client.post(reverse("proposal_join", args=[known.pk]), {"answer": "decline"})
    assert proposal.members.get(person=world.bo).state == "declined"


def test_lists_versions_and_changes_read(world, client):
    proposal = proposals.revise_proposal(proposing.joint(world), by=world.ana)
    leg = LegPart(world.instrument_b, Decimal(9))
    proposal = proposals.put_leg(proposal, leg, by=world.ana, version=proposal.version)
    proposal = proposals.submit_proposal(proposal, by=world.ana)
    client.force_login(world.ana)
    changes = client.get(at("proposal_changes", proposal, 1), {"against": "2"}).content.decode()
    assert "Part 3" in changes
    assert client.get(at("proposal_version", proposal, 2)).status_code == 200
    for name in ("proposal_team", "proposal_files"):
        assert client.get(at(name, proposal)).status_code == 200
    assert proposal.reference in client.get(reverse("proposals"), {"q": proposal.reference}).content.decode()


def test_a_part_has_as_many_ranges_of_days_as_it_needs(world, client):
    proposal = proposing.draft(world)
    leg = proposal.legs.get()
    client.force_login(world.ana)
    url = at("proposal_leg", proposal, leg.pk)
    given = {"instrument": str(world.instrument_a.pk), "units": "6", "mode": "onsite", "safety": "green"}
    given |= {"preferred_1_first": "2027-03-01", "preferred_1_last": "2027-03-31"}
    client.post(url, {**given, "version": version_in(client.get(url))})
    assert 'name="preferred_2_first"' in client.get(url).content.decode()
    more = {"preferred_2_first": "2027-06-01", "preferred_2_last": "2027-06-30", "impossible_1_first": "2027-06-10"}
    half = client.post(url, {**given, **more, "version": version_in(client.get(url))})
    assert half.status_code == 422
    assert "Give both days, or neither." in half.content.decode()
    more["impossible_1_last"] = "2027-06-12"
    client.post(url, {**given, **more, "version": version_in(client.get(url))})
    leg.refresh_from_db()
    assert leg.preferred_dates == ["2027-03-01/2027-03-31", "2027-06-01/2027-06-30"]
    assert leg.impossible_dates == ["2027-06-10/2027-06-12"]


def test_roles_are_changed_and_reviewers_excluded_by_account(world, client):
    proposal = proposing.with_member(proposing.draft(world), world.bo, by=world.ana)
    member = proposal.members.get(person=world.bo)
    client.force_login(world.bo)
    client.post(at("proposal_member_role", proposal, member.pk), {"role": "co_pi"})
    client.force_login(world.ana)
    assert client.post(at("proposal_member_role", proposal, member.pk), {"role": "co_pi"}).status_code == 302
    member.refresh_from_db()
    assert member.role == "co_pi"
    url = at("proposal_section", proposal, "reviewers")
    unknown = {"excluded_reviewers": "nobody@test.example", "version": version_in(client.get(url))}
    refused = client.post(url, unknown)
    assert refused.status_code == 422
    assert "nobody@test.example" in refused.content.decode()
    client.post(url, {**unknown, "excluded_reviewers": "Cleo@test.example"})
    assert list(proposal.excluded_reviewers.all()) == [world.cleo]
    assert "cleo@test.example" in client.get(url).content.decode()


def test_the_office_lets_one_proposal_in_after_the_deadline(world, client):
    call = a_call(world)
    proposal = proposing.draft(world, call)
    now = clock.now()
    call.closes_at, call.state = now - timedelta(hours=1), "closed"
    Call.objects.filter(pk=call.pk).update(opens_at=now - timedelta(days=9), closes_at=call.closes_at, state="closed")
    url = reverse("office_call_reopen_one", args=[call.pk])
    client.force_login(world.sec)
    assert url in client.get(reverse("office_call", args=[call.pk])).content.decode()
    until = (now + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    form = {"reference": "R-99999", "until": until, "note": "The network was down."}
    refused = client.post(url, form)
    assert refused.status_code == 404
    assert "R-99999" in refused.content.decode()
    assert client.post(url, {**form, "reference": proposal.reference}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.reopened_until
    client.force_login(world.ana)
    assert client.get(url).status_code in (403, 404)
