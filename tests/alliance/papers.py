"""Documents, resolutions and representatives for tests, in as few rows as they need."""

from datetime import date

from alliance.commands.documents import draft_version, move_version
from alliance.models import Alliance, Document, DocumentVersion, Membership, Representative, Resolution
from core import clock

DAY = date(2019, 10, 17)


def a_document(world, slug: str = "charter", **fields) -> Document:
    given = {"kind": "charter", "title": slug.capitalize(), "access": "public", "signed_by_members": slug == "charter"}
    return Document.objects.create(**{"alliance": world.alliance, "slug": slug, **given, **fields})


def proposed(world, document: Document, text: str, **fields) -> DocumentVersion:
    version = draft_version(document, by=world.sec, text=text, **fields)
    return move_version(version, "propose", by=world.sec)


def a_resolution(world, number: int = 1, effective_on: date = DAY, alliance: Alliance | None = None) -> Resolution:
    """One recorded without a motion."""
    return Resolution.objects.create(
        alliance=alliance or world.alliance, year=effective_on.year, number=number, title="Adopted", text="Adopted.",
        decided_on=min(effective_on, clock.now().date()), effective_on=effective_on,
    )  # fmt: skip


def speaks(world, person, organisation, kind: str = "head", alliance: Alliance | None = None) -> Representative:
    membership, _made = Membership.objects.get_or_create(
        alliance=alliance or world.alliance, organisation=organisation, left_on=None
    )
    return Representative.objects.create(
        membership=membership, person=person, name=person.name, kind=kind, starts_on=date(2020, 1, 1)
    )
