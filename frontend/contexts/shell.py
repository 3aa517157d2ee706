"""What frames every page: the seven public sections, the navigation of the reader's roles, who the reader is."""

import re
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from accounts.queries import affiliation_at, roles_of
from accounts.roles import ROLES
from alliance.models import Alliance
from alliance.permissions.governance import bodies_visible_to, speaks_for
from alliance.queries import main_alliance
from alliance.queries.desk import desks_of
from core import clock, times
from frontend.contexts.account import Demonstration, demonstration
from frontend.middleware import LANGUAGE_PARAMETER
from programs.queries.reviews import sits_on_a_panel
from workflow.queries import open_tasks_for, subjects_lent_to

# The alliance's sections. One that has no page yet is not shown: a link never leads nowhere.
SECTIONS: list[tuple[str, Promise]] = [
    ("about", _("About Us")),
    ("news", _("News & Events")),
    ("cooperation", _("Cooperation Program")),
    ("facilities", _("Research Facilities")),
    ("industry", _("Industrial Application")),
    ("documents", _("Documents")),
    ("join", _("Join Us")),
]

# Address name → label and icon of the pages that navigation may offer.
PAGES: dict[str, tuple[Promise, str]] = {
    "desk": (_("Desk"), "house"),
    "inbox": (_("Requests"), "inbox"),
    "work": (_("My work"), "house"),
    "calendar": (_("Calendar"), "calendar-days"),
    "planning": (_("Planning"), "clock"),
    "bookings": (_("Bookings"), "calendar-days"),
    "instruments": (_("Instruments"), "microscope"),
    "allocations": (_("Allocations"), "scale"),
    "routes": (_("Routes"), "list"),
    "policies": (_("Policies"), "shield-check"),
    "office_calls": (_("Calls"), "file-text"),
    "proposals": (_("Proposals"), "file-text"),
    "programs": (_("Programmes"), "handshake"),
    "governance": (_("Motions and votes"), "scale"),
    "industrial_requests": (_("Industry"), "key"),
    "experiment_reports": (_("Experiment reports"), "file-text"),
    "publications": (_("Publications"), "file-text"),
    "legs": (_("Feasibility"), "microscope"),
    "reviews": (_("Reviews"), "file-text"),
    "organised_events": (_("Events"), "calendar-days"),
    "meetings": (_("Meetings"), "users"),
    "overview": (_("Overview"), "gauge"),
    "facility_use": (_("Facility use"), "chart-column"),
    "flows": (_("Cooperation"), "network"),
    "reports": (_("Reports"), "file-text"),
    "circulars": (_("Circulars"), "inbox"),
}
SCIENTIST = (
    "work",
    "proposals",
    "bookings",
    "instruments",
    "programs",
    "allocations",
    "experiment_reports",
    "publications",
)
MANAGER = ("inbox", "work", "calendar", "bookings", "instruments", "allocations", "facility_use")
ACCESS = ("proposals", "office_calls", "industrial_requests", "experiment_reports", "publications")
LEADER = ("overview", "work", "facility_use", "flows", "programs", "reports")
OFFICE = (
    "desk", "work", "proposals", "programs", "office_calls", "overview", "reports", "industrial_requests", "meetings",
    "governance", "circulars", "organised_events",
)  # fmt: skip
NAVIGATION: dict[str, tuple[str, ...]] = {
    "leadership": LEADER,
    "chair": (*LEADER, "desk", "meetings", "governance"),
    "secretary_general": OFFICE,
    "secretariat": OFFICE,
    "administrator": (*LEADER, "desk", "proposals", "office_calls", "meetings", "organised_events"),
    "facility_manager": (*MANAGER, "planning", "routes", "policies", "legs", *ACCESS),
    "user_office": (*MANAGER, "planning", "policies", *ACCESS),
    "instrument_scientist": (*MANAGER, "legs"),
    "safety_officer": ("legs", "work", "inbox", "calendar", "bookings"),
    "partner_signatory": ("work", "proposals", "programs", "flows", "reports"),
    "scientist": SCIENTIST,
}
"""For each role its pages, the first of them where its work begins; the role that decides most stands first."""
ORDER = list(PAGES)
ROOM = re.compile("/(?:alliance/[^/]+/([a-z-]+)|(bodies|offices|actions|dashboards|views))/")
"""Pages that belong to an entry with another address: one of those below, else that of an alliance's desk."""
ROOMS = {
    "motions": "governance",
    "resolutions": "governance",
    "voting-rules": "governance",
    "events": "organised_events",
    "circulars": "circulars",
    "bodies": "meetings",
    "offices": "meetings",
    "actions": "meetings",
    "dashboards": "reports",
    "views": "reports",
}
BAR = 5
"""Entries that fit side by side on a phone."""

