"""What tests of this app share: a way to call the API."""

import pytest


@pytest.fixture
def api(client):
    """Call the API as a person: `api(ana, "get", "/bookings")`."""
    from accounts.commands import create_token

    tokens = {}

    def call(user, method, path, body=None, **headers):
        if user.pk not in tokens:
            tokens[user.pk] = create_token(user, by=user)[1]
        more = {"data": body or {}} if method == "get" else {"data": body, "content_type": "application/json"}
        headers = {"Authorization": f"Bearer {tokens[user.pk]}", **headers}
        return getattr(client, method)(f"/api/v1{path}", headers=headers, **more)

    return call


@pytest.fixture
def account(world):
    """Three shifts of instrument A for a team with Ana."""
    from tests.facilities.accounts import team_with_account

    return team_with_account(world)
