"""What keeps a proposal from the panel: a required leg that is not yet found feasible, cannot be done, or is unsafe."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from core.errors import Violation

SOURCE = "R-05"


def standing_in_the_way(legs: Iterable[tuple[int, str, bool, str, bool]]) -> list[Violation]:
    """One violation for each leg, given as position, instrument, whether required, state, whether safety refuses it.

    An optional leg never stands in the way, except one that nobody has looked at yet.
    """
    found = []
    for position, instrument, required, state, unsafe in legs:
        names = {"position": position, "instrument": instrument}
        field = f"legs.{position}"
        if state == "requested":
            message = _(
                "Leg %(position)d at %(instrument)s: the instrument's people have not said whether it is feasible."
            )
            found.append(Violation("feasibility_open", message % names, field, source=SOURCE))
        elif required and state == "infeasible":
            message = _(
                "Leg %(position)d at %(instrument)s is required and not feasible. Take an alternate, or return it."
            )
            found.append(Violation("not_feasible", message % names, field, source=SOURCE))
        elif required and unsafe:
            message = _("Leg %(position)d at %(instrument)s is required and refused for safety. Return the proposal.")
            found.append(Violation("unsafe", message % names, field, source=SOURCE))
    return found
