"""What becomes of a proposal from its legs, and the reason of a line in words."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core import names
from facilities.models import Access
from programs.models import Leg


def outcome_of(legs: Iterable[tuple[bool, str]]) -> str:
    """The state that legs (required?, verdict) give their proposal (R-12, F12).

    Accepted when every leg has time, in part when all required ones have, reserve when none of them is refused.
    """
    verdicts = list(legs)
    needed = [verdict for required, verdict in verdicts if required] or _best(verdict for _no, verdict in verdicts)
    if needed and all(verdict == "allocated" for verdict in needed):
        whole = all(verdict == "allocated" for _required, verdict in verdicts)
        return "accepted" if whole else "partially_accepted"
    if "refused" in needed or not needed:
        return "rejected"
    return "reserve"


def torn(legs: Iterable[tuple[bool, str]]) -> bool:
    """Whether some required legs would have time and others not: they are given together or not at all (R-12)."""
    needed = {verdict for required, verdict in legs if required}
    return "allocated" in needed and len(needed) > 1


def words_of(reason: Mapping[str, Any], *, inside: bool = False) -> list[str]:
    """The sentences of a line's reason, in the active language; the limits with what would have let it in.

    `inside` names other people's quotas and shares too; an applicant reads only that such a limit was reached.
    """
    said = [_SENTENCES[reason["code"]]() % {"others": ", ".join(reason.get("others", ()))}] if reason else []
    return [*said, *(_stop(stop, inside) for stop in reason.get("stops", ()))]


def reason_of(leg: Leg) -> str:
    """Why a leg stands as it does, in the active language: the round's reason, then what a person wrote."""
    return " ".join([*words_of(leg.why), leg.reason]).strip()


def _best(verdicts: Iterable[str]) -> list[str]:
    """Without a required leg, the best of the others speaks for the proposal."""
    found = list(verdicts)
    return [min(found, key=["allocated", "reserve", "refused"].index)] if found else []


_SENTENCES = {
    "full": lambda: _("All the units that were asked for."),
    "part": lambda: _("Fewer units than were asked for."),
    "limit": lambda: _("Proposals of better merit took what there is."),
    "together": lambda: _("It is given together with %(others)s or not at all."),
    "depends": lambda: _("It depends on %(others)s, which has no time."),
    "not_feasible": lambda: _("It is not feasible at the instrument."),
    "not_offered": lambda: _("No instrument of this leg is on offer with the units that it needs at least."),
    "below": lambda: _("Its merit is below what this round asks for."),
    "override": lambda: _("Decided by the management."),
    "came_free": lambda: _("Units came free."),
    "unconfirmed": lambda: _("It was not confirmed in time."),
}


def _stop(stop: Mapping[str, Any], inside: bool) -> str:
    more = names.units(Decimal(stop["short"]), stop["unit"])
    if stop["kind"] == "offer":
        return _("%(instrument)s: %(more)s more on offer would have let it in.") % {
            "instrument": stop["label"],
            "more": more,
        }
    if not inside:
        return _("A limit on how time is shared was reached.")
    sentence = {
        "category": _("Quota of the category “%(name)s”: %(more)s more would have let it in."),
        "partner": _("Share of %(name)s: %(more)s more would have let it in."),
        "outsiders": _("Limit for teams mostly from non-member countries: %(more)s more would have let it in."),
    }[stop["kind"]]
    name = Access(stop["label"]).label if stop["kind"] == "category" else stop["label"]
    return sentence % {"name": name, "more": more}
