"""Questionnaires built in the browser: sections, questions with conditions, preview, versions and their comparison."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from programs.models import Questionnaire
from tests.frontend.reading import text

pytestmark = pytest.mark.django_db


class Builder:
    """An office at its questionnaire; every save says which version was seen, as the pages do."""

    def __init__(self, user) -> None:
        self.client = Client()
        self.client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")

    def begin(self, name: str, owner: str) -> None:
        self.client.post("/office/questionnaires/", {"name": name, "owner": owner})
        self.row = Questionnaire.objects.get(name=name)
        self.at = f"/office/questionnaires/{self.row.pk}/"

    def save(self, rest: str, *, status: int = 302, **data):
        self.row.refresh_from_db()
        answer = self.client.post(self.at + rest, {"version": self.row.version, **data})
        assert answer.status_code == status, answer.content.decode()
        self.row.refresh_from_db()
        return answer

    def ask(self, section: str, key: str = "new", **data):
        return self.save(f"ask/{section}/{key}/", **data)

    @property
    def questions(self) -> list[dict]:
        return [row for section in self.row.draft["sections"] for row in section["questions"]]


@pytest.fixture
def builder(world):
    office = Builder(world.bo)
    office.begin("Beam time", "facility:fa")
    return office


def test_an_office_builds_a_questionnaire_with_a_conditional_question_in_both_languages(builder):
    builder.save("sections/new/", title_en="Safety", title_zh="安全")
    builder.ask(
        "safety", kind="choice", label_en="Hazards", label_zh="危害", options="None | 无\nToxic | 有毒", required="on"
    )
    builder.ask(
        "safety", kind="text", label_en="Which substance?", label_zh="何种物质？", words="50", when=["hazards=toxic"]
    )
    builder.ask("safety", kind="number", label_en="Temperature", unit="K", least="3", most="300")
    choice, which, temperature = builder.questions
    assert [each["key"] for each in choice["options"]] == ["none", "toxic"]
    assert choice["label"] == {"en": "Hazards", "zh": "危害"}
    assert which["when"] == {"question": "hazards", "is": ["toxic"]}
    assert (temperature["unit"], temperature["least"], temperature["most"]) == ("K", "3", "300")
    page = text(builder.client, builder.at)
    assert "Which substance?" in page
    assert "1 text is not in both languages" in page
    preview = text(builder.client, f"{builder.at}preview/")
    assert "Only if “Hazards” is: Toxic." in preview
    assert "Temperature (K)" in preview


def test_answers_given_for_a_trial_are_judged_as_those_of_a_proposal(builder):
    builder.save("sections/new/", title_en="Plan")
    builder.ask("plan", kind="text", label_en="Aim", words="2", required="on")
    builder.ask("plan", kind="file", label_en="Figures", suffixes="pdf", megabytes="1")
    tried = f"{builder.at}preview/"
    wrong = builder.client.post(
        tried, {"answers.aim": "three words here", "answers.figures": SimpleUploadedFile("a.txt", b"x")}
    )
    assert "has 3 words where 2 are allowed" in wrong.content.decode()
    assert "three words here" in wrong.content.decode()
    assert "is to be one of: pdf" in wrong.content.decode()
    assert "Answer “Aim”" not in wrong.content.decode()
    assert "could be sent" not in wrong.content.decode()
    right = builder.client.post(
        tried, {"answers.aim": "two words", "answers.figures": SimpleUploadedFile("a.pdf", b"x")}
    )
    assert "could be sent" in right.content.decode()
    assert "Answer “Aim”" in builder.client.post(tried, {"answers.aim": ""}).content.decode()


def test_an_option_that_is_reworded_keeps_its_key_and_a_question_its_place_in_the_answers(builder):
    builder.save("sections/new/", title_en="Safety")
    builder.ask("safety", kind="choice", label_en="Hazards", options="None\nToxic")
    builder.ask("safety", "hazards", kind="choice", label_en="Dangers", options="No hazard\nToxic\nRadioactive")
    [question] = builder.questions
    assert question["key"] == "hazards"
    assert [(each["key"], each["label"]["en"]) for each in question["options"]] == [
        ("none", "No hazard"),
        ("toxic", "Toxic"),
        ("radioactive", "Radioactive"),
    ]


def test_sections_and_questions_are_moved_and_taken_out(builder):
    for title in ("One", "Two"):
        builder.save("sections/new/", title_en=title)
    for label in ("First", "Second"):
        builder.ask("one", kind="text", label_en=label)
    builder.save("arrange/", item="one.second", act="up")
    builder.save("arrange/", item="two", act="up")
    assert [row["key"] for row in builder.row.draft["sections"]] == ["two", "one"]
    assert [row["key"] for row in builder.questions] == ["second", "first"]
    builder.save("arrange/", item="one.first", act="remove")
    builder.save("arrange/", item="two", act="remove")
    assert [row["key"] for row in builder.questions] == ["second"]
    builder.save("arrange/", status=404, item="gone", act="up")


def test_what_cannot_be_used_is_said_and_not_frozen(builder):
    refused = builder.save("freeze/", status=422)
    assert "Add a first section" in refused.content.decode()
    builder.save("sections/new/", title_en="Safety")
    builder.ask("safety", kind="choice", label_en="Hazards", options="Only one")
    refused = builder.save("freeze/", status=422)
    assert "needs two options or more" in refused.content.decode()
    assert builder.row.versions.count() == 0


def test_versions_are_frozen_and_compared(builder):
    builder.save("sections/new/", title_en="Plan")
    builder.ask("plan", kind="text", label_en="Aim", words="100")
    builder.save("freeze/")
    builder.ask("plan", "aim", kind="text", label_en="Aim", words="200")
    builder.ask("plan", kind="technique", label_en="Technique")
    builder.save("freeze/")
    first, second = builder.row.versions.order_by("number")
    assert first.content["sections"][0]["questions"][0]["words"] == 100
    assert len(second.sha256) == 64
    page = text(builder.client, f"{builder.at}compare/1/2/")
    for said in ("most words", "100", "200", "Technique"):
        assert said in page
    assert text(builder.client, f"{builder.at}compare/1/3/", 404)


def test_a_save_that_somebody_was_faster_with_is_refused_and_the_text_kept(builder):
    builder.save("sections/new/", title_en="Plan")
    answer = builder.client.post(f"{builder.at}sections/new/", {"version": 1, "title_en": "My long text"})
    assert answer.status_code == 409
    assert "My long text" in answer.content.decode()


def test_nobody_else_finds_a_questionnaire(world, builder):
    for stranger in (world.bob, world.sec, world.ana):
        client = Builder(stranger).client
        assert "Beam time" not in text(client, "/office/questionnaires/")
        for rest in ("", "preview/", "sections/new/", "compare/1/2/"):
            assert client.get(builder.at + rest).status_code == 404
        assert client.post(f"{builder.at}freeze/").status_code == 404
    assert (
        Builder(world.ana).client.post("/office/questionnaires/", {"name": "x", "owner": "facility:fa"}).status_code
        == 403
    )
