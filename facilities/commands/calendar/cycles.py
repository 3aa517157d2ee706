"""Operating cycles: drafted, published, and how their time is to be shared among access categories."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit, clock
from core.errors import Invalid, RulesRefuse, Violation
from core.permissions import require
from facilities.commands.calendar.bounds import MANAGE, apart, period_of
from facilities.models import Access, Cycle, Facility, QuotaRule

DEFAULT_QUOTAS: dict[str, tuple[int, int]] = {
    Access.GENERAL: (50, 100),
    Access.PROGRAM: (0, 35),
    Access.DISCRETIONARY: (0, 15),
    Access.PROPRIETARY: (0, 15),
}
"""Per cent of the time given, at least and at most. Source: R-17."""

WHOLE = 100


def add_cycle(
    facility: Facility, name: str, starts_at: datetime, ends_at: datetime, *, by: Any, draft: bool = False
) -> Cycle:
    """A new operating cycle; the time of a draft is not open to users. The same once more is a replay.

    Raises NotPermitted, Invalid, RulesRefuse (overlap).
    """
    require(by, MANAGE, facility)
    period = period_of(starts_at, ends_at)
    if known := Cycle.objects.filter(facility=facility, name=name, period=period).first():
        return known
    with apart("cycles_apart", _("Cycles of a facility do not overlap, and a name is used once.")):
        cycle = Cycle.objects.create(
            facility=facility,
            name=name,
            period=period,
            published_at=None if draft else clock.now(),
            created_by=by,
        )
        audit.record("add-cycle", cycle, by=by, facility=facility.slug, draft=draft)
        return cycle


@transaction.atomic
def publish_cycle(cycle: Cycle, *, by: Any) -> Cycle:
    """Open the time of a draft to users. Published already: nothing happens. Raises NotPermitted."""
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("facility").get(pk=cycle.pk)
    require(by, MANAGE, cycle.facility)
    if cycle.published_at is None:
        cycle.published_at, cycle.version = clock.now(), cycle.version + 1
        cycle.save(update_fields=["published_at", "version", "updated_at"])
        audit.record("publish-cycle", cycle, by=by, facility=cycle.facility.slug)
    return cycle


@transaction.atomic
def set_quotas(cycle: Cycle, quotas: Mapping[str, tuple[int, int]], *, by: Any) -> list[QuotaRule]:
    """Give a cycle exactly these shares, (at least, at most) in per cent by access category.

    Raises NotPermitted, Invalid, RulesRefuse where they cannot hold together: minima above 100 %, or maxima of every
    category below it. Source: R-17.
    """
    cycle = Cycle.objects.select_for_update(of=("self",)).select_related("facility").get(pk=cycle.pk)
    require(by, MANAGE, cycle.facility)
    _require_shares(quotas)
    _require_satisfiable(quotas)
    before = {rule.category: (rule.least, rule.most) for rule in cycle.quotas.all()}
    wanted = {str(category): shares for category, shares in quotas.items()}
    if before != wanted:
        cycle.quotas.all().delete()
        rules = [
            QuotaRule(cycle=cycle, category=name, least=least, most=most) for name, (least, most) in wanted.items()
        ]
        QuotaRule.objects.bulk_create(rules)
        audit.record("set-quotas", cycle, by=by, quotas={name: list(shares) for name, shares in wanted.items()})
    return list(cycle.quotas.order_by("category"))


def _require_shares(quotas: Mapping[str, tuple[int, int]]) -> None:
    wrong = []
    for category, (least, most) in quotas.items():
        if category not in Access.values:
            wrong.append(Violation("unknown_category", _("Choose an access category."), field=str(category)))
        elif not 0 <= least <= most <= WHOLE:
            message = _("%(category)s: give per cents from 0 to 100, the least not above the most.")
            wrong.append(Violation("share", message % {"category": Access(category).label}, field=str(category)))
    if wrong:
        raise Invalid(_("These shares cannot be read."), wrong)


def _require_satisfiable(quotas: Mapping[str, tuple[int, int]]) -> None:
    least = sum(share for share, _most in quotas.values())
    if least > WHOLE:
        message = _("The shares that are to be given at least add up to %(sum)d %%. Lower them to 100 %% together.")
        text = message % {"sum": least}
        raise RulesRefuse(text, [Violation("quotas_together", text, field="least", source="R-17")])
    most = sum(quotas[category][1] if category in quotas else WHOLE for category in Access.values)
    if most < WHOLE:
        message = _("The shares that may be given at most add up to %(sum)d %%, so some time could never be given.")
        text = message % {"sum": most}
        raise RulesRefuse(text, [Violation("quotas_together", text, field="most", source="R-17")])
