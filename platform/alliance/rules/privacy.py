"""Which of a person's traces are whose: told from the names of columns, so that a new table cannot be forgotten.

Every foreign key to a person is either one that says whom the row is about (`ABOUT`: exported whole) or one that says
who acted (exported as an act: which row, when). A key that is in neither fails a test, and so does a column that may
hold a person's name or address and is not declared below.
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
        "head",
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

HANDED_IN = {"alliance.ApplicationFile": "application__contact", "programs.CandidacyFile": "candidacy__person"}
"""Tables of files without a person of their own, and the way to who handed them in."""

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
    "alliance.MembershipApplication": ("", {"head_name": "pseudonym", "head_email": "address"}),
    "alliance.Registration": ("person", {"name": "pseudonym", "email": "address"}),
    "alliance.Representative": ("person", {"name": "pseudonym"}),
    "programs.Candidacy": ("", {"supervisor_name": "pseudonym", "supervisor_email": "address"}),
    "programs.ProposalMember": ("person", {"email": "address", "orcid": "empty"}),
    "programs.VisitorEnquiry": ("", {"name": "pseudonym", "email": "address"}),
}
"""Names and addresses kept beside the account, by column: what each becomes, in rows of the person (the first of the
pair is the column that says so, empty where none does) and in those that have the person's address."""

KEPT_NAMES: dict[str, frozenset[str]] = {
    "alliance.Document": frozenset({"authors"}),
    "alliance.EventChair": frozenset({"name", "name_local"}),
    "alliance.EventSession": frozenset({"chair_name"}),
    "alliance.MembershipApplication": frozenset({"signed_by"}),
    "alliance.OfficeTerm": frozenset({"name", "name_local"}),
    "alliance.Registration": frozenset({"organisation_name"}),
    "alliance.Signature": frozenset({"name"}),
    "alliance.Talk": frozenset({"speaker_name"}),
    "programs.Authorship": frozenset({"name"}),
    "programs.Proposal": frozenset({"excluded_names"}),
    "reports.AnnualReport": frozenset({"by_name"}),
    "reports.Snapshot": frozenset({"by_name"}),
}
"""Names that stay: public offices, signatures, talks and publications keep the name under which they were held, and
what was shown once can be shown again. They are the history of the alliance (GDPR Art. 17(3))."""

TRAIL = {"core.AuditEntry": frozenset({"actor_name"})}
"""The trail of acts, which stays under the pseudonym."""

NAMED_IN_TRAIL = ("person", "representative")
"""Keys under which an entry of the trail names somebody whom its act was about."""

NAMES_OF_THINGS = frozenset(
    {
        "alliance.Alliance",
        "alliance.ApplicationFile",
        "alliance.Body",
        "alliance.DocumentVersion",
        "alliance.EventSeries",
        "alliance.Voter",
        "alliance.VotingRule",
        "accounts.Organisation",
        "core.Heartbeat",
        "facilities.Course",
        "facilities.Cycle",
        "facilities.Equipment",
        "facilities.Facility",
        "facilities.Instrument",
        "programs.Attachment",
        "programs.Call",
        "programs.CandidacyFile",
        "programs.Criterion",
        "programs.Node",
        "programs.Panel",
        "programs.Questionnaire",
        "programs.ScoreScale",
        "programs.Theme",
        "reports.SavedView",
        "reports.WatchedFacility",
        "reports.WatchedInstrument",
        "workflow.DeciderGroup",
        "workflow.Route",
        "workflow.Step",
        "workflow.Task",
    }
)
"""Tables whose other names are those of things, and whose addresses are those of offices."""
