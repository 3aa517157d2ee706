"""The administration shows everything and writes nothing past a command."""

import pytest
from django.contrib import admin
from django.urls import reverse

from alliance.models import NewsItem
from core.audit import history


@pytest.fixture
def staff(world, client):
    world.adm.is_staff = world.adm.is_superuser = True
    world.adm.save()
    client.force_login(world.adm)
    return client


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=str)
def test_every_list_opens(staff, model):
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist"
    assert staff.get(reverse(name)).status_code == 200


def test_it_offers_only_what_is_ours(staff):
    html = staff.get(reverse("admin:index")).content.decode()
    assert "Audit entries" in html
    assert "Role assignments" in html
    assert {model._meta.app_label for model in admin.site._registry} == {
        "accounts", "alliance", "core", "facilities", "programs",
    }  # fmt: skip


def test_a_booking_cannot_be_written_there(staff, world):
    page = reverse("admin:facilities_instrument_change", args=[world.instrument_a.pk])
    assert staff.get(page).status_code == 200
    assert staff.post(page, {"name": "Other"}).status_code == 403
    assert staff.get(reverse("admin:facilities_booking_add")).status_code == 403


def test_news_are_saved_by_the_secretariats_command(staff, world):
    given = {
        "alliance": world.alliance.pk,
        "slug": "opened",
        "section": "alliance_news",
        "title": "Opened",
        "body": "Text",
        "published_at_0": "2026-11-21",
        "published_at_1": "08:00:00",
    }
    assert staff.post(reverse("admin:alliance_newsitem_add"), given).status_code == 302
    item = NewsItem.objects.get(slug="opened")
    assert history(item).get().actor_id == world.adm.pk


def test_the_secretariat_writes_news_and_sees_nothing_else(world, client):
    world.sec.is_staff = True
    world.sec.save()
    client.force_login(world.sec)
    assert client.get(reverse("admin:alliance_newsitem_changelist")).status_code == 200
    assert client.get(reverse("admin:accounts_user_changelist")).status_code == 403
    assert client.get(reverse("admin:facilities_booking_changelist")).status_code == 403


def test_who_is_not_staff_does_not_get_in(world, client):
    client.force_login(world.dan)
    assert client.get("/admin/").status_code == 302
