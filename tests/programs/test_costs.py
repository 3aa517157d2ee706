"""Every list of calls, proposals, reviews and outcomes asks the database as much for three rows as for one."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.commands import create_token
from programs.commands import outcomes
from programs.models import Authorship, ExperimentReport, OutcomeLink, Publication, Questionnaire
from tests.frontend.reading import as_, text
from tests.programs import cast, companies
from tests.programs.asking import a_call, a_proposal
from tests.programs.reviewing import a_panel, a_review, before
from tests.programs.running import a_run_of
from tests.world import make_user

pytestmark = pytest.mark.django_db

PAGES = {
    "bo": (
        "/proposals/", "/legs/", "/office/questionnaires/", "/experiment-reports/",
        "/experiment-reports/unpublished/", "/publications/", "/trainings/", "/calls/here/ranking/",
    ),
    "cleo": ("/reviews/",),
    "ana": ("/my-work/",),
}  # fmt: skip
API = {
    "bo": (
        "legs", "experiment-reports", "experiment-reports/unpublished", "publications", "reviews",
        "calls/here/ranking", "panels", "questionnaires", "trainings",
    ),
}  # fmt: skip
"""Lists that no other test holds to it."""


@pytest.fixture
def one_more(world):
    """Adds one row to every list."""
    call = a_call(world, facility=world.facility_a, slug="here", state="in_review")
    panel = a_panel(world, call, world.cleo, facility=world.facility_a)
    program = cast.active(world)

    def add(number: int) -> None:
        a_review(before(panel, a_proposal(world, call, state="review")), world.cleo)
        a_review(before(panel, a_proposal(world, call, state="panel")), make_user(f"eve{number}", world.org_c), 4)
        a_proposal(world, call, state="feasibility")
        granted = a_proposal(world, call, state="accepted")
        outcomes.give_feedback(a_run_of(world, granted), 4, by=world.bo)
        outcomes.ask_for_reports()
        outcomes.submit_report(ExperimentReport.objects.filter(state="due").get(), by=world.ana, text="It moved.")
        paper = Publication.objects.create(doi=f"10.1000/{number}", title="Ions", year=2026, created_by=world.ana)
        Authorship.objects.create(publication=paper, position=1, name="Ana")
        OutcomeLink.objects.create(publication=paper, instrument=world.instrument_a)
        companies.asked(world)
        a_call(world, facility=world.facility_a)
        a_panel(world, call, world.cleo, facility=world.facility_a, name=f"Panel {number}")
        Questionnaire.objects.create(facility=world.facility_a, name=f"Questions {number}")
        cast.training(world, program)

    return add


def costs(world) -> dict[str, int]:
    found = {}
    for name, addresses in PAGES.items():
        client = as_(getattr(world, name))
        found |= {f"{name} {address}": cost(client, address) for address in addresses}
    for name, addresses in API.items():
        _token, secret = create_token(getattr(world, name), by=getattr(world, name))
        client = Client(headers={"Authorization": f"Bearer {secret}"})
        found |= {f"{name} {address}": cost(client, f"/api/v1/{address}") for address in addresses}
    return found


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        answer = client.get(address)
    assert answer.status_code == 200, address
    return len(asked)


def test_no_list_asks_more_for_three_rows_than_for_one(world, one_more):
    one_more(1)
    text(as_(world.bo), "/my-work/")  # what is remembered from one request to the next
    first = costs(world)
    one_more(2)
    one_more(3)
    assert {name: n for name, n in costs(world).items() if n > first[name]} == {}
