"""Clicking what leads to another page; a bare click returns before the browser has left the old one."""

from typing import Any


def follow(locator: Any) -> None:
    """Clicks and waits until the page it leads to is there."""
    with locator.page.expect_navigation():
        locator.click()
