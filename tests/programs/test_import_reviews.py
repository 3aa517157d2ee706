"""Scores from elsewhere: both published sets at full size, dirty rows kept aside, twice is once."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from programs.models import Proposal, Review, Score
from programs.queries.merit import ranking
from tests.programs.asking import a_call

pytestmark = pytest.mark.django_db


def run(path, call, **options) -> str:
    out = StringIO()
    call_command("import_reviews", str(path), call=call.slug, stdout=out, **options)
    return out.getvalue()


def counts(text: str) -> dict[str, int]:
    names = ("read", "created", "updated", "skipped", "refused")
    rows = [line.split() for line in text.splitlines()]
    return {row[0]: int(row[1].replace(",", "")) for row in rows if len(row) == 2 and row[0] in names}


@pytest.fixture
def dirty(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text(
        "who,what,mark\nann,P1,3\nann,P2,\nbob,P1,9\nbob,P2,x\n,P1,2\nann,P1,4\nbob,P3,2.5\n", encoding="utf-8"
    )
    return path


MAP = ["who=reviewer", "what=proposal", "mark=score"]


def test_bad_rows_are_kept_aside_and_stop_nothing_and_a_second_run_creates_none(world, dirty):
    call = a_call(world, state="in_review")
    first = counts(run(dirty, call, map=MAP, scale="1:5:0.5:low"))
    assert first == {"read": 7, "created": 2, "updated": 0, "skipped": 1, "refused": 4}
    assert counts(run(dirty, call, map=MAP, scale="1:5:0.5:low"))["created"] == 0
    dirty.write_text(dirty.read_text().replace("bob,P3,2.5", "bob,P3,1.5"))
    assert counts(run(dirty, call, map=MAP, scale="1:5:0.5:low"))["updated"] == 1
    assert [line.native for line in ranking(call).lines] == [1.5, 3.0]
    assert not Proposal.objects.first().pi.is_active or Proposal.objects.first().pi.is_system


@pytest.mark.parametrize(
    "options", [{}, {"map": MAP}, {"map": ["who=nothing"], "scale": "1:5:1:low"}, {"map": MAP, "scale": "5:1:1:low"}]
)
def test_a_file_that_is_not_understood_is_refused_before_anything_is_written(world, dirty, options):
    with pytest.raises(CommandError):
        run(dirty, a_call(world), **options)
    assert Review.objects.count() == 0


def test_the_grant_panel_is_complete_low_is_best_and_gaps_are_no_scores(world, shared_data):
    call = a_call(world, state="in_review")
    path = shared_data / "reviews_aibs_grants" / "ratings_and_ranks.csv"
    found = counts(run(path, call))
    assert found["read"] == 282
    assert found["created"] + found["skipped"] == 282
    lines = ranking(call).lines
    assert len(lines) == 28
    assert [line.native_rank for line in lines if line.native_rank == 1]
    scored = [line for line in lines if line.native is not None]
    best = min(scored, key=lambda line: line.counted)
    assert best.rank == 1
    assert all(line.merit is not None for line in scored)
    assert Score.objects.count() == found["created"]
    assert counts(run(path, call))["created"] == 0
