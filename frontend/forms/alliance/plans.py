"""The form of an action that is promised in a plan."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from alliance.commands.actions import promise_action
from alliance.models import Document
from frontend.forms.alliance.meetings import PromiseForm
from frontend.forms.asking import Ask


def _promise(plan: Document, by: Any, given: dict[str, Any]) -> Any:
    return promise_action(plan.alliance, by=by, plan=plan, **given)


PLAN_ASKS = {"promise": Ask(_("Record an action"), PromiseForm, _promise, leads_on=True)}
