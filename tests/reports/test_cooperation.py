"""Cooperation: matrices of centres and countries, the network by year, and what each centre gave and had."""

import pytest
from django.utils.translation import override

from core.rows import fetch
from facilities.models import Technique
from programs.models import Theme
from reports.queries.answers import answer
from reports.queries.behind import rows_behind
from reports.registry import REPORTS, report_named
from reports.words import named_text
from tests.reports.history import MAY, may_2026, program, used

pytestmark = pytest.mark.django_db
YEAR = {"from": "2026-01-01", "to": "2027-01-01"}

BY_HAND = """
select home.country, host.country, sum(s.units * 8)::float8
from facilities_session s join facilities_instrument i on i.id = s.instrument_id
join facilities_facility f on f.id = i.facility_id join accounts_organisation host on host.id = f.organisation_id
join accounts_organisation home on home.id = s.organisation_id where home.id <> host.id group by 1, 2
"""


def rows(name, user, **asked):
    return answer(name, {**MAY, **asked}, user=user).rows


def by(found, key):
    return {row[key]: row for row in found}


def test_countries_count_what_their_centres_do_together(world):
    may_2026(world)
    world.org_c.country = "DE"
    world.org_c.save()
    program("P-1", world.org_a, world.org_b, world.org_c)
    program("P-2", world.org_a, world.org_c)
    (row,) = rows("country-cooperation", world.lea)
    assert (row["one_id"], row["other_id"]) == ("CN", "DE")
    assert (row["programs"], row["uses"], row["together"]) == (1, 5, 6), "P-2 and C at A stay within one country"
    assert row["salton"] == 1
    hours = {(home, host): value for home, host, value in fetch(BY_HAND, {})}
    assert row["hours_there"] == hours["CN", "DE"] == 32
    assert row["hours_back"] == hours["DE", "CN"] == 8


def test_in_fractions_a_programme_of_three_counts_half_for_each_pair(world):
    program("P-1", world.org_a, world.org_b, world.org_c)
    program("P-2", world.org_a, world.org_b)
    found = answer("cooperation", {"count": "programs", "counting": "fractional"}, user=world.lea).rows
    together = {(row["one"], row["other"]): row["together"] for row in found}
    assert together == {("Centre A", "Centre B"): 1.5, ("Centre A", "Centre C"): 0.5, ("Centre B", "Centre C"): 0.5}
    assert found[0]["salton"] == 0.75, "1.5 ÷ √(2 · 2)"


def test_what_one_gave_another_received(world):
    may_2026(world)
    found = by(rows("exchange", world.lea), "label")
    assert (found["Centre A"]["given_hours"], found["Centre A"]["received_hours"]) == (40, 8)
    assert (found["Centre B"]["given_hours"], found["Centre B"]["received_hours"]) == (8, 32)
    assert found["Centre C"]["even"] == -1
    assert sum(row["balance"] for row in found.values()) == 0
    given = fetch(
        "select coalesce(sum(s.units * 8), 0)::float8 from facilities_session s"
        " join facilities_instrument i on i.id = s.instrument_id join facilities_facility f on f.id = i.facility_id"
        " where f.organisation_id = %s and s.organisation_id <> f.organisation_id",
        [world.org_a.pk],
    )
    assert given == [(40.0,)], "the same from the raw rows"


def test_a_centre_sees_its_partners_and_the_running_sum_of_its_balance(world):
    may_2026(world)
    used(world.instrument_b, world.bo, world.org_a, 25)
    partners = by(rows("exchange", world.lea, organisation="org-a"), "label")
    assert partners["Centre B"]["balance"] == 32 - 16
    assert partners["Centre C"]["given_hours"] == 8
    course = rows("exchange", world.lea, organisation="org-a", by="month", to="2026-07-01")
    assert [(row["label"], row["running"]) for row in course] == [("2026-05", 24)]
    behind = rows_behind(report_named("exchange"), {**MAY, "organisation": "org-a"}, user=world.lea)
    assert behind.count() == 7, "five that it hosted, two that it sent; none of its own at home"


