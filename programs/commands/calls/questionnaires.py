"""Writes questionnaires: a draft that an office builds, and versions frozen from it for calls to use."""

import json
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from alliance.models import Alliance
from core import audit, permissions
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, Violation
from facilities.models import Facility
from programs.frozen import sha256_of
from programs.models import Questionnaire, QuestionnaireVersion
from programs.permissions.calls import RUN, runs_questionnaire
from programs.rules.building import definition_violations

LARGEST = 500_000
"""Characters of a questionnaire; a long one has a tenth."""


@transaction.atomic
def draft_questionnaire(
    owner: Alliance | Facility, name: str, *, by: Any, content: Mapping[str, Any] | None = None
) -> Questionnaire:
    """A new questionnaire of an alliance or a facility, empty or with some content. Raises NotPermitted, Invalid."""
    permissions.require(by, f"{owner._meta.app_label}.{RUN}", owner)
    row = Questionnaire(
        alliance=owner if isinstance(owner, Alliance) else None,
        facility=owner if isinstance(owner, Facility) else None,
        name=_named(name),
        draft=_readable(content or {"sections": []}),
        created_by=by,
    )
    _save_named(row)
    audit.record("draft", row, by=by, name=row.name)
    return row


@transaction.atomic
def edit_questionnaire(
    questionnaire: Questionnaire,
    content: Mapping[str, Any],
    *,
    by: Any,
    version: int,
    name: str | None = None,
) -> Questionnaire:
    """Replace what is being built; frozen versions stay as they are. An unfinished draft may be saved.

    Raises NotPermitted, Invalid, and 409 `changed_meanwhile` when somebody else saved after `version`.
    """
    row = _mine(questionnaire, by)
    if version != row.version:
        message = _(
            "Somebody changed this questionnaire while you were editing. Look at it, then make your change again."
        )
        raise DomainError(message, "changed_meanwhile", status=409)
    row.draft = _readable(content)
    row.name = _named(name) if name is not None else row.name
    row.version += 1
    _save_named(row)
    audit.record("edit", row, by=by, version=row.version, sha256=sha256_of(row.draft))
    return row


@transaction.atomic
def freeze_questionnaire(questionnaire: Questionnaire, *, by: Any) -> QuestionnaireVersion:
    """Freeze the draft as the next version, for calls to use; unchanged since the last version, that one is returned.

    Raises NotPermitted, RulesRefuse with everything that is wrong with the draft.
    """
    row = _mine(questionnaire, by)
    latest = row.versions.order_by("-number").first()
    digest = sha256_of(row.draft)
    if latest is not None and latest.sha256 == digest:
        return latest
    violations = definition_violations(row.draft)
    if violations:
        raise RulesRefuse(_("The questionnaire cannot be used yet."), violations)
    version = QuestionnaireVersion.objects.create(
        questionnaire=row, number=latest.number + 1 if latest else 1, content=row.draft, sha256=digest, by=by
    )
    audit.record("freeze", row, by=by, number=version.number, sha256=digest)
    return version


def _mine(questionnaire: Questionnaire, by: Any) -> Questionnaire:
    row = Questionnaire.objects.select_for_update(of=["self"]).select_related("alliance", "facility")
    found = row.get(pk=questionnaire.pk)
    if not runs_questionnaire(by, found):
        raise NotPermitted(_("A questionnaire is built by the office that it belongs to."))
    return found


def _named(name: str) -> str:
    text = name.strip()
    if not text or len(text) > 120:
        message = _("Give the questionnaire a name of at most 120 characters.")
        raise Invalid(message, [Violation("name", message, "name")])
    return text


def _readable(content: Mapping[str, Any]) -> dict[str, Any]:
    """The content as plain JSON: an object with a list of sections."""
    kept = dict(content)
    if not isinstance(kept.get("sections"), list) or len(json.dumps(kept)) > LARGEST:
        message = _("A questionnaire is an object with a list of sections, of at most half a million characters.")
        raise Invalid(message, [Violation("content", message, "content")])
    return kept


def _save_named(row: Questionnaire) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError as error:
        if "questionnaire_name_once" not in str(error):
            raise
        message = _("There is a questionnaire of this name already. Choose another.")
        raise Invalid(message, [Violation("name_taken", message, "name")]) from error
