"""The chair puts an application to the vote of the members."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from alliance.commands.applications.moving import asked, moved
from alliance.commands.voting import Draft, draft_motion
from alliance.models import Body, MembershipApplication, Motion


@transaction.atomic
def put_to_vote(
    application: MembershipApplication, *, by: Any, text: str = "", body: Body | None = None, note: str = ""
) -> Motion:
    """The chair lets the members decide: a motion to admit the centre, to be tabled and opened as any other.

    Voters read `text`, never the application: what the centre wrote stays with the office. Without a body it goes to
    the one on which every member sits. Raises NotPermitted, WrongState, Invalid.
    """
    application = asked(application, "put-to-vote", by=by, note=note)
    names = {"organisation": application.organisation.name[:150], "wanted": application.get_member_class_display()}
    draft = Draft(
        kind=Motion.Kind.ADMIT,
        title=_("Admit %(organisation)s") % names,
        text=text.strip() or _("To admit %(organisation)s as %(wanted)s.") % names,
        body=body,
        application=application,
    )
    motion = draft_motion(application.alliance, draft, by=by)
    moved(application, "put-to-vote", by=by, note=note, motion=str(motion.pk))
    return motion
