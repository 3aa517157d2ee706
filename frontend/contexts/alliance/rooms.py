"""The rooms of an alliance: tabs that lead from each of its lists to the others that the reader may open."""

from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.models import Alliance
from alliance.permissions.documents import PUBLISH
from alliance.permissions.events import ORGANISES
from alliance.permissions.governance import RUN
from alliance.permissions.membership import MANAGE, OPEN_VOTES, memberships_visible_to
from alliance.permissions.voting import sees_alliance
from core.permissions import allowed
from frontend.contexts.shell import Link

# Address, label, and whose: holders of a right, `members` who speak for one, `speakers` who do and manage no members,
# or `governance` that takes part in it.
ROOMS: list[tuple[str, Promise, tuple[str, ...]]] = [
    ("alliance_desk", _("Desk"), (MANAGE, RUN)),
    ("alliance_members", _("Members"), (MANAGE,)),
    ("alliance_members", _("Your membership"), ("speakers",)),
    ("applications", _("Applications"), (MANAGE, OPEN_VOTES)),
    ("alliance_bodies", _("Bodies"), (RUN,)),
    ("alliance_offices", _("Offices"), (RUN,)),
    ("meetings", _("Meetings"), ("governance",)),
    ("motions", _("Motions"), ("governance",)),
    ("resolutions", _("Resolutions"), ("governance",)),
    ("voting_rules", _("Rules"), ("governance",)),
    ("actions", _("Actions"), ("governance",)),
    ("plans", _("Plans"), ("governance",)),
    ("alliance_documents", _("Documents"), (PUBLISH,)),
    ("alliance_news", _("News"), (PUBLISH,)),
    ("circulars", _("Circulars"), (PUBLISH, "members")),
    ("alliance_events", _("Events"), (ORGANISES,)),
]
RIGHTS = (MANAGE, OPEN_VOTES, RUN, PUBLISH, ORGANISES)
SHARED = {"meetings", "actions", "circulars"}
"""Lists of all alliances, which take the one as a filter."""


def rooms_of(user: Any, alliance: Alliance, here: str) -> list[Link]:
    """The tabs of an alliance for a person; `here` is the name of the address of the list that shows them."""
    opens: dict[str, bool] = {right: allowed(user, right, alliance) for right in RIGHTS}
    opens["members"] = memberships_visible_to(user).filter(alliance=alliance).exists()
    opens["speakers"] = opens["members"] and not opens[MANAGE]
    opens["governance"] = opens[RUN] or sees_alliance(user, alliance)
    return [
        Link(_address(name, alliance), label, current=name == here)
        for name, label, whose in ROOMS
        if any(opens[each] for each in whose)
    ]


def _address(name: str, alliance: Alliance) -> str:
    if name in SHARED:
        return f"{reverse(name)}?alliance={alliance.slug}"
    return reverse(name, args=[alliance.slug])