ACCOUNT: list[tuple[str, Promise]] = [
    ("account", _("Profile")),
    ("account_email", _("E-mail")),
    ("account_change_password", _("Password")),
    ("mfa_index", _("Second factor")),
    ("account_notifications", _("Notifications")),
    ("mailbox", _("Messages")),
    ("account_feeds", _("Calendars")),
    ("account_delegations", _("Stand-ins")),
    ("account_tokens", _("API tokens")),
    ("account_privacy", _("Your data")),
]
LINKED = ("socialaccount_connections", _("Linked sign-ins"))
"""Only where another way to sign in is switched on."""

ASKED: list[tuple[str, Promise]] = [
    ("bookings", _("Bookings")),
    ("series_list", _("Series")),
    ("campaigns", _("Campaigns")),
    ("waiting", _("Waiting lists")),
]


@dataclass(frozen=True)
class Link:
    """One entry of a navigation."""

    url: str
    label: str | Promise
    icon: str = ""
    current: bool = False
    count: int = 0


@dataclass(frozen=True)
class Language:
    """A language the reader may switch to."""

    code: str
    tag: str
    name: str


def language_tag(code: str) -> str:
    """The tag HTML wants: `zh-Hans` for Django's `zh-hans`, `en-GB` for `en`."""
    if code == "en":
        return "en-GB"
    language, _dash, script = code.partition("-")
    return f"{language}-{script.title()}" if script else language


