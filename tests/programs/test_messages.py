"""What people are told about programmes, in words."""

import pytest

from notifications.models import Message
from notifications.rendering import words
from programs.commands import cooperation
from tests.programs import cast

pytestmark = pytest.mark.django_db


def last(kind: str, reader) -> tuple[str, str]:
    return words(Message.objects.filter(kind=kind, recipient=reader).latest("created_at"))


def test_a_new_stage_is_named(world):
    program = cast.active(world)
    subject, text = last("program_moved", world.sec)
    assert subject == "Active: Batteries at work"
    assert "has reached the stage “Active”" in text
    assert program.number in text
    assert f"/programs/{program.pk}/" in text


def test_an_end_is_told_with_its_reason_to_everyone_concerned(world):
    program = cast.active(world)
    cooperation.terminate_program(program, by=world.lea, note="The source was shut down.")
    for reader in (world.ana, world.sig_a, world.sig_b, world.sec):
        subject, text = last("program_ended", reader)
        assert subject == "Terminated: Batteries at work"
        assert "The source was shut down." in text


def test_the_secretariat_reads_how_a_programme_stands(world):
    cooperation.report_progress(cast.active(world), by=world.ana, rating="at_risk", text="The furnace is late.")
    _subject, text = last("program_progress", world.sec)
    assert "At risk" in text
    assert "The furnace is late." in text


def test_nobody_is_told_what_they_did_themselves(world):
    program = cast.active(world)
    assert (
        not Message.objects.filter(subject_id=program.pk, kind="program_moved", recipient=world.ana)
        .filter(context__by="Ana")
        .exists()
    )
