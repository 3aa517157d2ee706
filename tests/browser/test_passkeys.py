"""A passkey on a device: a person adds it once, and from then on it signs them in without a password."""

import pytest

from tests.browser.following import follow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
}


def test_a_person_adds_a_passkey_and_signs_in_with_it(world, visit, accessible):
    world.ana.set_password("a long enough password")
    world.ana.save()
    page = visit("/accounts/2fa/", user=world.ana)
    devices = page.context.new_cdp_session(page)
    devices.send("WebAuthn.enable")
    devices.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    main = page.get_by_role("main")
    follow(main.get_by_role("link", name="Add"))
    page.fill("[name=password]", "a long enough password")
    follow(main.get_by_role("button").first)
    accessible(page)
    page.get_by_label("Passwordless").check()
    follow(main.get_by_role("button", name="Add"))
    assert "10 out of 10 recovery codes" in main.inner_text()

    follow(page.get_by_role("button", name="Sign out"))
    page.goto("/accounts/login/")
    follow(page.get_by_role("button", name="Sign in with a passkey"))
    page.goto("/account/")
    assert page.get_by_role("heading", level=1).inner_text() == "Account"
    assert world.ana.name in main.inner_text()