def address(name: str, *args: Any) -> str | None:
    """The address of a page, or None where this product has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return None


class Shell:
    """The frame of one page, worked out only as far as the template asks."""

    def __init__(self, request: HttpRequest) -> None:
        self.request = request

    def _link(self, name: str, label: str | Promise, icon: str = "", count: int = 0) -> Link | None:
        url = address(name)
        if url is None:
            return None
        here = self.request.path
        return Link(url, label, icon, current=here == url or (url != "/" and here.startswith(url)), count=count)

    @cached_property
    def sections(self) -> list[Link]:
        return [link for name, label in SECTIONS if (link := self._link(name, label))]

    @cached_property
    def pages(self) -> dict[str, str | None]:
        """Addresses the frame itself links to, None where there is no such page."""
        return {name: address(name) for name in ("search", "account", "start")}

    @cached_property
    def alliance(self) -> Alliance | None:
        """Whose site this is, for the foot of public pages."""
        return main_alliance()

    @cached_property
    def news_feed(self) -> str | None:
        """The Atom feed of its news in the language of the page."""
        return address("news_feed", self.alliance.slug, get_language()) if self.alliance else None

    @property
    def user(self) -> Any:
        return getattr(self.request, "user", None)

    @cached_property
    def person(self) -> str:
        return str(self.user) if self.user and self.user.is_authenticated else ""

    @cached_property
    def roles(self) -> list[str]:
        """Roles held now, the one that decides most first."""
        if not self.person:
            return []
        held = set(roles_of(self.user).values_list("role", flat=True))
        return [role for role in NAVIGATION if role in held]

    @cached_property
    def start(self) -> str:
        """Where the work of the reader's first role begins: an inbox, an overview, one's own work."""
        own = NAVIGATION[self.roles[0]] if self.roles else SCIENTIST
        return next(filter(None, map(address, own)), "/")

    @cached_property
    def role(self) -> str | Promise:
        return ROLES[self.roles[0]].label if self.roles else ""

    @cached_property
    def organisation(self) -> str:
        current = affiliation_at(self.user, clock.now().date())
        return (current.organisation.acronym or current.organisation.name) if current else ""

    @cached_property
    def zone(self) -> str:
        return times.zone_label(clock.now(), self.user.time_zone) if self.person else ""

    @cached_property
    def navigation(self) -> list[Link]:
        """The pages of all roles held, in one order; a person without a role has a scientist's.

        A stand-in, or the member of a group, finds the inbox while something waits there.
        """
        names = {name for role in self.roles for name in NAVIGATION[role]} or set(SCIENTIST)
        if "inbox" not in names and self.person and subjects_lent_to(self.user, "facilities.booking"):
            names.add("inbox")
        if self.person and speaks_for(self.user, clock.now().date()).exists():
            names.add("circulars")
        if self.person and sits_on_a_panel(self.user):
            names.add("reviews")
        if self.person and "meetings" not in names and bodies_visible_to(self.user).exists():
            names |= {"meetings", "governance"}
        counts = {"inbox": open_tasks_for(self.user).count()} if "inbox" in names else {}
        asked = any(tab.current for tab in self.booking_tabs)
        links = (self._link(name, *PAGES[name], counts.get(name, 0)) for name in sorted(names, key=ORDER.index))
        own = address("bookings") if asked else self._room()
        return [replace(link, current=link.current or link.url == own) for link in links if link]

    def _room(self) -> str | None:
        """Where in the navigation a page belongs that has no entry of its own."""
        found = ROOM.match(self.request.path)
        return address(ROOMS.get(found[1] or found[2], "desk")) if found else None

    @cached_property
    def desks(self) -> set[Any]:
        """Identifiers of the alliances to whose desk a path may lead."""
        return {row.pk for row in desks_of(self.user)} if self.person else set()

    @cached_property
    def first_pages(self) -> list[Link]:
        """What the bar of a phone has room for; the others are behind its last button."""
        links = self.navigation
        return links if len(links) <= BAR else links[: BAR - 1]

    @cached_property
    def further_pages(self) -> list[Link]:
        return self.navigation[len(self.first_pages) :]

    @cached_property
    def account_tabs(self) -> list[Link]:
        """Pages about the account."""
        linked = [LINKED] if settings.SOCIALACCOUNT_PROVIDERS else []
        return self._tabs([*ACCOUNT, *linked])

    @cached_property
    def booking_tabs(self) -> list[Link]:
        """The lists of time that was asked for, each in its way."""
        return self._tabs(ASKED)

    def _tabs(self, pages: list[tuple[str, Promise]]) -> list[Link]:
        """Of several whose address fits, the longest is the current one."""
        tabs = [tab for name, label in pages if (tab := self._link(name, label))]
        here = max((tab.url for tab in tabs if tab.current), key=len, default="")
        return [Link(tab.url, tab.label, current=tab.url == here) for tab in tabs]

    @property
    def signup_open(self) -> bool:
        return bool(settings.SIGNUP_OPEN)

    @cached_property
    def demonstration(self) -> Demonstration | None:
        return demonstration()

    @cached_property
    def editions(self) -> list[tuple[str, str]]:
        """The address of this page in each language, for search engines: (tag, address)."""
        here = f"{settings.PUBLIC_URL}{self.request.path}"
        return [(language_tag(code), f"{here}?{LANGUAGE_PARAMETER}={code}") for code, _name in settings.LANGUAGES]

    @property
    def canonical(self) -> str:
        """The one address of this page in its language, without filters."""
        return dict(self.editions)[language_tag(get_language() or settings.LANGUAGE_CODE)]

    @cached_property
    def other_languages(self) -> list[Language]:
        current = get_language()
        return [
            Language(code, language_tag(code), get_language_info(code)["name_local"])
            for code, _name in settings.LANGUAGES
            if code != current
        ]


def shell(request: HttpRequest) -> dict[str, Shell]:
    """Context processor: `shell` in every template."""
    return {"shell": Shell(request)}
