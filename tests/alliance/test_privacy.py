"""One's own data: consent, a copy of everything, being forgotten; and that nobody else gets any of it (R-50)."""

import json
import re
import zipfile
from datetime import timedelta
from io import BytesIO

import pytest
from django.apps import apps
from django.db.models import CharField, TextField

from accounts.commands import create_token
from accounts.models import RoleAssignment, User
from alliance.commands.privacy import (
    answer_due,
    ask_for_data,
    forget,
    purge_copies,
    refuse_request,
    set_consent,
    withdraw_request,
)
from alliance.commands.privacy.answering import write_archive
from alliance.commands.representatives import name_representative
from alliance.models import Consent, DataRequest, Membership, MembershipApplication
from alliance.queries.privacy import consents_of, links_to_people
from alliance.rules.privacy import (
    ABOUT,
    ACTED,
    HANDED_IN,
    KEPT_NAMES,
    NAMED_BESIDE,
    NAMES_OF_THINGS,
    REMOVED,
    TRAIL,
    WITHHELD,
)
from alliance.workflows.privacy import DATA_REQUEST
from core import clock
from core.errors import NotPermitted, RulesRefuse, WrongState
from core.models import AuditEntry
from facilities.commands.bookings import request_time
from facilities.rules import BookingRequest
from frontend.contexts.alliance.privacy import days_kept
from notifications.models import Message

pytestmark = pytest.mark.django_db


def later(days: float):
    return clock.standing_at(clock.now() + timedelta(days=days))


def archive_of(person) -> dict[str, str]:
    file = BytesIO()
    write_archive(person, file)
    with zipfile.ZipFile(file) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def booked(world):
    asked = BookingRequest(world.instrument_b, world.at(0, 8), world.at(0, 16), "Cracks")
    return request_time(asked, by=world.ana)


def test_every_column_that_names_a_person_says_whether_the_row_is_about_them():
    unknown = {
        f"{link.model._meta.label}.{link.column}" for link in links_to_people() if link.column not in ABOUT | ACTED
    }
    assert unknown == set()
    assert not ABOUT & ACTED


def test_the_lists_name_tables_and_columns_that_exist():
    for label in WITHHELD | REMOVED | NAMED_BESIDE.keys() | NAMES_OF_THINGS | HANDED_IN.keys():
        apps.get_model(label)
    for label, (column, becomes) in NAMED_BESIDE.items():
        for name in (column, *becomes) if column else becomes:
            apps.get_model(label)._meta.get_field(name)


def may_name_a_person(field) -> bool:
    """Whether a column's name says that somebody's name or address may stand in it."""
    if not isinstance(field, CharField | TextField):
        return False
    return bool(re.search(r"(^|_)(name|names|email|address|authors)(_|$)|^signed_by$", field.name))


def test_every_column_that_may_hold_a_name_says_what_becomes_of_it_when_its_person_is_forgotten():
    beside = {label: frozenset(becomes) for label, (_column, becomes) in NAMED_BESIDE.items()}
    declared = {
        (label, column)
        for lists in (beside, KEPT_NAMES, TRAIL)
        for label, columns in lists.items()
        for column in columns
    }
    ours = {"core", "accounts", "workflow", "notifications", "alliance", "facilities", "programs", "reports"}
    found = {
        (model._meta.label, field.name)
        for model in apps.get_models()
        if model._meta.app_label in ours and model is not User and model._meta.label not in REMOVED | NAMES_OF_THINGS
        for field in model._meta.concrete_fields
        if may_name_a_person(field) or (model._meta.label, field.name) in declared
    }
    assert found - declared == set()
    assert declared - found == set()


def test_who_is_forgotten_is_forgotten_where_only_the_address_tells_it_too(world):
    row = MembershipApplication.objects.create(
        alliance=world.alliance,
        organisation=world.org_c,
        contact=world.bo,
        head_name="Dan",
        head_email="DAN@test.example",
    )
    forget(world.dan, by=world.system)
    row.refresh_from_db()
    assert row.head_name.startswith("Former user ")
    assert row.head_email.endswith("@forgotten.invalid")


