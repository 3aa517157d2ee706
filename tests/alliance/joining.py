"""Applications and memberships in any state, made by the commands that people use."""

from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.commands import grant_role
from accounts.models import User
from alliance.commands import applications as apply
from alliance.commands import membership as members
from alliance.models import Body, Membership, MembershipApplication, Resolution
from core import clock
from tests.world import World, make_user

PDF = b"%PDF-1.7\nAnnual report\n%%EOF"
SAID = "Our secret motivation"
ORDER = ("draft", "submitted", "checking", "site_visit", "voting", "signature", "member")


def today() -> date:
    return clock.now().astimezone(ZoneInfo("Asia/Shanghai")).date()


def chair(world: World) -> User:
    """The chair of the alliance, made on first use with the body on which every member sits."""
    found = User.objects.filter(email="chair@test.example").first()
    if found is None:
        found = make_user("chair", world.org_a)
        grant_role(found, "chair", world.alliance, by=world.system)
        Body.objects.create(alliance=world.alliance, slug="assembly", kind="assembly", name="Assembly", of_members=True)
    return found


def head(world: World) -> User:
    """The head of centre C, whom Dan names in its application."""
    return User.objects.filter(email="head@test.example").first() or make_user("head", world.org_c)


def wanted(**said: Any) -> apply.Wanted:
    texts = {"motivation": SAID, "facilities_offered": "A hidden laser", "head_name": "Prof Head"}
    return apply.Wanted(**{**texts, "head_email": "Head@test.example", **said})


def paper(name: str = "report.pdf", content: bytes = PDF) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def draft(world: World, **said: Any) -> MembershipApplication:
    """Dan's draft for centre C, complete."""
    row = apply.start_application(world.alliance, world.org_c, wanted(**said), by=world.dan)
    apply.add_application_file(row, paper(), by=world.dan)
    return row


def resolution(world: World, **what: Any) -> Resolution:
    """One whose votes are not kept here."""
    number = Resolution.objects.count() + 1
    day = today()
    known = {"year": day.year, "number": number, "title": "Admit Centre C", "decided_on": day, "effective_on": day}
    return Resolution.objects.create(**{"alliance": world.alliance, "text": "It is resolved.", **known, **what})


def in_state(world: World, state: str) -> MembershipApplication:
    """Dan's application, brought there by commands."""
    row = draft(world)
    head(world)
    if state == "withdrawn":
        return apply.withdraw_application(row, by=world.dan, note="Not now")
    steps = {
        "submitted": lambda: apply.submit_application(row, by=world.dan),
        "checking": lambda: apply.start_check(row, by=world.sec),
        "site_visit": lambda: apply.plan_visit(row, today() + timedelta(days=9), by=world.sec),
        "voting": lambda: apply.put_to_vote(row, by=chair(world)),
        "signature": lambda: apply.admit_by_resolution(row, resolution(world), by=world.system),
        "member": lambda: apply.sign_charter(row, by=head(world)),
    }
    last = {"returned": "checking", "declined": "voting"}.get(state, state)
    for name in ORDER[1 : ORDER.index(last) + 1]:
        steps[name]()
    if state == "returned":
        apply.return_application(row, [("motivation", "Say more")], by=world.sec)
    elif state == "declined":
        apply.decline_application(row, by=world.system, note="Lost")
    row.refresh_from_db()
    return row


def member(world: World, state: str = "active") -> Membership:
    """Centre A's membership with a history, in a state."""
    row = Membership.objects.get(alliance=world.alliance, organisation=world.org_a)
    decided = {"by": world.system, "reason": "As resolved"}
    if state == "suspended":
        members.suspend_membership(row, resolution=resolution(world), **decided)
    elif state == "excluded":
        members.exclude_membership(row, resolution=resolution(world), **decided)
    elif state == "withdrawn":
        members.withdraw_membership(row, by=world.sec, reason="Notice received")
    row.refresh_from_db()
    return row
