"""What members do in the demonstration: who speaks for them, how some vote, a circular, and a plan with its actions.

The people are the demonstration's own accounts; the real representatives of 2019 and 2021 are not known by name.
"""

from datetime import date, datetime, timedelta

from accounts.models import User
from alliance.commands import actions, agenda, voting
from alliance.commands.circulars import send_circular
from alliance.commands.documents import adopt_by_editor, draft_version, move_version
from alliance.commands.records import save_record
from alliance.commands.representatives import name_representative
from alliance.models import Alliance, Circular, Document, Meeting, Membership, Motion, Representative
from config.demo.people import People
from config.demo.places import Places

PLAN = """## What the members do together

1. Publish the shutdowns of their facilities half a year ahead.
2. Open training places to scientists of every member.
3. Report the use of shared time once a year.
"""
PROMISED = (
    ("Publish the shutdowns of the coming year", "radboud", 60, 2),
    ("Offer ten training places", "alba", 120, 3),
    ("Report the use of shared time", "diamond", -20, 1),
)


def make_members(places: Places, people: People, *, now: datetime) -> None:
    """Within the main alliance, after its bodies, motions and documents."""
    main, secretary = places.alliances["gcasc"], people.named["secretary"]
    _speakers(main, people, now)
    _votes(main)
    _decided(main, secretary, people.named["leader"], now)
    plan = _plan(main, secretary, now)
    meeting = Meeting.objects.get(body__alliance=main, state="called")
    charter = main.documents.get(slug="charter")
    agenda.change_agenda_item(meeting.agenda.get(number=1), by=secretary, documents=[charter])
    agenda.add_agenda_item(meeting, by=secretary, title="The cooperation plan", title_zh="合作计划", documents=[plan])
    circular = Circular(
        alliance=main, title="Demonstration: the vote on shutdowns", title_zh="演示：关于停机日历的表决",
        body="Members vote in writing for two weeks on publishing the shutdowns of their facilities.",
        body_zh="各成员就公布装置停机安排进行为期两周的书面表决。",
    )  # fmt: skip
    save_record(circular, by=secretary)
    send_circular(circular, by=secretary)


def _speakers(main: Alliance, people: People, now: datetime) -> None:
    """The signatory is the head of its centre; of every other member a scientist is the delegate."""
    signatory, secretary = people.named["signatory"], people.named["secretary"]
    homes = {user.affiliations.get().organisation_id: user for user in reversed([signatory, *people.scientists])}
    since = now.date() - timedelta(days=365)
    for member in Membership.objects.filter(alliance=main).order_by("id"):
        if person := homes.get(member.organisation_id):
            kind = "head" if person == signatory else "delegate"
            name_representative(member, kind, by=secretary, person=person, starts_on=since)


def _votes(main: Alliance) -> None:
    """Three members have voted, the others still may."""
    motion = Motion.objects.get(alliance=main, state="open")
    delegates = Membership.objects.filter(alliance=main, representatives__kind="delegate").order_by(
        "organisation__name"
    )
    for member, choice in zip(delegates, ("for", "for", "abstain"), strict=False):
        speaker = member.representatives.get()
        if speaker.person is not None:
            voting.cast_vote(motion, choice, by=speaker.person)


def _decided(main: Alliance, secretary: User, chair: User, now: datetime) -> None:
    """A vote that is over, with its result sheet; the first speaker changed their mind."""
    draft = voting.Draft(
        title="Demonstration: proceedings are published openly",
        title_zh="演示：会议论文集公开出版",
        text="This motion belongs to the demonstration. Proceedings of conferences are open to everybody.",
    )
    motion = voting.table_motion(voting.draft_motion(main, draft, by=secretary), by=secretary)
    voting.open_vote(motion, by=chair, closes_at=now + timedelta(days=14))
    speakers = Representative.objects.filter(membership__alliance=main, person__isnull=False).select_related("person")
    choices = ("against", *["for"] * 6, "abstain", "against")
    for speaker, choice in zip(speakers.order_by("membership__organisation__name"), choices, strict=False):
        voting.cast_vote(motion, choice, by=speaker.person)
    voting.cast_vote(motion, "for", by=speakers.order_by("membership__organisation__name")[0].person)
    voting.close_vote(motion, by=chair)


def _plan(main: Alliance, by: object, now: datetime) -> Document:
    plan = Document(
        alliance=main, kind="cooperation_plan", slug="cooperation-plan-demonstration", is_demo=True,
        title="Cooperation plan of the demonstration", title_zh="演示合作计划",
        access=Document.Access.MEMBERS, needs_resolution=False,
    )  # fmt: skip
    save_record(plan, by=by)
    adopt_by_editor(move_version(draft_version(plan, by=by, text=PLAN), "propose", by=by), by=by)
    today: date = now.date()
    for title, member, days, weight in PROMISED:
        owner = main.memberships.get(organisation__slug=member).organisation
        action = actions.promise_action(
            main, by=by, title=title, owner_organisation=owner, plan=plan, weight=weight,
            due_on=today + timedelta(days=days),
        )  # fmt: skip
        if days < 0:
            actions.finish_action(action, by=by, evidence="Figures of the last year, page “Facility use”.")
    return plan