def test_who_agreed_is_found_by_people_of_members_and_by_nobody_else(world, client):
    def found(reader, search=""):
        client.force_login(reader)
        answer = client.get(f"/api/v1/people?count=true&search={search}").json()
        assert answer["count"] == len(answer["results"])
        names = [row["name"] for row in answer["results"]]
        page = client.get(f"/people/?q={search}").text
        assert [name for name in ("Ana", "Bo", "Dan") if f'<th scope="row">{name}</th>' in page] == names
        assert world.ana.email not in page
        return names

    assert found(world.bo) == []
    for person in (world.ana, world.dan):
        set_consent(person, "directory", True, "words", by=person)
    assert found(world.bo) == ["Ana", "Dan"]
    assert found(world.bo, "centre b") == ["Ana"]
    assert found(world.dan) == []
    assert world.ana.email not in client.get("/api/v1/people").text
    set_consent(world.ana, "directory", False, "words", by=world.ana)
    assert found(world.bo) == ["Dan"]
    client.force_login(world.dan)
    assert "You work at no member centre" in client.get("/people/").text
    client.logout()
    assert client.get("/api/v1/people").status_code == 401
    assert client.get("/people/").status_code == 302


def test_texts_name_the_days_that_are_set(world, client, settings):
    settings.ERASURE_AFTER_DAYS, settings.SITE_ACCESS_DAYS, settings.DATA_REQUEST_DAYS = 5, 11, 21
    page = client.get("/privacy/").text
    assert "deleted 11 days after the visit" in page
    assert "within 21 days" in page
    assert days_kept()["erasure"] == 5


def test_consent_is_the_persons_alone_and_every_word_is_kept(world):
    with pytest.raises(NotPermitted):
        set_consent(world.ana, "transfer", True, "words", by=world.adm)
    set_consent(world.ana, "transfer", True, "words", by=world.ana)
    assert set_consent(world.ana, "transfer", True, "words", by=world.ana) is None
    set_consent(world.ana, "transfer", False, "words", by=world.ana)
    assert [row.is_given for row in Consent.objects.order_by("created_at")] == [True, False]
    assert not consents_of(world.ana)["transfer"].is_given


def test_a_copy_holds_what_is_about_the_person_and_nothing_secret_or_of_others(world):
    booking = booked(world)
    create_token(world.ana, by=world.ana, name="script")
    copy = archive_of(world.ana)
    rows = [json.loads(line) for line in copy["rows.jsonl"].splitlines()]
    assert {"facilities.Booking", "accounts.Affiliation", "accounts.RoleAssignment"} <= {row["table"] for row in rows}
    assert str(booking.pk) in {row["id"] for row in rows}
    assert json.loads(copy["account.json"])["email"] == world.ana.email
    acts = [json.loads(line) for line in copy["acts.jsonl"].splitlines()]
    assert "request" in {act.get("act") for act in acts}
    everything = "".join(copy.values())
    assert "password" not in copy["account.json"]
    assert "accounts.ApiToken" not in everything
    assert world.dan.email not in everything


