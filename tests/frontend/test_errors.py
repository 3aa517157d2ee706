"""Pages for what did not work: the right status, words, and no database where that may be the reason."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from config.urls import urlpatterns as ours
from core.errors import NotFound, NotPermitted, RulesRefuse, Violation, WrongState
from frontend.views.errors import broken

REFUSALS = {
    "absent": NotFound("Nothing is here."),
    "forbidden": NotPermitted("This needs a right."),
    "changed": WrongState("It was decided meanwhile."),
    "refused": RulesRefuse("Not possible", [Violation("a", "Too long"), Violation("b", "Too early")]),
}


def refuse(request: HttpRequest, kind: str) -> HttpResponse:
    raise REFUSALS[kind]


urlpatterns = [path("refuse/<str:kind>/", refuse), *ours]
handler404 = "frontend.views.errors.not_found"
handler500 = "frontend.views.errors.broken"


def test_an_unknown_address_is_a_page_with_a_way_on(client, db):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()
    assert 'href="/"' in answer.content.decode()


@override_settings(ROOT_URLCONF="tests.frontend.test_errors")
@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        ("absent", 404, "Nothing is here."),
        ("forbidden", 403, "This needs a right."),
        ("changed", 409, "It was decided meanwhile."),
        ("refused", 422, "Too early"),
    ],
)
def test_a_refusal_nobody_met_is_a_page_with_its_own_words(client, db, kind, status, words):
    answer = client.get(f"/refuse/{kind}/")
    assert answer.status_code == status
    assert words in answer.content.decode()


def test_a_form_without_its_token_says_what_to_do(db):
    answer = Client(enforce_csrf_checks=True).post("/language/", {"language": "en"})
    assert answer.status_code == 403
    assert "reload the page" in answer.content.decode()


def test_a_broken_server_answers_without_the_database(django_assert_num_queries, db):
    with django_assert_num_queries(0):
        answer = broken(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "Something broke" in answer.content.decode()
