"""Sets the rules by which an alliance votes."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance, Motion, VotingRule
from alliance.permissions.voting import RUN
from alliance.rules.voting import Rule
from core import audit
from core.errors import Invalid, Violation
from core.permissions import require


@transaction.atomic
def set_rule(alliance: Alliance, rule: Rule, *, by: Any, name: str, kind: str = "", source: str = "") -> VotingRule:
    """The rule for a kind of motion, or one of that name offered for motions of kind other. It holds for votes opened
    from now on. Raises NotPermitted, Invalid."""
    require(by, RUN, alliance)
    Alliance.objects.select_for_update(no_key=True).get(pk=alliance.pk)
    _require_sound(rule, name, kind)
    key = {"kind": kind} if kind else {"kind": "", "name": name}
    found = VotingRule.objects.filter(alliance=alliance, **key).first()
    is_new = found is None
    row = found or VotingRule(alliance=alliance, kind=kind, created_by=None if by.is_system else by)
    row.name, row.source = name, source
    for field, value in rule.as_dict().items():
        setattr(row, field, value)
    row.version += 0 if is_new else 1
    row.save()
    audit.record("create" if is_new else "change", row, by=by, rule=rule.as_dict())
    return row


def _require_sound(rule: Rule, name: str, kind: str) -> None:
    found = []
    if not name.strip():
        found.append(Violation("name", _("Give the rule a name."), field="name"))
    if kind and kind not in Motion.Kind.values:
        found.append(Violation("kind", _("There is no such kind of motion."), field="kind"))
    choices = {
        "threshold": VotingRule.Threshold.values,
        "base": VotingRule.Base.values,
        "quorum_base": VotingRule.QuorumBase.values,
    }
    found += [
        Violation("choice", _("Choose one that is offered."), field=field)
        for field, offered in choices.items()
        if getattr(rule, field) not in offered
    ]
    if not 0 <= rule.quorum_numerator <= rule.quorum_denominator or rule.quorum_denominator == 0:
        message = _("The quorum is a fraction between nothing and all, such as 1 and 2 for half.")
        found.append(Violation("quorum", message, field="quorum_numerator"))
    if rule.is_secret and not rule.is_electronic:
        found.append(Violation("secret", _("A show of hands cannot be secret."), field="is_secret"))
    if found:
        raise Invalid(_("The rule cannot be kept like this."), found)
