"""Tells those who sign for an organisation that a version awaits its signature."""

from accounts.models import User
from accounts.queries import holders
from alliance.models import DocumentVersion, Representative
from alliance.permissions.governance import lasting
from alliance.queries.documents import signers
from alliance.rules.days import today_in
from notifications.commands import notify


def tell_signers(version: DocumentVersion) -> None:
    """One message to each who may sign for an organisation that has not: the member's head, else its signatories."""
    document = version.document
    waiting = signers(document).exclude(signatures__version=version)
    heads = Representative.objects.filter(
        lasting(today_in(document.alliance)), membership__alliance=document.alliance, membership__state="active",
        kind=Representative.Kind.HEAD, person__is_active=True,
    ).select_related("person", "membership")  # fmt: skip
    by_organisation: dict[object, list[User]] = {}
    for head in heads.order_by("id"):
        if head.person is not None:
            by_organisation.setdefault(head.membership.organisation_id, []).append(head.person)
    people: dict[object, User] = {}
    for organisation in waiting:
        told = by_organisation.get(organisation.pk) or holders("partner_signatory", organisation.pk)
        people |= {person.pk: person for person in told if not person.is_system}
    context = {
        "document": document.title,
        "document_zh": document.title_zh or document.title,
        "number": version.number,
        "alliance": str(document.alliance),
    }
    notify(sorted(people.values(), key=lambda each: each.pk), "signature_awaited", subject=version, context=context)
