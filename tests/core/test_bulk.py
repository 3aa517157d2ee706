"""Rows written by COPY are as if saved one by one; audit entries for many rows are as if recorded one by one."""

import pytest

from accounts.models import Organisation
from accounts.queries import system_user
from core import audit
from core.bulk import copy_rows
from core.models import AuditEntry
from facilities.models import Facility

pytestmark = pytest.mark.django_db


def test_copied_rows_are_as_saved_ones():
    given = {"name": "Łódź\tTab\nLine \\ Ω", "country": "PL", "external_ids": {"a": [1, "“ü”"]}, "latitude": 51.75}
    saved = Organisation.objects.create(slug="saved", **given)
    assert copy_rows([Organisation(slug="copied", **given)]) == 1
    copied = Organisation.objects.get(slug="copied")
    for column in (*given, "search", "status", "version", "parent_id", "ror_id"):
        assert getattr(copied, column) == getattr(saved, column) or column == "search"
    assert copied.search == Organisation.objects.get(slug="saved").search
    assert copied.updated_at


def test_lists_are_copied_as_arrays():
    copy_rows([Facility(slug="f", name="F", office_weekdays=[1, 2], office_opens="09:00", office_closes="17:00")])
    assert Facility.objects.get().office_weekdays == [1, 2]
    assert copy_rows([]) == 0


def test_many_entries_are_as_single_ones():
    rows = [Organisation.objects.create(slug=f"o{number}", name="O") for number in range(2)]
    audit.record("import", rows[0], by=system_user(), source="x", note="n")
    audit.record_many("import", Organisation, [rows[1].pk], by=system_user(), source="x", note="n")
    first, second = AuditEntry.objects.filter(verb="import").order_by("id").values()
    different = {"id", "at", "object_id"}
    assert {k: v for k, v in first.items() if k not in different} == {
        k: v for k, v in second.items() if k not in different
    }
    assert second["object_id"] == rows[1].pk
