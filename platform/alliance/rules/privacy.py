"""Which of a person's traces are whose: told from the names of columns, so that a new table cannot be forgotten.

Every foreign key to a person is either one that says whom the row is about (`ABOUT`: exported whole) or one that says
who acted (exported as an act: which row, when). A key that is in neither fails a test.
"""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from alliance.models import Consent

WORDING: dict[str, Promise] = {
    Consent.Purpose.DIRECTORY: _("Members of the alliance may find my name and organisation, to invite me to teams."),
    Consent.Purpose.TRANSFER: _(
        "What I enter in proposals, requests and visits may be read by the facilities concerned, also abroad."
    ),
}
"""What is agreed to, purpose by purpose; kept with each consent as it was read."""

ABOUT = frozenset(
    {
        "cast_by",
        "contact",
        "giver",
        "lead_person",
        "mover",
        "owner",
        "person",
        "pi",
        "recipient",
        "requester",
        "reviewer",
        "signatory",
        "speaker",
        "taker",
        "user",
    }
)
"""The row is about this person."""

ACTED = frozenset(
    {
        "answered_by",
        "by",
        "created_by",
        "explained_by",
        "given_by",
        "granted_by",
        "invited_by",
        "mended_by",
        "nominated_by",
        "on_behalf_of",
        "overridden_by",
        "recorded_by",
        "refused_by",
        "sent_by",
        "source_agreed_by",
        "submitted_by",
        "target_agreed_by",
        "verified_by",
        "waived_by",
    }
)
"""The person did something to the row, which is about something or somebody else."""

WITHHELD = frozenset({"accounts.ApiToken", "mfa.Authenticator", "guardian.UserObjectPermission"})
"""Secrets and their like, which are no information about a person and would help a thief."""

WITHHELD_COLUMNS = frozenset({"password", "digest", "token_key", "token_hash", "sealed", "search"})

REMOVED = frozenset(
    {
        "accounts.ApiToken",
        "account.EmailAddress",
        "admin.LogEntry",
        "mfa.Authenticator",
        "notifications.CalendarFeed",
        "notifications.Message",
        "notifications.Preference",
        "socialaccount.SocialAccount",
        "alliance.Consent",
        "facilities.SiteAccess",
        "reports.Subscription",
    }
)
"""Deleted when a person is forgotten: nobody else needs them."""

NAMED_BESIDE: dict[str, tuple[str, dict[str, str]]] = {
    "alliance.Attendance": ("person", {"name": "pseudonym"}),
    "alliance.BodyMembership": ("person", {"name": "pseudonym", "name_local": "empty"}),
    "alliance.Invitation": ("person", {"name": "pseudonym", "email": "address"}),
    "alliance.Registration": ("person", {"name": "pseudonym", "email": "address"}),
    "alliance.Representative": ("person", {"name": "pseudonym"}),
}
"""Names and addresses kept beside the account, by column: what each becomes. Public offices and talks keep the name
under which they were held: they are the alliance's history."""
