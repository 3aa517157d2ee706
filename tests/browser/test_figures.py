"""The pages of figures in a browser: charts are drawn from the bundle, nothing is refused, everybody can read them."""

import pytest

from tests.reports.history import may_2026

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/overview/?period=2026-Q2", "/facility-use/?period=2026-Q2", "/flows/?period=2026-Q2"]
PAGES += ["/reports/utilisation/?from=2026-05-01&to=2026-06-01"]


@pytest.fixture
def history(world):
    may_2026(world)
    return world


@pytest.mark.parametrize("address", PAGES)
@pytest.mark.parametrize(("width", "scheme"), [(1440, "dark"), (390, "light")])
def test_a_page_of_figures_is_accessible_and_draws_its_charts(history, visit, accessible, address, width, scheme):
    page = visit(address, user=history.lea, width=width, scheme=scheme)
    for chart in page.locator(".chart").all():
        chart.scroll_into_view_if_needed()
        chart.locator(".main-svg").first.wait_for(state="attached")
    accessible(page)


def test_without_javascript_the_tables_say_it_all(history, visit):
    page = visit(PAGES[0], user=history.lea, javascript=False)
    assert page.locator("table").count() == 2
    assert "80 %" in page.locator(".stats").inner_text()
