"""A request that cannot be read is refused with a problem that says so; the log of what broke keeps secrets."""

import base64
import json

import pytest
from django.core.signing import dumps

from accounts.commands import create_token
from config import logs
from tests.world import make_instrument

pytestmark = pytest.mark.django_db


@pytest.fixture
def call(world, client):
    """Call the API as Bo."""
    headers = {"Authorization": f"Bearer {create_token(world.bo, by=world.bo)[1]}"}

    def answer(path, body=None, kind="application/json"):
        path = f"/api/v1/{path}"
        if body is None:
            return client.get(path, headers=headers)
        return client.post(path, body, content_type=kind, headers=headers)

    return answer


def refused(answer, status=400):
    return answer.status_code == status and answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "null", '"text"', "\udcff", '{"a": NaN}', "[" * 100_000, '{"a":' * 5000, r'{"title": "a\u0000b"}'],
)
def test_a_body_that_is_no_readable_object_is_a_400(call, body):
    assert refused(call("bookings/check", body.encode(errors="surrogateescape")))


def test_a_backslash_before_zeros_is_text(call):
    assert call("bookings/check", json.dumps({"instrument": r"\u0000"})).json()["violations"]


def test_another_kind_of_body_is_a_415(call):
    assert refused(call("bookings/check", b"x", "text/plain"), 415)


@pytest.mark.parametrize(
    "address", ["facilities?search=%00", "bookings?instrument=a%00b", "bookings?%00=1", "bookings/%00"]
)
def test_a_nul_in_an_address_is_a_400(call, address):
    assert refused(call(address))


def test_a_nul_in_a_page_is_a_400(client):
    assert client.get("/instruments/?q=%00").status_code == 400
    assert client.post("/language/", {"language": "e\x00n"}).status_code == 400


@pytest.mark.parametrize(
    "cursor",
    ["", "abc", base64.b64encode(b"p=abc").decode(), dumps([0, False, "abc"], salt="/api/v1/messages")],
    ids=["empty", "a word", "another list's", "signed, of other values"],
)
def test_a_cursor_that_the_list_did_not_give_out_is_a_404(call, cursor):
    assert refused(call(f"bookings?cursor={cursor}"), 404)


def test_a_list_goes_on_and_back_over_the_same_rows_where_many_share_the_first_column(world, client):
    for code in "EDCB":
        make_instrument(world.facility_a, code)
    first = client.get("/api/v1/instruments?page_size=2&count=true").json()
    pages = [first]
    while pages[-1]["next"]:
        pages.append(client.get(pages[-1]["next"]).json())
    codes = [[row["code"] for row in page["results"]] for page in pages]
    every = [row["code"] for row in client.get("/api/v1/instruments").json()["results"]]
    assert [code for page in codes for code in page] == every
    assert first["count"] == len(every)
    back = [pages[-1]]
    while back[-1]["previous"]:
        back.append(client.get(back[-1]["previous"]).json())
    assert [[row["code"] for row in page["results"]] for page in reversed(back)] == codes
    parameters = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()["paths"]
    assert "count" in {row["name"] for row in parameters["/api/v1/instruments"]["get"]["parameters"]}


def test_a_log_of_what_broke_names_no_local_variables():
    try:
        password = "secret-word"
        raise ValueError(len(password))
    except ValueError as error:
        line = json.dumps(logs.TRACEBACKS(None, "error", {"exc_info": error}))
    assert "ValueError" in line
    assert "secret-word" not in line


@pytest.mark.parametrize("kind", ["text/html", "text/calendar", "application/problem+json", "nonsense"])
def test_an_address_has_one_form_whatever_is_accepted(client, kind):
    assert client.get("/api/v1/facilities", headers={"Accept": kind}).headers["Content-Type"] == "application/json"


def test_options_is_answered_like_every_method_that_is_not_there(call, client):
    assert refused(client.options("/api/v1/facilities"), 405)


def test_the_schema_says_what_is_a_list_and_what_is_a_local_time(client):
    schema = client.get("/api/v1/schema/", headers={"Accept": "application/json"}).json()
    plain = schema["paths"]["/api/v1/calendar"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert plain["type"] == "array"
    assert "format" not in schema["components"]["schemas"]["FacilitiesFacilityOut"]["properties"]["office_opens"]