def test_the_copy_is_made_told_fetched_by_its_person_alone_and_deleted_in_time(world, client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    request = ask_for_data(world.ana, "export", by=world.ana)
    assert ask_for_data(world.ana, "export", by=world.ana) == request
    assert answer_due() == 1
    request.refresh_from_db()
    assert (request.state, answer_due()) == ("answered", 0)
    assert Message.objects.filter(recipient=world.ana, kind="data_copy_ready").count() == 1
    address = f"/account/privacy/{request.pk}/copy/"
    for person in (world.dan, world.adm, world.sec):
        client.force_login(person)
        assert client.get(address).status_code in {302, 404}
        assert b"rows.jsonl" not in client.get(address).content
    with later(15):
        assert purge_copies() == 1
        assert purge_copies() == 0
    assert list(tmp_path.rglob("*.zip")) == []


def test_who_is_forgotten_leaves_a_pseudonym_and_what_others_need(world):
    member = Membership.objects.get(organisation=world.org_b)
    speaker = name_representative(member, "head", by=world.sec, person=world.ana)
    set_consent(world.ana, "transfer", True, "words", by=world.ana)
    forget(world.ana, by=world.system)
    forget(world.ana, by=world.system)
    ana = User.objects.get(pk=world.ana.pk)
    assert ana.name.startswith("Former user ")
    assert (ana.is_active, ana.orcid, ana.has_usable_password()) == (False, "", False)
    assert ana.email.endswith("@forgotten.invalid")
    assert not RoleAssignment.objects.filter(user=ana, ends_at=None).exists()
    assert not Consent.objects.filter(person=ana).exists()
    speaker.refresh_from_db()
    assert speaker.name == ana.name
    trail = AuditEntry.objects.filter(actor_id=ana.pk)
    assert trail.exists()
    assert set(trail.values_list("actor_name", flat=True)) == {ana.name}
    told = AuditEntry.objects.get(verb="name", object_id=member.pk)
    assert (told.actor_name, told.data["representative"]) == ("Sec", ana.name)


def test_the_trail_keeps_the_name_of_a_namesake_who_is_not_forgotten(world):
    member = Membership.objects.get(organisation=world.org_b)
    name_representative(member, "head", by=world.sec, person=world.ana)
    User.objects.filter(pk=world.dan.pk).update(name=world.ana.name)
    forget(User.objects.get(pk=world.dan.pk), by=world.system)
    assert AuditEntry.objects.get(verb="name", object_id=member.pk).data["representative"] == world.ana.name


def test_forgetting_waits_some_days_in_which_it_can_be_withdrawn(world):
    request = ask_for_data(world.dan, "erasure", by=world.dan)
    assert answer_due() == 0
    withdraw_request(request, by=world.dan)
    request = ask_for_data(world.dan, "erasure", by=world.dan)
    with later(8):
        assert answer_due() == 1
    assert User.objects.get(pk=world.dan.pk).name.startswith("Former user")
    with pytest.raises(WrongState):
        withdraw_request(request, by=world.dan)


def test_who_has_time_ahead_settles_it_first_also_when_it_came_after_asking(world):
    booking = booked(world)
    with pytest.raises(RulesRefuse) as refusal:
        ask_for_data(world.ana, "erasure", by=world.ana)
    assert booking.reference in refusal.value.violations[0].message
    request = ask_for_data(world.dan, "erasure", by=world.dan)
    type(booking).objects.filter(pk=booking.pk).update(requester=world.dan)
    with later(8):
        assert answer_due() == 0
    request.refresh_from_db()
    assert request.state == "identity_verified"


def test_nobody_asks_withdraws_or_refuses_for_somebody_else(world):
    for person in (world.adm, world.sec, world.bo):
        with pytest.raises(NotPermitted):
            ask_for_data(world.ana, "export", by=person)
    request = (
        ask_for_data(world.ana, "erasure", by=world.dan) if False else ask_for_data(world.dan, "erasure", by=world.dan)
    )
    for person in (world.ana, world.bo, world.lea):
        with pytest.raises(NotPermitted):
            withdraw_request(request, by=person)
        with pytest.raises(NotPermitted):
            refuse_request(request, by=person, note="no")
    refuse_request(request, by=world.sec, note="A court asks for it")
    assert Message.objects.get(kind="data_request_refused").recipient == world.dan


@pytest.mark.parametrize("state", DATA_REQUEST.states)
@pytest.mark.parametrize("move", ["withdraw", "refuse"])
def test_what_the_table_does_not_list_is_refused(world, state, move):
    request = DataRequest.objects.create(
        person=world.dan, kind="export", state=state, due_on=clock.now().date(), not_before=clock.now()
    )

    def act():
        if move == "withdraw":
            return withdraw_request(request, by=world.dan)
        return refuse_request(request, by=world.sec, note="A court asks for it")

    if state in DATA_REQUEST.find(move).sources:
        assert act().state == DATA_REQUEST.find(move).target
    else:
        with pytest.raises(WrongState):
            act()


def test_pages_are_the_readers_own_and_the_office_sees_no_copy(world, client):
    request = ask_for_data(world.ana, "export", by=world.ana)
    assert client.get("/privacy/").status_code == 200
    client.force_login(world.ana)
    assert str(request.pk) in client.get("/account/privacy/").text
    assert client.get("/data-requests/").status_code == 404
    client.force_login(world.dan)
    assert str(request.pk) not in client.get("/account/privacy/").text
    client.post("/account/privacy/consent/transfer/", {"agree": "yes"})
    assert consents_of(world.dan)["transfer"].wording.startswith("What I enter")
    client.force_login(world.sec)
    page = client.get("/data-requests/").text
    assert "Ana" in page
    assert "/copy/" not in page
