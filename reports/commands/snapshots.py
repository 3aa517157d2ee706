"""Freeze a figure, so that a number shown once can be shown again."""

from typing import Any

from django.db import transaction

from core import audit
from reports.models import Snapshot
from reports.queries.answers import answer, plain


@transaction.atomic
def freeze_report(name: str, values: dict[str, str], *, by: Any) -> Snapshot:
    """Keep a report as `by` sees it now: parameters, values, the instant of the data and their checksum.

    Raises NotFound, Invalid, NotPermitted as the report itself does.
    """
    seen = answer(name, values, user=by)
    content = plain(seen.as_dict())
    snapshot = Snapshot.objects.create(
        report=name,
        title=content["title"],
        parameters=content["parameters"],
        as_of=seen.as_of,
        payload=content,
        checksum=content["checksum"],
        by_id=by.pk,
        by_name=by.name,
    )
    audit.record("freeze", snapshot, by=by, report=name, checksum=snapshot.checksum)
    return snapshot
