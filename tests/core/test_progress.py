"""Importers count, keep what they refuse, and leave a job that says how it went."""

import csv
import io

import pytest
from django.contrib.auth import get_user_model

from core.models import AuditEntry, Job
from core.progress import ImportRun

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def home(settings, tmp_path):
    settings.HOME = tmp_path


@pytest.fixture
def someone():
    return get_user_model().objects.create(email="importer@yanqi.example", name="Importer")


def test_an_import_ends_with_its_counts(someone):
    out = io.StringIO()
    with ImportRun("import_things", "things.csv", by=someone, stdout=out) as run:
        run.read(5)
        run.created(2)
        run.updated()
        run.skipped("unchanged")
        run.refused(5, {"name": "x"}, "no country")
    assert [line.split() for line in out.getvalue().splitlines()[1:6]] == [
        ["read", "5"],
        ["created", "2"],
        ["updated", "1"],
        ["skipped", "1"],
        ["refused", "1"],
    ]
    assert "skipped because unchanged: 1" in out.getvalue()
    job = Job.objects.get()
    assert (job.state, job.result["read"], job.result["refused_file"]) == ("done", 5, str(run.refused_path))
    assert list(AuditEntry.objects.values_list("verb", "actor_id")) == [("start", someone.pk), ("end", someone.pk)]


def test_refused_rows_are_kept_with_their_number_and_reason(someone):
    with ImportRun("import_things", "things.csv", by=someone, stdout=io.StringIO()) as run:
        run.refused(3, {"name": "Ω, 北京", "country": "ZZ"}, "no such country")
        run.refused(9, {"name": "b", "country": ""}, "country is empty")
    with run.refused_path.open(newline="") as file:
        assert list(csv.reader(file)) == [
            ["row", "why", "name", "country"],
            ["3", "no such country", "Ω, 北京", "ZZ"],
            ["9", "country is empty", "b", ""],
        ]


def test_nothing_refused_leaves_no_file(someone, tmp_path):
    with ImportRun("import_things", "things.csv", by=someone, stdout=io.StringIO()) as run:
        run.read()
    assert run.refused_path is None
    assert list(tmp_path.iterdir()) == []


def test_an_interrupted_import_says_so_and_how_to_continue(someone):
    out = io.StringIO()
    with pytest.raises(KeyboardInterrupt), ImportRun("import_things", "things.csv", by=someone, stdout=out) as run:
        run.read(7)
        raise KeyboardInterrupt
    job = Job.objects.get()
    assert job.state == "failed"
    assert "KeyboardInterrupt" in job.message
    assert "again" in job.message
    assert "7" in out.getvalue()


def test_progress_is_saved_while_the_import_runs(someone, monkeypatch):
    monkeypatch.setattr("core.progress.SAVED_EVERY", 0)
    with ImportRun("import_things", "things.csv", by=someone, total=10, stdout=io.StringIO()) as run:
        run.read(4)
        assert Job.objects.get().done == 4
    assert Job.objects.get().total == 10
