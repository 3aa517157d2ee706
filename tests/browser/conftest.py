"""A headless Chromium on the live server, which fails a test on console errors, policy violations and failed loads."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine; .ci/packages installs one")
    # Playwright's event loop runs in the thread of the test, where the ORM is used as well.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Any, live_server: Any) -> Iterator[Callable[..., Any]]:
    """`visit("/my-work/", user=world.ana, width=390, scheme="dark", language="zh-hans")` is a Playwright page.

    At the end of the test every page must have been quiet: no error on its console, nothing refused by the policy,
    no request that failed.
    """
    from django.conf import settings
    from django.test import Client

    noise: list[str] = []
    contexts = []

    def open_page(
        address: str,
        *,
        user: Any = None,
        width: int = 1440,
        scheme: str = "light",
        language: str = "en",
        javascript: bool = True,
        status: int = 200,
    ) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=javascript,
            base_url=live_server.url,
        )
        contexts.append(context)
        cookies = {settings.LANGUAGE_COOKIE_NAME: language}
        if user is not None:
            client = Client()
            client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
            cookies[settings.SESSION_COOKIE_NAME] = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": name, "value": text, "url": live_server.url} for name, text in cookies.items()])
        page = context.new_page()
        page.on("console", lambda message: noise.append(message.text) if is_noise(message) else None)
        page.on("pageerror", lambda error: noise.append(str(error)))
        page.on(
            "requestfailed", lambda request: noise.append(f"failed: {request.url}") if is_failure(request) else None
        )
        answer = page.goto(address)
        assert answer.status == status, f"{address} answered {answer.status}"
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert noise == []


def is_noise(message: Any) -> bool:
    """An error on the console, but for the line Chromium writes when a form is refused, which answers 422."""
    return message.type == "error" and "status of 422" not in message.text


def is_failure(load: Any) -> bool:
    """A load that failed; one the browser gave up because the page was left or closed did not."""
    return load.failure != "net::ERR_ABORTED"


def fits(page: Any) -> None:
    """Fails when the page scrolls sideways."""
    wide, window = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert wide <= window, f"{page.url} scrolls sideways: {wide} in {window}"


@pytest.fixture(name="fits")
def fits_fixture() -> Callable[[Any], None]:
    return fits


# What axe finds besides violations is hundreds of kilobytes, which took three quarters of the time of a check.
VIOLATIONS = "axe.run({resultTypes: ['violations']}).then(found => found.violations)"


@pytest.fixture(scope="session")
def accessible() -> Callable[[Any], None]:
    """Fails with the rules and elements that axe finds wrong on a page (WCAG 2.2 AA and best practice)."""
    from axe_core_python.base import AXE_SCRIPT

    def check(page: Any) -> None:
        if page.evaluate("typeof axe === 'undefined'"):
            page.evaluate(AXE_SCRIPT)
        lines = [f"{rule['id']}: {node['html'][:200]}" for rule in page.evaluate(VIOLATIONS) for node in rule["nodes"]]
        assert not lines, f"{page.url}, {page.viewport_size['width']} px\n" + "\n".join(lines)
        fits(page)

    return check


@pytest.fixture(scope="session")
def readable(accessible: Callable[[Any], None]) -> Callable[[Any], None]:
    """Fails where a page is not accessible, wide and light or narrow and dark; loaded once, and left as the other."""

    def check(page: Any) -> None:
        accessible(page)
        width, scheme = (390, "dark") if page.viewport_size["width"] > 390 else (1440, "light")
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        page.evaluate("document.getAnimations().forEach(each => each.finish())")
        accessible(page)

    return check
