"""Where a facility says which trainings it requires and who has passed them, which opens its instruments to people."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.commands import create_token
from core import clock
from core.errors import RulesRefuse
from core.models import AuditEntry
from facilities.models import Course, TrainingRecord
from tests.facilities.asking import ask, berlin, rules_of

pytestmark = pytest.mark.django_db


def test_a_training_is_required_and_whoever_has_passed_it_may_come(client, world):
    page = reverse("trainings", args=[world.facility_a.slug])
    client.force_login(world.bo)
    new = {"do": "course", "course-name": "X-ray safety", "course-validity_months": "12"}
    client.post(page, new | {"course-instruments": [str(world.instrument_a.pk)]})
    course = Course.objects.get()
    with pytest.raises(RulesRefuse) as refused:
        ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, mode="onsite")
    assert rules_of(refused.value) == ["trained_every_day"]
    client.force_login(world.cleo)
    today = clock.now().date()
    passed = {"do": "passed", "passed-person": world.ana.email, "passed-course": str(course.pk)}
    late = client.post(page, passed | {"passed-passed_on": str(today + timedelta(days=9))})
    assert late.status_code == 422
    for _again in range(2):
        client.post(page, passed | {"passed-passed_on": str(today - timedelta(days=1))})
    record = TrainingRecord.objects.get()
    assert (record.user, record.valid_until > today + timedelta(days=360)) == (world.ana, True)
    assert AuditEntry.objects.filter(verb="record-training", object_id=record.pk).count() == 1
    assert ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, mode="onsite").state == "requested"
    assert "Ana" in client.get(page).content.decode()
    client.post(page, new | {"course-name": "Lasers"})
    assert Course.objects.get() == course, "whoever runs sessions requires nothing new"


def test_my_work_names_a_training_that_a_stay_asks_for_until_it_is_passed(client, world):
    booking = ask(world.instrument_a, berlin(world, 1, 8), by=world.ana, mode="onsite")
    course = Course.objects.create(facility=world.facility_a, name="X-ray safety")
    world.instrument_a.required_trainings.add(course)
    client.force_login(world.ana)

    def said():
        needs = client.get(reverse("work")).context["page"].needs
        return [(need.title, need.url) for need in needs if "X-ray safety" in need.title]

    title = "Pass the training “X-ray safety” for your time at A1, FA"
    assert said() == [(title, reverse("booking", args=[booking.pk]))]
    today = clock.now().date()
    record = TrainingRecord.objects.create(
        user=world.ana, course=course, passed_on=today, valid_until=booking.starts_at.date() - timedelta(days=1)
    )
    assert said() == [(title, reverse("booking", args=[booking.pk]))], "not valid on the day of the stay"
    record.valid_until = today + timedelta(days=300)
    record.save()
    assert said() == []


@pytest.mark.parametrize("person", ["ana", "bob", "dan"])
def test_others_do_not_see_who_is_trained(client, world, person):
    client.force_login(getattr(world, person))
    assert client.get(reverse("trainings", args=[world.facility_a.slug])).status_code == 404


def test_the_same_is_done_through_the_api_and_shown_to_nobody_else(client, world):
    def as_(person):
        _row, text = create_token(person, by=person)
        return {"headers": {"Authorization": f"Bearer {text}"}, "content_type": "application/json"}

    bo, cleo, dan = as_(world.bo), as_(world.cleo), as_(world.dan)
    at = f"/api/v1/facilities/{world.facility_a.slug}/trainings"
    told = {"name": "X-ray safety", "instruments": [world.instrument_a.slug]}
    assert client.post(at, told, **cleo).status_code == 403
    assert (
        client.post(at, {**told, "instruments": [world.instrument_b.slug]}, **bo).json()["violations"][0]["rule"]
        == "foreign_instrument"
    )
    course = client.post(at, told, **bo).json()
    assert client.get(at, **dan).json() == [course]
    passed = {"email": world.ana.email, "course": course["id"], "passed_on": str(clock.now().date())}
    made = client.post(f"{at}/passed", passed, **cleo)
    assert (made.status_code, made.json()["person"]) == (201, "Ana")
    assert client.get(f"{at}/passed", **cleo).json()["results"] == [made.json()]
    assert client.post(f"{at}/passed", {**passed, "passed_on": "2999-01-01"}, **cleo).status_code == 400
    for refused in (client.get(f"{at}/passed", **dan), client.post(f"{at}/passed", passed, **dan)):
        assert refused.status_code == 404
