"""The form that asks a section of a questionnaire: what it shows, reads and keeps."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import QueryDict

from facilities.models import Technique
from frontend.forms.proposals.questionnaire import SectionForm
from tests.programs.questions import HAZARD, asking, choosing, of


def posted(**values):
    data = QueryDict(mutable=True)
    for name, value in values.items():
        data[f"answers.{name}"] = value
    return data


def test_a_number_that_cannot_be_read_is_refused_beside_its_field_and_stays_as_it_was_typed():
    content = of(asking("temperature", "number", unit="K", least="3"), asking("aim", required=True))
    form = SectionForm(content, "all", {}, posted(temperature="cold", aim=""))
    assert not form.is_valid()
    assert list(form.errors) == ["temperature"]
    assert 'value="cold"' in str(form["temperature"])
    assert "Temperature (K)" in str(form["temperature"].label_tag())
    assert form.fields["temperature"].help_text == "At least 3."


def test_a_question_that_is_not_asked_any_more_loses_its_answer():
    answered = {"hazard": "yes", "kind": "toxic", "licence": ""}
    form = SectionForm(HAZARD, "all", answered, posted(hazard="no", kind="toxic", licence="x"))
    assert form.is_valid(), form.errors
    assert form.answers() == {"hazard": "no", "kind": None, "licence": None}


def test_a_question_of_a_later_section_appears_only_once_it_is_asked():
    later = asking("why", when={"question": "hazard", "is": ["yes"]})
    content = {"sections": [*of(choosing("hazard", "no", "yes"))["sections"], {"key": "later", "questions": [later]}]}
    assert list(SectionForm(content, "later", {"hazard": "no"}).fields) == []
    assert list(SectionForm(content, "later", {"hazard": "yes"}).fields) == ["why"]


def test_samples_are_read_row_by_row_and_empty_rows_are_nothing():
    form = SectionForm(
        of(asking("samples", "samples")),
        "all",
        {},
        posted(**{"samples.0.name": "", "samples.1.name": "S1", "samples.1.substance": " NaCl "}),
    )
    assert form.is_valid(), form.errors
    [row] = form.answers()["samples"]
    assert (row["name"], row["substance"]) == ("S1", "NaCl")
    assert "samples.3.name" in str(SectionForm(form.content, "all", {"samples": [row, row]})["samples"])


def test_a_file_of_the_wrong_kind_is_refused_and_a_right_one_is_handed_on():
    content = of(asking("plan", "file", suffixes=["pdf"]))
    wrong = SectionForm(content, "all", {}, posted(), {"answers.plan": SimpleUploadedFile("a.exe", b"x")})
    right = SectionForm(content, "all", {}, posted(), {"answers.plan": SimpleUploadedFile("a.pdf", b"x")})
    assert not wrong.is_valid()
    assert right.is_valid(), right.errors
    assert list(right.uploads()) == ["plan"]
    assert right.answers() == {}


@pytest.mark.django_db
def test_a_technique_is_read_from_its_name_or_code():
    Technique.objects.create(code="PaNET01196", label="x-ray absorption spectroscopy")
    content = of(asking("technique", "technique"))
    for text in ("X-ray absorption spectroscopy", "PaNET01196"):
        form = SectionForm(content, "all", {}, posted(technique=text))
        assert form.is_valid(), form.errors
        assert form.answers() == {"technique": "PaNET01196"}
    assert not SectionForm(content, "all", {}, posted(technique="divination")).is_valid()
