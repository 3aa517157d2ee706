"""What the applicant does: a draft with its files, submitting it, and withdrawing."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.commands import invalid
from accounts.models import Organisation
from alliance.commands.applications.moving import asked, moved
from alliance.models import Alliance, ApplicationFile, MemberClass, Membership, MembershipApplication
from alliance.queries.membership import active_memberships, rights_of_classes
from alliance.rules.applications import unfinished
from alliance.rules.days import today_in
from alliance.rules.membership import MAY_BE_ASKED_FOR
from alliance.workflows.membership import APPLICATION
from core import audit, clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, Violation
from core.files import taken


@dataclass(frozen=True)
class Wanted:
    """What an application says; a draft may leave all but the class empty."""

    member_class: str = MemberClass.FULL
    motivation: str = ""
    facilities_offered: str = ""
    head_name: str = ""
    head_email: str = ""
    sponsors: Sequence[Membership] = ()


TEXTS = ("member_class", "motivation", "facilities_offered", "head_name", "head_email")


@transaction.atomic
def start_application(
    alliance: Alliance, organisation: Organisation, wanted: Wanted, *, by: Any
) -> MembershipApplication:
    """A draft in the name of an organisation; only its contact sees it. A second draft of theirs is the first one.

    Raises Invalid, and RulesRefuse where the organisation is a member already.
    """
    if not by.is_active or by.is_system:
        raise NotPermitted(_("An application is made by a person with an account."))
    _refuse_members(alliance, organisation)
    drafts = MembershipApplication.objects.select_for_update().filter(
        alliance=alliance, organisation=organisation, contact=by, state="draft"
    )
    application = drafts.first() or MembershipApplication(
        alliance=alliance, organisation=organisation, contact=by, created_by=by
    )
    is_new = application._state.adding
    _write(application, wanted)
    if is_new:
        audit.record("start", application, by=by, to_state=application.state)
    return application


@transaction.atomic
def edit_application(
    application: MembershipApplication, wanted: Wanted, *, by: Any, version: int | None = None
) -> MembershipApplication:
    """Change a draft, or one that was returned. `version` is what was read: 409 `edited_meanwhile` if it moved on."""
    application = _being_edited(application, by=by)
    if version is not None and version != application.version:
        message = _("This application was changed meanwhile. Read it again, then change it.")
        raise DomainError(message, "edited_meanwhile", status=409)
    application.version += 1
    _write(application, wanted)
    audit.record("edit", application, by=by)
    return application


@transaction.atomic
def add_application_file(application: MembershipApplication, file: File, *, by: Any) -> ApplicationFile:
    """Keep a document, whose kind is found from its content. Raises Invalid for one that is not what its name says."""
    application = _being_edited(application, by=by)
    kept = taken(file, most_megabytes=settings.ATTACHMENT_MEGABYTES)
    row = ApplicationFile(application=application, name=kept.name, mime=kept.mime, size=kept.size, sha256=kept.sha256)
    row.file.save(f"{row.pk}", file, save=False)
    row.save()
    audit.record("attach", application, by=by, name=kept.name, sha256=kept.sha256)
    return row


@transaction.atomic
def remove_application_file(file: ApplicationFile, *, by: Any) -> None:
    """Take a document out of a draft or a returned application."""
    application = _being_edited(file.application, by=by)
    ApplicationFile.objects.filter(pk=file.pk).delete()
    audit.record("detach", application, by=by, name=file.name, sha256=file.sha256)


@transaction.atomic
def submit_application(application: MembershipApplication, *, by: Any, note: str = "") -> MembershipApplication:
    """Hand it to the secretariat, also after it was returned. Raises RulesRefuse with everything that is missing."""
    application = asked(application, "submit", by=by, note=note)
    # Both rows decide: no two applications of one centre, and no application of a member.
    Alliance.objects.select_for_update().get(pk=application.alliance_id)
    _refuse_members(application.alliance, application.organisation)
    violations = list(_unfinished(application))
    under_way = MembershipApplication.objects.filter(
        alliance=application.alliance, organisation=application.organisation
    ).exclude(pk=application.pk)
    if under_way.exclude(state__in=["draft", *APPLICATION.final]).exists():
        message = _("Only one application of a centre is dealt with at a time. Ask the secretariat.")
        violations.append(Violation("one_at_a_time", message, "organisation"))
    if violations:
        raise RulesRefuse(_("The application is not complete yet."), violations)
    application.submitted_at = clock.now()
    return moved(application, "submit", by=by, note=note, also=["submitted_at"])


@transaction.atomic
def withdraw_application(application: MembershipApplication, *, by: Any, note: str) -> MembershipApplication:
    """The centre does not want to join any more; possible until the vote."""
    return moved(asked(application, "withdraw", by=by, note=note), "withdraw", by=by, note=note)


def _being_edited(application: MembershipApplication, *, by: Any) -> MembershipApplication:
    return asked(application, "edit", by=by)


def _write(application: MembershipApplication, wanted: Wanted) -> None:
    for name in TEXTS:
        setattr(application, name, getattr(wanted, name))
    if application.member_class not in MAY_BE_ASKED_FOR:
        message = _("Founding membership cannot be applied for.")
        raise Invalid(message, [Violation("class_not_open", message, "member_class")])
    sponsors = list(wanted.sponsors)
    known = set(
        active_memberships(application.alliance, today_in(application.alliance))
        .filter(pk__in=[row.pk for row in sponsors])
        .values_list("pk", flat=True)
    )
    if len(known) < len({row.pk for row in sponsors}):
        message = _("Choose sponsors among the active members.")
        raise Invalid(message, [Violation("unknown_sponsor", message, "sponsors")])
    try:
        application.full_clean(validate_constraints=False)
    except ValidationError as error:
        raise invalid(error) from error
    application.save()
    application.sponsors.set(sponsors)


def _unfinished(application: MembershipApplication) -> Sequence[Violation]:
    rights = rights_of_classes(application.alliance)
    active = active_memberships(application.alliance, today_in(application.alliance))
    sponsoring = [rights[row.member_class] for row in active.filter(sponsored=application)]
    return list(
        unfinished(
            application,
            files=application.files.count(),
            sponsoring=sponsoring,
            sponsors_needed=settings.MEMBER_SPONSORS,
        )
    )


def _refuse_members(alliance: Alliance, organisation: Organisation) -> None:
    if Membership.objects.filter(alliance=alliance, organisation=organisation, left_on=None).exists():
        message = _("%(name)s is a member already.") % {"name": organisation}
        raise RulesRefuse(message, [Violation("already_a_member", message, "organisation")])
    if organisation.status != Organisation.Status.ACTIVE:
        message = _("%(name)s does not exist any more, as the directory says.") % {"name": organisation}
        raise RulesRefuse(message, [Violation("organisation_gone", message, "organisation")])
