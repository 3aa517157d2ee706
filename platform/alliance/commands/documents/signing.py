"""Organisations sign a version; what is signed stays signed, and a new version is signed anew."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import Organisation
from alliance.commands.documents.locking import locked_document, locked_version
from alliance.models import Document, DocumentParty, DocumentVersion, Membership, Signature
from alliance.permissions.documents import PUBLISH, applicants, may_sign_for
from alliance.queries.documents import signers
from alliance.rules.days import today_in
from core import audit
from core.errors import NotPermitted, RulesRefuse, Violation, WrongState
from core.permissions import require


@transaction.atomic
def sign_version(
    version: DocumentVersion,
    organisation: Organisation,
    *,
    by: Any,
    name: str,
    method: str = Signature.Method.ELECTRONIC,
    signed_on: date | None = None,
) -> Signature:
    """An organisation signs a version that is adopted; `name` is who put the signature, `signed_on` today by default.

    Of what was signed on paper the name may be empty, where no source tells it.

    Every active member signs the charter, so does an applicant whose signature is awaited; parties sign what binds
    them. Signing again changes nothing. Raises NotPermitted, WrongState, RulesRefuse.
    """
    row = locked_version(version)
    known = Signature.objects.filter(version=row, organisation=organisation).first()
    if known is not None:
        return known
    if not may_sign_for(by, row, organisation):
        raise NotPermitted(_("You do not sign for %(organisation)s.") % {"organisation": organisation})
    if row.state not in ("adopted", "in_force"):
        raise WrongState(_("Only a version that is adopted and not superseded is signed."))
    day = signed_on or today_in(row.document.alliance)
    if violations := _refusals(row, organisation, name, method, day):
        raise RulesRefuse(violations[0].message, violations)
    membership = Membership.objects.filter(
        alliance=row.document.alliance, organisation=organisation, left_on=None
    ).first()
    signature = Signature.objects.create(
        version=row, organisation=organisation, membership=membership, name=name.strip(), method=method, signed_on=day,
        signatory=by if method == Signature.Method.ELECTRONIC and not by.is_system else None, recorded_by=by,
    )  # fmt: skip
    audit.record("sign", row, by=by, organisation=str(organisation.pk), name=signature.name, method=method)
    return signature


@transaction.atomic
def name_parties(document: Document, organisations: Sequence[Organisation], *, by: Any) -> None:
    """Say which organisations a document binds. One that has signed stays a party. Raises NotPermitted, RulesRefuse."""
    document = locked_document(document)
    require(by, PUBLISH, document.alliance)
    wanted = {row.pk for row in organisations}
    signed = set(Signature.objects.filter(version__document=document).values_list("organisation", flat=True))
    now = set(document.parties.values_list("organisation", flat=True))
    if leaving := (now - wanted) & signed:
        message = _("%(n)d of its parties have signed and stay parties.") % {"n": len(leaving)}
        raise RulesRefuse(message, [Violation("party_signed", message, "parties")])
    document.parties.exclude(organisation__in=wanted).delete()
    DocumentParty.objects.bulk_create(
        [DocumentParty(document=document, organisation_id=pk) for pk in sorted(wanted - now)]
    )
    audit.record("name-parties", document, by=by, organisations=sorted(str(pk) for pk in wanted))


def _refusals(
    version: DocumentVersion, organisation: Organisation, name: str, method: str, day: date
) -> list[Violation]:
    found = []
    document = version.document
    awaited = document.signed_by_members and applicants(document.alliance).filter(organisation=organisation).exists()
    if not awaited and not signers(document).filter(pk=organisation.pk).exists():
        found.append(
            Violation(
                "not_a_signer", _("%(name)s does not sign this document.") % {"name": organisation}, "organisation"
            )
        )
    if not name.strip() and method != Signature.Method.PAPER:
        found.append(Violation("name", _("Give the name of who signs."), "name"))
    if method not in Signature.Method.values:
        found.append(Violation("method", _("There is no such way to sign."), "method"))
    if version.adopted_on and day < version.adopted_on:
        found.append(Violation("signed_early", _("It cannot be signed before it was adopted."), "signed_on"))
    if day > today_in(document.alliance):
        found.append(Violation("signed_later", _("It cannot be signed on a day to come."), "signed_on"))
    return found
