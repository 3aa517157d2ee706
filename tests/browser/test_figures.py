"""The pages of figures in a browser: charts are drawn from the bundle, nothing is refused, everybody can read them."""

import io

import pytest
from PIL import Image, ImageChops

from tests.browser.following import follow
from tests.reports.history import may_2026

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
PAGES = ["/overview/?period=2026-Q2", "/facility-use/?period=2026-Q2", "/flows/?period=2026-Q2"]
PAGES += ["/reports/utilisation/?from=2026-05-01&to=2026-06-01"]


@pytest.fixture
def history(world):
    may_2026(world)
    return world


def test_pages_of_figures_are_accessible_and_draw_their_charts(history, visit, readable):
    page = visit("/account/", user=history.lea)
    for address in PAGES:
        page.goto(address)
        for chart in page.locator(".chart").all():
            chart.scroll_into_view_if_needed()
            chart.locator(".main-svg").first.wait_for(state="attached")
        readable(page)


def test_without_javascript_the_tables_say_it_all(history, visit):
    page = visit(PAGES[0], user=history.lea, javascript=False)
    assert page.locator("table").count() == 2
    assert "80 %" in page.locator(".stats").inner_text()


def test_a_director_goes_from_a_number_to_its_rows_and_keeps_the_view(history, visit, accessible):
    page = visit("/overview/?period=2026-Q2", user=history.lea)
    follow(page.locator(".stats").get_by_role("link", name="60", exact=True))
    report = page.url
    follow(page.get_by_role("link", name="Rows behind this"))
    assert page.locator("tbody tr").count() == 8
    page.goto(report)
    follow(page.locator("#definition").get_by_role("link").first)
    assert "#K07" in page.url
    page.goto(report)
    follow(page.get_by_role("link", name="Save this view"))
    page.get_by_label("Name").fill("Quarter two")
    accessible(page)
    follow(page.get_by_role("button", name="Save"))
    follow(page.get_by_role("link", name="Quarter two", exact=True))
    assert page.url == report
    dark = visit("/dashboards/leadership/?period=2026-Q2", user=history.lea, scheme="dark")
    dark.locator(".chart .main-svg").first.wait_for(state="attached")
    accessible(dark)
    follow(dark.get_by_role("link", name="Show as slides"))
    dark.keyboard.press("ArrowRight")
    assert dark.locator("[data-place]").inner_text() == "2 / 4"
    accessible(dark)


INK = "name => getComputedStyle(document.querySelector(`#${name} .chart .xtick text`)).fill"


def ink_of(chart):
    """Where a chart has ink, as a mask of its picture, and how bright its ground is."""
    picture = Image.open(io.BytesIO(chart.screenshot())).convert("L")
    ground = max(range(256), key=picture.histogram().__getitem__)
    return picture.point(lambda grey: 255 if abs(grey - ground) > 40 else 0).convert("1"), ground


def test_a_facility_head_opens_a_bar_and_sees_the_same_chart_in_the_dark(history, visit, accessible):
    page = visit("/dashboards/facility/?period=2026-Q2", user=history.bo)
    charts = {name: page.locator(f"#{name} .chart") for name in ("utilisation", "losses", "visits")}
    for chart in charts.values():
        chart.scroll_into_view_if_needed()
        chart.locator(".main-svg").first.wait_for(state="attached")
    light = {name: ink_of(chart) for name, chart in charts.items()}
    before = {name: page.evaluate(INK, name) for name in charts}
    page.emulate_media(color_scheme="dark")
    for name, chart in charts.items():
        page.wait_for_function(f"([name, before]) => ({INK})(name) !== before", arg=[name, before[name]])
        (by_day, paper), (by_night, night) = light[name], ink_of(chart)
        drawn, apart = (ImageChops.logical_or(by_day, by_night), ImageChops.logical_xor(by_day, by_night))
        assert paper > 200 > 80 > night, name
        assert drawn.histogram()[255] > by_day.width * by_day.height / 300, f"{name}: marks and words, not an empty box"
        if name != "utilisation":  # cells have another contrast to their ground by night
            assert apart.histogram()[255] < drawn.histogram()[255] / 5, f"{name}: the same at the same places"
    charts["losses"].scroll_into_view_if_needed()
    bar = charts["losses"].locator(".bars .point path").first
    box = bar.bounding_box()
    with page.expect_navigation():
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    assert "cause=source" in page.url
    assert page.locator("tbody tr").count() == 1
    accessible(page)
    follow(page.get_by_role("link", name="All rows behind the figure"))
    page.go_back()
    plain = visit("/dashboards/facility/?period=2026-Q2", user=history.bo, javascript=False)
    plain.locator("#losses summary").click()
    follow(plain.locator("#losses tbody th a").first)
    assert plain.locator("tbody tr").count() == 1, "the table leads to the same rows without JavaScript"
