"""Public and account pages in a real browser: accessible in light and dark, wide and narrow, and on a light wire."""

import pytest

from tests.browser.following import follow
from tests.frontend.furnished import furnish

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PUBLIC = [
    "/",
    "/about/",
    "/about/members/",
    "/organisations/org-a/",
    "/news/",
    "/events/meeting/",
    "/facilities/",
    "/facilities/fa/",
    "/instruments/fa-a1/",
    "/search/?q=facility",
    "/accounts/login/",
    "/accounts/signup/",
]
OWN = ["/account/", "/account/tokens/", "/accounts/2fa/", "/accounts/email/", "/accounts/password/change/"]


@pytest.fixture
def alliance(world):
    return furnish(world)


def test_public_pages_are_accessible(visit, readable, alliance):
    page = visit("/")
    for address in PUBLIC:
        page.goto(address)
        readable(page)


def test_account_pages_are_accessible(visit, readable, alliance):
    page = visit("/account/", user=alliance.ana)
    for address in OWN:
        page.goto(address)
        readable(page)


def test_nothing_scrolls_sideways_on_the_smallest_phone_or_with_large_text(visit, fits, alliance):
    page = visit("/", width=320)
    for address in PUBLIC:
        page.goto(address)
        fits(page)
    page = visit("/", width=390)
    for address in PUBLIC:
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        fits(page)


def test_chinese_pages_are_accessible(visit, accessible, alliance):
    page = visit("/", language="zh-hans")
    assert page.locator("html").get_attribute("lang") == "zh-Hans"
    for address in PUBLIC:
        page.goto(address)
        accessible(page)


def test_everything_reads_and_submits_without_javascript(visit, alliance):
    page = visit("/", javascript=False)
    page.fill("#q", "absorption")
    follow(page.locator("form.find button"))
    assert page.get_by_role("link", name="Facility FA").is_visible()
    page.select_option("#id_country", "CN")
    follow(page.locator("form.filters button"))
    assert page.get_by_text("No facility fits").is_visible()
    follow(page.get_by_role("button", name="简体中文"))
    assert page.locator("html").get_attribute("lang") == "zh-Hans"


def test_a_wrong_password_moves_the_focus_to_what_to_do(visit, alliance):
    page = visit("/accounts/login/")
    page.fill("[name=login]", "nobody@test.example")
    page.fill("[name=password]", "wrong")
    follow(page.locator("button.pri"))
    page.wait_for_selector("[data-errors]")
    assert page.evaluate("document.activeElement.hasAttribute('data-errors')")


def test_the_keyboard_reaches_the_content_first(visit, alliance):
    page = visit("/facilities/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
