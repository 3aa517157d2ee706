"""Proposals through the API: from a draft to the check, what strangers never see, files, versions, problems."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.commands import create_token
from programs.commands import proposals
from programs.models import Proposal, Questionnaire, QuestionnaireVersion
from tests.programs import proposing
from tests.programs.asking import a_call

pytestmark = pytest.mark.django_db

URL = "/api/v1"


@pytest.fixture
def as_(client):
    class Caller:
        def __init__(self, user):
            _token, text = create_token(user, by=user)
            self.headers = {"Authorization": f"Bearer {text}"}

        def get(self, address, **query):
            return client.get(URL + address, query, headers=self.headers)

        def post(self, address, **body):
            return client.post(URL + address, body, "application/json", headers=self.headers)

        def put(self, address, **body):
            return client.put(URL + address, body, "application/json", headers=self.headers)

        def patch(self, address, **body):
            return client.patch(URL + address, body, "application/json", headers=self.headers)

        def send(self, address, name, content, **more):
            body = {"file": SimpleUploadedFile(name, content), **more}
            return client.post(URL + address, body, headers=self.headers)

        def delete(self, address):
            return client.delete(URL + address, headers=self.headers)

    return Caller


def body(call, **fields):
    return {
        "call": call.slug,
        "title": "Ions on the move",
        "public_title": "Ions",
        "abstract": "How ions move.",
        "legs": [{"instrument": "fa-a1", "alternates": ["fb-b1"], "units": "6", "mode": "onsite", "required": True}],
        "members": [{"email": "bo@test.example", "role": "co_pi"}],
        "peaceful_use": True,
        **fields,
    }


def test_a_proposal_goes_from_a_draft_to_feasibility_through_the_api(world, as_):
    ana, bo, sec = as_(world.ana), as_(world.bo), as_(world.sec)
    answer = ana.post("/proposals", **body(a_call(world, needs_consent=False)))
    assert answer.status_code == 201, answer.json()
    made = answer.json()
    assert (made["state"], made["moves"], made["organisation"]["slug"]) == ("draft", ["submit", "withdraw"], "org-b")
    assert made["legs"][0]["alternates"] == ["fb-b1"]
    at = f"/proposals/{made['id']}"
    refused = ana.post(f"{at}/submit")
    assert (refused.status_code, refused["Content-Type"]) == (422, "application/problem+json")
    assert [violation["rule"] for violation in refused.json()["violations"]] == ["member_not_joined"]
    [asked] = bo.get("/invitations").json()
    assert bo.post(f"/invitations/{asked['id']}/join").json()["state"] == "joined"
    assert ana.post(f"{at}/submit").json()["state"] == "submitted"
    assert ana.post(f"{at}/submit").status_code == 409
    assert ana.post(f"{at}/accept").status_code == 403
    assert ana.post(f"{at}/no-such-move").status_code == 404
    assert sec.get(at).json()["moves"] == ["check", "return"]
    assert sec.post(f"{at}/check").json()["state"] == "checking"
    assert sec.post(f"{at}/forward").json()["state"] == "feasibility"


def test_a_patch_merges_what_nobody_changed_and_shows_what_somebody_did(world, as_):
    proposal = proposing.with_member(proposing.draft(world), world.bo, by=world.ana)
    ana, bo, at = as_(world.ana), as_(world.bo), f"/proposals/{proposal.pk}"
    seen = ana.get(at).json()["version"]
    assert ana.patch(at, version=seen, title="Ions at rest").status_code == 200
    merged = bo.patch(at, version=seen, abstract="They rest.").json()
    assert (merged["title"], merged["abstract"]) == ("Ions at rest", "They rest.")
    refused = bo.patch(at, version=seen, title="Mine")
    assert (refused.status_code, refused.json()["code"]) == (409, "changed_meanwhile")
    assert refused.json()["theirs"] == {"title": "Ions at rest"}
    assert bo.patch(at, title="Mine").json()["title"] == "Mine"


def test_nothing_of_a_proposal_shows_to_strangers(world, as_):
    proposal = proposing.submitted(world)
    file = proposals.attach_file
    draft = proposing.draft(world)
    row = file(draft, SimpleUploadedFile("case.txt", b"secret ions"), by=world.ana)
    for stranger in (world.dan, world.bo, world.bob):
        caller = as_(stranger)
        listed = caller.get("/proposals", count="true").json()
        assert (listed["results"], listed["count"]) == ([], 0)
        assert caller.get("/proposals", search="Ions", count="true").json()["count"] == 0
        for key in (proposal.pk, proposal.reference, draft.pk):
            for address in ("", "/members", "/answers", "/attachments", "/versions/1"):
                assert caller.get(f"/proposals/{key}{address}").status_code == 404
            assert caller.post(f"/proposals/{key}/submit").status_code == 404
        assert caller.get(f"/proposals/{draft.pk}/attachments/{row.pk}").status_code == 404
    assert as_(world.sec).get(f"/proposals/{draft.pk}").status_code == 404


def test_who_judges_feasibility_reads_neither_excluded_reviewers_nor_checks(world, as_):
    call = a_call(world, needs_consent=False)
    proposal = proposing.submitted(world, call, excluded_names="Prof. Rival")
    proposals.forward_proposal(proposals.check_proposal(proposal, by=world.sec), by=world.sec)
    cleo = as_(world.cleo)
    shown = cleo.get(f"/proposals/{proposal.pk}")
    assert shown.status_code == 200
    assert "Rival" not in shown.content.decode()
    assert not {"excluded_names", "checks", "history", "points"} & shown.json().keys()
    assert "Rival" not in cleo.get(f"/proposals/{proposal.pk}/versions/1").content.decode()
    assert as_(world.sec).get(f"/proposals/{proposal.pk}").json()["excluded_names"] == "Prof. Rival"


def test_a_file_is_known_by_its_content_and_only_downloaded(world, as_, settings):
    settings.ATTACHMENT_MEGABYTES = 1
    proposal = proposing.draft(world)
    ana, at = as_(world.ana), f"/proposals/{proposal.pk}/attachments"
    kept = ana.send(at, "case.pdf", b"just words")
    assert (kept.status_code, kept.json()["mime"]) == (201, "text/plain")
    for name, content in (("big.txt", b"x" * 1_000_001), ("run.exe", b"MZ\x90\x00\x01"), ("empty.txt", b"")):
        assert ana.send(at, name, content).status_code == 400
    answer = ana.get(f"{at}/{kept.json()['id']}")
    assert b"".join(answer.streaming_content) == b"just words"
    assert answer["Content-Disposition"].startswith("attachment")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("application/octet-stream", "nosniff")
    assert ana.delete(f"{at}/{kept.json()['id']}").status_code == 204


def test_answers_have_versions_of_their_own(world, as_):
    question = {"key": "hazards", "kind": "text", "label": {"en": "Hazards"}, "required": True}
    content = {"sections": [{"key": "safety", "questions": [question]}]}
    form = Questionnaire.objects.create(alliance=world.alliance, name="Standard", draft=content)
    version = QuestionnaireVersion.objects.create(
        questionnaire=form, number=1, content=content, sha256="0" * 64, by=world.sec
    )
    proposal = proposing.draft(world, a_call(world, questionnaire=version))
    ana, at = as_(world.ana), f"/proposals/{proposal.pk}"
    refused = ana.post(f"{at}/submit").json()
    assert [row["field"] for row in refused["violations"]] == ["answers.hazards"]
    assert ana.put(f"{at}/answers/hazards", value="None", version=0).json()["version"] == 1
    clash = ana.put(f"{at}/answers/hazards", value="Toxic", version=0)
    assert (clash.status_code, clash.json()["theirs"]) == (409, {"answers.hazards": "None"})
    assert ana.put(f"{at}/answers/other", value="x", version=0).status_code == 404
    assert ana.post(f"{at}/submit").json()["state"] == "submitted"


def test_versions_are_read_and_compared(world, as_):
    proposal = proposals.revise_proposal(proposing.submitted(world), by=world.ana)
    changes = {"abstract": "Otherwise."}
    proposal = proposals.edit_proposal(proposal, changes, by=world.ana, version=proposal.version)
    proposals.submit_proposal(proposal, by=world.ana)
    ana, at = as_(world.ana), f"/proposals/{proposal.pk}/versions"
    assert ana.get(f"{at}/1").json()["content"]["abstract"] == "How ions move in solids."
    [difference] = ana.get(f"{at}/1/differences", against=2).json()
    assert (difference["field"], difference["after"]) == ("abstract", "Otherwise.")
    assert ana.get(f"{at}/3").status_code == 404


def test_the_list_asks_the_same_questions_for_one_and_for_three(world, as_, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sec = as_(world.sec)
    call = a_call(world)
    proposing.submitted(world, call)
    sec.get("/proposals")
    with CaptureQueriesContext(connection) as once:
        sec.get("/proposals")
    for _n in range(2):
        proposing.submitted(world, call)
    with django_assert_num_queries(len(once)):
        assert len(sec.get("/proposals").json()["results"]) == 3


def test_filters_of_the_list(world, as_):
    first, other = proposing.submitted(world), proposing.submitted(world, title="Atoms at rest")
    proposals.withdraw_proposal(other, by=world.ana, note="No")
    ana = as_(world.ana)

    def found(**query) -> set[str]:
        return {row["reference"] for row in ana.get("/proposals", **query).json()["results"]}

    both = {first.reference, other.reference}
    assert found(mine="true") == found(facility="fa") == found(country="CN") == both
    assert found(state="submitted") == found(search=first.reference) == found(call=first.call.slug) == {first.reference}
    assert found(search="atoms") == found(state="withdrawn") == {other.reference}
    assert found(instrument="fb-b1") == found(country="DE") == set()


def test_a_reason_is_asked_for(world, as_):
    proposal = proposing.submitted(world)
    answer = as_(world.ana).post(f"/proposals/{proposal.pk}/withdraw")
    assert (answer.status_code, answer.json()["code"]) == (400, "reason_required")
    assert Proposal.objects.get(pk=proposal.pk).state == "submitted"


def test_an_office_returns_points_and_the_team_ticks_them_off(world, as_):
    proposal = proposing.submitted(world)
    at = f"/proposals/{proposal.pk}"
    points = [
        {"text": "Say which sample", "field": "abstract"},
        {"text": "Shut in May", "leg": str(proposal.legs.get().pk)},
    ]
    returned = as_(world.sec).post(f"{at}/return", points=points).json()
    assert returned["state"] == "returned"
    assert [row["text"] for row in returned["points"]] == ["Say which sample", "Shut in May"]
    ana = as_(world.ana)
    for row in ana.get(at).json()["points"]:
        assert ana.post(f"{at}/points/{row['id']}/mend").json()["mended_at"]
    assert ana.post(f"{at}/submit").json()["state"] == "submitted"


def test_the_office_lets_one_proposal_in_later(world, as_):
    call = a_call(world)
    draft = proposing.draft(world, call)
    later = {"proposal": draft.reference, "until": "2030-01-01T00:00:00Z", "note": "Power cut"}
    assert as_(world.ana).post(f"/calls/{call.slug}/extensions", **later).status_code == 404
    answer = as_(world.sec).post(f"/calls/{call.slug}/extensions", **later)
    assert (answer.status_code, answer.json()["reference"]) == (201, draft.reference)
