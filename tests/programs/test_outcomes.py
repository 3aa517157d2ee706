"""Reports are asked for, reminded of, judged and waived; feedback of both sides; publications typed and from files."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.urls import reverse

from accounts.commands import create_token
from core import clock
from core.errors import Invalid, NotPermitted, WrongState
from facilities.commands.closing import close_due
from facilities.models import Booking, TeamMember
from notifications.models import Message
from notifications.rendering import words
from programs.commands import outcomes
from programs.commands.outcomes import Author, Entry
from programs.imports.publications import entries_of
from programs.models import ExperimentReport, Publication
from programs.queries.outcomes import overdue_reports_of, report_parties, unpublished, unpublished_listed
from programs.workflows.outcomes import REPORT
from tests.programs.asking import a_call, a_member, a_proposal
from tests.programs.running import a_report, a_run

pytestmark = pytest.mark.django_db

BIBTEX = rb"""
@article{li2027, doi = {10.1000/IONS.1}, title = {{Ions} on the m{\"o}ve}, year = 2027, journal = {Nature},
  author = {Ana and Curie, Marie}}
@misc{nothing, title = {No DOI}, year = 2027, author = {Ana}}
"""
RIS = b"TY  - JOUR\nTI  - Foams\nDO  - 10.1000/foams\nPY  - 2026/05\nAU  - Curie, Marie\nJO  - Science\nER  - \n"
CSL = b"""[{"type": "dataset", "DOI": "https://doi.org/10.1000/data", "title": "Raw ions",
  "issued": {"date-parts": [[2027]]}, "author": [{"given": "Ana", "family": "Li", "ORCID": "https://orcid.org/0000-0002-1825-0097"}]}]"""


def test_every_run_of_a_proposal_is_asked_for_one_report(world):
    a_run(world)
    Booking.objects.create(
        instrument=world.instrument_b,
        period=DateTimeTZRange(world.at(-60, 0), world.at(-60, 8)),
        state="completed",
        unit="shift",
        units=1,
        requester=world.ana,
    )
    assert (outcomes.ask_for_reports(), outcomes.ask_for_reports()) == (1, 0)
    report = ExperimentReport.objects.get()
    assert (report.state, report.booking.instrument) == ("due", world.instrument_a)


def test_a_run_stays_open_until_its_report_is_accepted(world):
    report = a_report(world, days_ago=60)
    assert close_due() == 0
    outcomes.submit_report(report, "Ions moved.", by=world.ana)
    outcomes.accept_report(report, by=world.sec)
    report.booking.refresh_from_db()
    assert report.booking.state == "closed"


def test_reminders_reach_those_who_lead_and_an_overdue_report_blocks_them(world):
    report = a_report(world)
    a_member(report.proposal, world.dan, organisation=world.org_c)
    due = datetime.combine(report.due_on, datetime.min.time(), UTC)
    for days, sent in ((-31, 0), (-30, 1), (-30, 0), (-7, 1), (0, 1), (1, 0), (14, 1), (90, 0)):
        with time_machine.travel(due + timedelta(days=days, hours=1), tick=False):
            assert outcomes.remind_of_reports() == sent
            assert overdue_reports_of([world.ana.pk]).exists() == (days > 0)
    told = Message.objects.filter(kind="report_due").order_by("created_at")
    assert {message.recipient for message in told} == {world.ana}
    assert words(told.last())[0].startswith("Overdue: the report on Instrument A1")


def test_a_waived_report_blocks_nobody_and_says_why(world):
    report = a_report(world)
    with pytest.raises(Invalid):
        outcomes.waive_report(report, by=world.sec, note="")
    outcomes.waive_report(report, by=world.sec, note="The beam was down.")
    report.refresh_from_db()
    assert report.state == "waived"
    assert "The beam was down." in words(Message.objects.get(kind="report_judged"))[1]


COMMANDS = {
    "submit": lambda report, by: outcomes.submit_report(report, "Ions moved.", by=by),
    "return": lambda report, by: outcomes.return_report(report, by=by, note="Say more."),
    "accept": lambda report, by: outcomes.accept_report(report, by=by),
    "waive": lambda report, by: outcomes.waive_report(report, by=by, note="Never mind."),
}
PEOPLE = ("ana", "bo", "bob", "cleo", "dan", "lea", "sec", "sig_b")


def in_state(report: ExperimentReport, state: str) -> ExperimentReport:
    """Set without moves: the trigger knows moves only, so the row is made anew."""
    booking, proposal, due_on = report.booking, report.proposal, report.due_on
    report.delete()
    filled = {"text": "Ions.", "submitted_at": clock.now()} if state in {"submitted", "accepted", "returned"} else {}
    given = {"due_on": due_on, "publish_by": due_on, "state": state, **filled}
    return ExperimentReport.objects.create(booking=booking, proposal=proposal, **given)


@pytest.mark.parametrize("state", REPORT.states)
def test_every_move_of_a_report_by_everybody_is_what_the_table_says(world, state):
    report = a_report(world)
    for name in PEOPLE:
        person = getattr(world, name)
        for move, command in COMMANDS.items():
            report = in_state(report, state)
            parties = report_parties(person, report)
            found = REPORT.find(move)
            if not parties & found.who:
                with pytest.raises(NotPermitted):
                    command(report, person)
            elif state not in found.sources:
                with pytest.raises(WrongState):
                    command(report, person)
            else:
                assert command(report, person).state == found.target
    assert report_parties(world.ana, report) == {"team"}
    assert report_parties(world.sec, report) == {"office"}
    assert not report_parties(world.bo, report)


def test_both_sides_say_once_how_it_went(world):
    booking = a_run(world)
    outcomes.give_feedback(booking, 2, by=world.ana)
    feedback = outcomes.give_feedback(booking, 4, by=world.ana, text="Fine after all.")
    assert (feedback.side, feedback.rating) == ("user", 4)
    assert outcomes.give_feedback(booking, 5, by=world.cleo).side == "facility"
    assert booking.feedback.count() == 2
    with pytest.raises(NotPermitted):
        outcomes.give_feedback(booking, 5, by=world.dan)
    with pytest.raises(Invalid):
        outcomes.give_feedback(booking, 6, by=world.ana)


def entry(**fields) -> Entry:
    return Entry(**{"doi": "10.1000/a", "title": "Ions", "year": 2026, "authors": (Author("Ana"),), **fields})


def test_a_publication_matches_authors_by_orcid_then_by_a_name_that_is_alone(world):
    world.dan.orcid = "0000-0002-1825-0097"
    world.dan.save()
    made = outcomes.add_publication(
        entry(authors=(Author("D. Anyone", "0000-0002-1825-0097"), Author("Ana"), Author("Nobody Here"))), by=world.ana
    )
    assert list(made.authors.values_list("person__name", flat=True)) == ["Dan", "Ana", None]


def test_everything_wrong_with_a_publication_is_said_at_once(world):
    with pytest.raises(Invalid) as refused:
        outcomes.add_publication(
            entry(doi="x", title=" ", year=1200, authors=(Author("A", "1"),), embargo_until=clock.now().date()),
            by=world.ana,
        )
    rules = {violation.rule for violation in refused.value.violations}
    assert rules == {"doi_form", "title_missing", "year_range", "orcid_form", "embargo_of_data"}


def test_the_same_doi_twice_is_one_publication_with_both_links(world):
    proposal = a_proposal(world, a_call(world), state="accepted")
    first = outcomes.add_publication(entry(), by=world.ana, sources=[proposal])
    again = outcomes.add_publication(
        entry(doi="https://doi.org/10.1000/A", title="Other"), by=world.ana, sources=[proposal]
    )
    assert (again.pk, again.title, again.links.count()) == (first.pk, "Ions", 1)
    with pytest.raises(NotPermitted):
        outcomes.link_publication(first, proposal, by=world.dan)


def test_bibtex_ris_and_csl_are_read(world):
    good, bad = entries_of(BIBTEX)
    assert (good.doi, good.title, good.year, good.container) == ("10.1000/IONS.1", "Ions on the möve", 2027, "Nature")
    assert [author.name for author in good.authors] == ["Ana", "Marie Curie"]
    [ris], [csl] = entries_of(RIS), entries_of(CSL)
    assert (ris.title, ris.year, ris.kind, ris.container) == ("Foams", 2026, "article", "Science")
    assert (csl.kind, csl.authors[0].orcid) == ("dataset", "https://orcid.org/0000-0002-1825-0097")
    added, refused = outcomes.import_publications([good, bad, ris, csl], by=world.ana)
    assert (len(added), [why for _entry, why in refused]) == (
        3,
        ["A DOI looks like 10.1000/abc, or is its doi.org address."],
    )


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7", b"[1]", b"{", b"@article{", b"\xff\xfe"])
def test_a_file_that_is_none_is_refused_in_words(content):
    with pytest.raises(Invalid) as refused:
        entries_of(content)
    assert refused.value.violations[0].rule == "file_unreadable"


def test_reports_and_publications_through_the_api(world, client):
    report = a_report(world)
    TeamMember.objects.get_or_create(team=report.proposal.team, user=world.ana, defaults={"role": "lead"})
    tokens = {name: create_token(getattr(world, name), by=world.system)[1] for name in ("ana", "dan", "sec")}
    head = {name: {"Authorization": f"Bearer {text}"} for name, text in tokens.items()}
    url = "/api/v1/experiment-reports"
    assert client.get(f"{url}?which=owed&count=true", headers=head["ana"]).json()["count"] == 1
    assert client.get(f"{url}?count=true", headers=head["dan"]).json()["count"] == 0
    assert client.get(f"{url}/{report.pk}", headers=head["dan"]).status_code == 404
    done = client.post(f"{url}/{report.pk}/submit", {"text": "Ions."}, "application/json", headers=head["ana"]).json()
    assert (done["state"], done["moves"]) == ("submitted", [])
    assert (
        client.post(f"{url}/{report.pk}/accept", {}, "application/json", headers=head["sec"]).json()["state"]
        == "accepted"
    )
    body = {
        "doi": "10.1000/x",
        "title": "Ions",
        "year": 2027,
        "authors": [{"name": "Ana"}],
        "proposal": str(report.proposal_id),
    }
    assert client.post("/api/v1/publications", body, "application/json").status_code == 401
    assert client.post("/api/v1/publications", body, "application/json", headers=head["dan"]).status_code == 400
    assert client.post("/api/v1/publications", body, "application/json", headers=head["ana"]).status_code == 201
    assert client.get("/api/v1/publications?search=ions&kind=article").json()["results"][0]["doi"] == "10.1000/x"
    sent = {"content": RIS.decode()}
    assert (
        client.post("/api/v1/publications/import", sent, "application/json", headers=head["ana"]).json()["refused"]
        == []
    )
    rating = {"booking": str(report.booking_id), "rating": 5}
    assert client.post("/api/v1/feedback", rating, "application/json", headers=head["ana"]).json()["side"] == "user"


def test_pages_of_reports_and_publications(world, client):
    report = a_report(world)
    client.force_login(world.dan)
    assert client.get(f"/experiment-reports/{report.pk}/").status_code == 404
    client.force_login(world.ana)
    assert report.booking.reference in client.get("/experiment-reports/?which=owed").text
    url = f"/experiment-reports/{report.pk}/"
    assert client.post(url, {"text": " "}).status_code == 422
    assert client.post(url, {"text": "Ions moved."}).status_code == 302
    assert "Ions moved." in client.get(url).text
    client.force_login(world.sec)
    assert client.post(f"{url}return/", {"note": "Say more."}).status_code == 302
    assert ExperimentReport.objects.get().state == "returned"
    typed = {
        "doi": "bad",
        "kind": "article",
        "title": "Ions",
        "year": "2027",
        "authors": "Ana\nMarie, 0000-0002-1825-0097",
    }
    refused = client.post("/publications/new/", typed)
    assert refused.status_code == 422
    assert 'value="bad"' in refused.text
    assert client.post("/publications/new/", {**typed, "doi": "10.1000/ok"}).status_code == 302
    assert Publication.objects.get().authors.last().orcid == "0000-0002-1825-0097"
    client.logout()
    assert "10.1000/ok" in client.get("/publications/").text


def test_a_run_without_publication_is_listed_reminded_of_and_explained(world, client):
    report = a_report(world)
    assert report.publish_by > report.due_on
    due = datetime.combine(report.publish_by, datetime.min.time(), tzinfo=UTC)
    assert outcomes.remind_of_publications(due - timedelta(days=91)) == 0
    assert outcomes.remind_of_publications(due) == 1
    assert outcomes.remind_of_publications(due) == 0
    assert Message.objects.get(kind="publication_due").recipient == world.ana
    with time_machine.travel(due + timedelta(days=2), tick=False):
        assert list(unpublished_listed(world.sec, which="late")) == [report]
        assert not unpublished_listed(world.dan).exists()
        client.force_login(world.ana)
        assert "Add a publication of A1" in client.get(reverse("work")).content.decode()
        url = reverse("experiment_report_explain", args=[report.pk])
        assert client.post(url, {"text": ""}).status_code == 422
        assert client.post(url, {"text": "The sample was not what we thought."}).status_code == 302
    assert outcomes.remind_of_publications(due + timedelta(days=90)) == 0
    assert list(unpublished_listed(world.sec, which="explained")) == [report]
    with pytest.raises(NotPermitted):
        outcomes.explain_unpublished(report, "Because.", by=world.sec)
    assert "The sample was not" in client.get(reverse("experiment_report", args=[report.pk])).content.decode()


def test_a_publication_of_the_run_settles_it(world):
    report = a_report(world)
    assert list(unpublished()) == [report]
    entry = Entry("10.1000/x", "Ions", 2027, authors=(Author("Ana"),))
    outcomes.add_publication(entry, by=world.ana, sources=[report.proposal])
    assert not unpublished().exists()
