"""What a reviewer reads: the version that was submitted, its answers and files; in a blind call nothing that names."""

import pytest
from django.core.files.base import ContentFile

from accounts.commands import create_token
from core.errors import NotFound
from programs.commands import proposals, reviews
from programs.models import Assessment, Proposal, Questionnaire, QuestionnaireVersion
from programs.queries.paper import file_of, paper_of
from tests.frontend.reading import as_, text
from tests.programs import proposing
from tests.programs.asking import a_call
from tests.programs.questions import asking, choosing
from tests.programs.reviewing import a_panel, a_review, criteria
from tests.world import make_user

pytestmark = pytest.mark.django_db
SECTIONS = [
    {
        "key": "safety",
        "title": {"en": "Safety"},
        "questions": [
            {"key": "hazards", "kind": "text", "label": {"en": "Hazards"}, "required": True},
            {"key": "case", "kind": "file", "label": {"en": "Your case"}},
            choosing("source", "no", "yes"),
            asking("licence", when={"question": "source", "is": ["yes"]}),
        ],
    }
]
NAMING = ("Ana", "Centre B", "ana-of-centre-b")


@pytest.fixture
def scene(world):
    """Ana's proposal as it was submitted, before a panel of dan and zoe; its abstract was changed since."""
    form = Questionnaire.objects.create(alliance=world.alliance, name="Standard", draft={"sections": SECTIONS})
    version = QuestionnaireVersion.objects.create(
        questionnaire=form, number=1, content={"sections": SECTIONS}, sha256="0" * 64, by=world.sec
    )
    call = a_call(world, questionnaire=version, needs_consent=False, blind=True)
    criteria(call)
    proposal = proposing.draft(world, call)
    proposals.answer_question(proposal, "hazards", "Liquid nitrogen.", by=world.ana, version=0)
    proposals.attach_file(proposal, ContentFile(b"all of it", "ana-of-centre-b.txt"), by=world.ana, question="case")
    proposals.submit_proposal(proposal, by=world.ana)
    panel = a_panel(world, call, world.dan, chair=make_user("zoe", world.org_c))
    reviews.forward_all(call, "feasibility", by=world.sec)
    proposal.legs.update(state="feasible")
    reviews.forward_all(call, "review", by=world.sec)
    Proposal.objects.filter(pk=proposal.pk).update(abstract="Changed since.")
    row = Assessment.objects.get(proposal=proposal)
    return type("Scene", (), {"call": call, "row": row, "zoe": panel.members.get(role="chair").person})


def test_the_frozen_version_is_read_with_answers_and_files_and_names_nobody(world, scene):
    review = a_review(scene.row, world.dan)
    client = as_(world.dan)
    page = text(client, f"/reviews/{review.pk}/")
    for said in ("How ions move in solids.", "Hazards", "Liquid nitrogen.", "Your case", "Version 1"):
        assert said in page
    assert "Changed since." not in page
    assert "Source" in page
    assert "Licence" not in page, "what no answer leads to was not asked"
    assert not [word for word in NAMING if word in page]
    file = client.get(f"/reviews/{review.pk}/files/1/")
    assert b"".join(file.streaming_content) == b"all of it"
    name = f'filename="{scene.row.proposal.reference}-1.txt"'
    assert name in file["Content-Disposition"]
    assert client.get(f"/reviews/{review.pk}/files/2/").status_code == 404


def test_the_api_gives_the_same_and_names_nobody(world, scene, client):
    review = a_review(scene.row, world.dan)
    headers = {"Authorization": f"Bearer {create_token(world.dan, by=world.dan)[1]}"}
    answer = client.get(f"/api/v1/reviews/{review.pk}", headers=headers)
    read = answer.json()["proposal"]
    assert (read["version"], read["abstract"]) == (1, "How ions move in solids.")
    assert {"label": "Hazards", "text": "Liquid nitrogen."} in [
        line for chapter in read["chapters"] for line in chapter["lines"]
    ]
    [file] = read["files"]
    assert not [word for word in NAMING if word in answer.content.decode()]
    got = client.get(f"/api/v1/reviews/{review.pk}/files/{file['number']}", headers=headers)
    assert b"".join(got.streaming_content) == b"all of it"
    assert not [word for word in NAMING if word in got["Content-Disposition"]]


def test_in_a_call_that_is_not_blind_the_team_and_the_names_are_read(world, scene):
    scene.call.blind = False
    scene.call.save()
    scene.row.refresh_from_db()
    paper = paper_of(world.dan, a_review(scene.row, world.dan).assessment)
    assert [row.name for row in paper.files] == ["ana-of-centre-b.txt"]
    assert {"team", "background"} <= {chapter.key for chapter in paper.chapters}


def test_who_is_in_conflict_declined_or_has_nothing_to_do_with_it_reads_nothing(world, scene):
    review = a_review(scene.row, world.dan)
    assert paper_of(scene.zoe, scene.row) is not None
    reviews.decline_review(review, by=world.dan, note="No time.")
    reviews.declare_conflict(scene.row, scene.zoe, by=scene.zoe, reason="Friends.")
    for person in (world.dan, scene.zoe, world.bo, world.cleo):
        assert paper_of(person, scene.row) is None
        with pytest.raises(NotFound):
            file_of(person, scene.row, 1)
    assert as_(world.dan).get(f"/reviews/{review.pk}/files/1/").status_code == 404
    assert as_(scene.zoe).get(f"/panel-meetings/{scene.row.pk}/files/1/").status_code == 404
    assert "Liquid" not in text(as_(world.dan), f"/reviews/{review.pk}/")
