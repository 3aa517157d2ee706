"""A granted part of a proposal with its bookings and what may become of it, and its move to another instrument."""

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from facilities.models import Booking
from facilities.queries.bookings import bookings_visible_to
from frontend.contexts.calls.afterwards import StandingLeg, standing_leg
from frontend.contexts.proposals.trail import crumbs_of
from frontend.forms.calls.afterwards import LegNoteForm, TransferForm
from programs.models import Leg, Transfer
from programs.queries.transfers import instruments_for, open_transfer, transfer_parties


@dataclass(frozen=True)
class LegForms:
    """What the reader may do with a part, each with its form; None for what is not theirs or not possible now."""

    cancel: LegNoteForm | None
    extend: LegNoteForm | None
    transfer: TransferForm | None
    resumes: bool

    @property
    def any(self) -> bool:
        return bool(self.cancel or self.extend or self.transfer or self.resumes)

    @property
    def bound(self) -> LegNoteForm | TransferForm | None:
        """The one that was sent."""
        forms = (self.cancel, self.extend, self.transfer)
        return next((form for form in forms if form is not None and form.is_bound), None)


@dataclass(frozen=True)
class LegPage:
    row: StandingLeg
    crumbs: list[dict[str, str]]
    bookings: list[Booking]
    transfer: Transfer | None
    before: list[Leg]
    after: list[Leg]
    forms: LegForms

    @property
    def leg(self) -> Leg:
        return self.row.leg


@dataclass(frozen=True)
class TransferPage:
    """`agrees` where a facility of the reader's has not said anything yet, `refuses` while it is open."""

    transfer: Transfer
    crumbs: list[dict[str, str]]
    agrees: bool
    refuses: bool
    sees_proposal: bool


def leg_forms(leg: Leg, user: Any, sent: str = "", data: Any = None) -> LegForms:
    """`sent` names the form that `data` belongs to."""
    row = standing_leg(leg, user)
    given = {sent: data}
    moves = row.moves
    asks = bool(moves & {"confirm", "extend"}) and leg.state == "allocated" and open_transfer(leg) is None
    return LegForms(
        cancel=LegNoteForm(given.get("cancel"), auto_id="cancel_%s") if "cancel" in moves else None,
        extend=LegNoteForm(given.get("extend"), auto_id="extend_%s")
        if "extend" in moves and leg.extended_at is None
        else None,
        transfer=TransferForm(given.get("transfer"), instruments=instruments_for(leg)) if asks else None,
        resumes="resume" in moves,
    )


def leg_page(leg: Leg, user: Any, forms: LegForms) -> LegPage:
    bookings = bookings_visible_to(user).filter(allocation=leg.allocation_id) if leg.allocation_id else None
    others = leg.proposal.legs.select_related("instrument").order_by("position")
    return LegPage(
        row=standing_leg(leg, user),
        crumbs=crumbs_of(leg.proposal, (_("Part %(n)s") % {"n": leg.position}, "")),
        bookings=list(bookings.order_by("period", "id")) if bookings is not None else [],
        transfer=open_transfer(leg),
        before=list(others.filter(dependants=leg)),
        after=list(others.filter(depends_on=leg)),
        forms=forms,
    )


def transfer_page(transfer: Transfer, user: Any, *, sees_proposal: bool) -> TransferPage:
    parties = transfer_parties(user, transfer)
    unsaid = ("source" in parties and transfer.source_agreed_by is None) or (
        "target" in parties and transfer.target_agreed_by is None
    )
    return TransferPage(
        transfer=transfer,
        crumbs=[
            {"label": _("Allocations"), "url": reverse("allocations")},
            {"label": transfer.leg.proposal.reference, "url": ""},
        ],
        agrees=transfer.ended_at is None and unsaid,
        refuses=transfer.ended_at is None and bool(parties),
        sees_proposal=sees_proposal,
    )