def test_the_hours_of_an_instrument_are_shared_among_its_techniques(world):
    may_2026(world)
    for label in ("Imaging", "Diffraction"):
        world.instrument_a.techniques.add(Technique.objects.create(code=label, label=label))
    found = by(rows("exchange-techniques", world.lea, organisation="org-a"), "technique")
    assert found["Imaging"]["given_hours"] == found["Diffraction"]["given_hours"] == 20
    assert found[""]["received_hours"] == 8, "B1 has none"
    assert found["Imaging"]["partners"] == 2


def test_small_cells_of_the_exchange_are_kept_with_what_would_tell_of_them(world):
    may_2026(world)
    for row in rows("exchange", world.dan, organisation="org-a"):
        assert row["given_hours"] is row["received_hours"] is None, "C is one person, and B's would tell"
    (row,) = rows("exchange-techniques", world.dan, organisation="org-c")
    assert row["received_hours"] is None
    (course,) = rows("exchange", world.dan, organisation="org-b", by="year")
    assert course["given_hours"] == 8, "five people on both sides together"
    (course,) = rows("exchange", world.dan, organisation="org-c", by="year")
    assert course["running"] is course["balance"] is None


def test_themes_count_joint_programmes_with_their_partners(world):
    theme = Theme.objects.create(slug="energy", name="Energy", name_zh="能源")
    program("P-1", world.org_a, world.org_b, world.org_c).themes.add(theme)
    program("P-2", world.org_b, world.org_c).themes.add(theme)
    program("P-3", world.org_a, world.org_b)
    found = by(rows("joint-themes", world.dan, organisation="org-a"), "theme")
    assert (found["Energy"]["programs"], found["Energy"]["partners"]) == (1, 2)
    assert (found[""]["programs"], found[""]["partners"]) == (1, 1)
    report = REPORTS["joint-themes"]
    with override("zh-hans"):
        assert [named_text(found[name], "theme", "text") for name in ("Energy", "")] == ["能源", "–"]
        assert "能源" in str(report.figure([{**row, "mark": place} for place, row in enumerate(found.values())]))
    assert named_text(found["Energy"], "theme", "text") == "Energy"


def test_the_network_by_year_says_density_communities_and_brokers(world):
    may_2026(world)
    program("P-1", world.org_a, world.org_b)
    (year,) = answer("network", YEAR, user=world.lea).rows
    assert (year["centres"], year["pairs"]) == (3, 2)
    assert year["density"] == round(2 / 3, 4)
    found = by(answer("brokers", YEAR, user=world.lea).rows, "centre")
    assert (found["Centre A"]["broker"], found["Centre A"]["rank"]) == (1, 1), "the only way from B to C"
    assert found["Centre B"]["partners"] == 1
    again = answer("brokers", {"from": "2026-01-01", "to": "2028-01-01", "count": "programs"}, user=world.lea).rows
    assert [row["came"] for row in again] == [None] * len(again), "the same community the year after"


def test_pages_of_years_and_of_a_centre_say_what_their_reader_may_see(world, client):
    may_2026(world)
    program("P-1", world.org_a, world.org_b)
    client.force_login(world.lea)
    for address in ("/flows/?period=2026&cells=salton&counting=fractional", "/flows/years/", "/flows/centres/org-a/"):
        assert client.get(address).status_code == 200
    assert "Who joined which community" in client.get("/flows/years/").content.decode()
    assert "Centre C" in client.get("/flows/centres/org-a/?period=2026").content.decode()
    client.force_login(world.dan)
    assert "Who joined which community" not in client.get("/flows/years/").content.decode()
    assert client.get("/flows/centres/org-a/?period=2026").status_code == 200
    assert client.get("/flows/centres/nowhere/").status_code == 404
