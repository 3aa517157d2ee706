"""Documents become valid by a resolution or an editor, on their day; earlier ones stay readable (R-40)."""

from datetime import date, timedelta

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, ProgrammingError, transaction

from alliance.commands.documents import (
    adopt_by_editor,
    adopt_version,
    draft_version,
    edit_version,
    minutes_document,
    move_version,
    read_files_due,
    sign_version,
    take_effect_due,
)
from alliance.models import Body, DocumentVersion, Meeting, Membership, Motion
from alliance.queries.documents import charter_in_force, compared, documents_listed, signers_of
from alliance.workflows.documents import VERSION
from core import clock
from core.errors import DomainError, Invalid, NotPermitted, RulesRefuse, WrongState
from tests.alliance.papers import DAY, a_document, a_resolution, proposed, speaks
from tests.moves import undone

pytestmark = pytest.mark.django_db


def test_the_charter_is_amended_by_resolution_and_the_first_version_stays_readable(world):
    charter = a_document(world)
    first = proposed(world, charter, "Article 1. The alliance is free.\n\nArticle 2. Peaceful ends only.")
    chinese = proposed(world, charter, "第一条", language="zh-hans", number=1)
    adopt_version(first, a_resolution(world), by=world.sec)
    assert charter_in_force(world.alliance) == first
    assert charter_in_force(world.alliance, "zh-hans") == chinese
    for organisation in (world.org_a, world.org_b):
        sign_version(first, organisation, by=world.sec, name="Head", method="paper", signed_on=DAY)
    second = proposed(world, charter, "Article 1. The alliance is open.\n\nArticle 2. Peaceful ends only.")
    assert charter_in_force(world.alliance) == first
    second = adopt_version(second, a_resolution(world, 2, date(2021, 9, 25)), by=world.sec)
    assert charter_in_force(world.alliance) == second
    first.refresh_from_db()
    chinese.refresh_from_db()
    assert (first.state, chinese.state) == ("superseded", "superseded")
    [piece] = compared(first, second)
    assert (piece.number, [run.text for run in piece.before if run.changed]) == (1, ["free."])
    assert [(row.organisation, row.signature is None) for row in signers_of(second)] == [
        (world.org_a, True),
        (world.org_b, True),
    ]
    assert [row.signature.name for row in signers_of(first)] == ["Head", "Head"]


def test_an_adopted_version_takes_effect_on_its_day_where_the_alliance_sits(world):
    charter = a_document(world)
    adopt_version(proposed(world, charter, "One"), a_resolution(world), by=world.sec)
    day = clock.now().date() + timedelta(days=30)
    second = adopt_version(proposed(world, charter, "Two"), a_resolution(world, 2, day), by=world.sec)
    assert (take_effect_due(), second.state) == (0, "adopted")
    midnight = clock.now().replace(hour=16, minute=0, second=0) + timedelta(days=29)
    with clock.standing_at(midnight - timedelta(hours=1)):
        assert take_effect_due() == 0
    with clock.standing_at(midnight + timedelta(minutes=1)):
        assert (take_effect_due(), take_effect_due()) == (1, 0)
        assert charter_in_force(world.alliance) == second


def test_the_database_itself_keeps_what_was_proposed_and_wants_a_resolution(world):
    version = proposed(world, a_document(world), "As proposed")
    for change in ({"text": "Other"}, {"number": 7}, {"sha256": "0" * 64}):
        with pytest.raises(ProgrammingError), transaction.atomic():
            DocumentVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(ProgrammingError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).delete()
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentVersion.objects.filter(pk=version.pk).update(state="adopted", adopted_on=DAY)


def test_an_editor_adopts_only_what_needs_no_resolution(world):
    letter = proposed(world, a_document(world, "letter", kind="congratulatory_letter", needs_resolution=False), "Dear")
    with pytest.raises(RulesRefuse):
        adopt_by_editor(letter, by=world.sec, adopted_on=clock.now().date() + timedelta(days=2))
    with pytest.raises(RulesRefuse):
        adopt_by_editor(letter, by=world.sec, effective_from=date(2019, 1, 1))
    assert adopt_by_editor(letter, by=world.sec).state == "in_force"
    with pytest.raises(NotPermitted):
        adopt_by_editor(proposed(world, a_document(world), "Text"), by=world.sec)


def test_a_resolution_about_something_else_adopts_nothing(world):
    version, other = proposed(world, a_document(world), "A"), proposed(world, a_document(world, "other"), "B")
    body = Body.objects.create(alliance=world.alliance, slug="assembly", kind="assembly", name="Assembly")
    motion = Motion.objects.create(
        alliance=world.alliance, body=body, kind="charter_adopt", title="A", text="A", mover=world.sec,
        version_of_document=other, state="tabled",
    )  # fmt: skip
    resolution = a_resolution(world)
    resolution.motion = motion
    with pytest.raises(RulesRefuse):
        adopt_version(version, resolution, by=world.sec)
    with pytest.raises(RulesRefuse):
        move_version(other, "revise", by=world.sec, note="A word is missing")
    with pytest.raises(Invalid):
        move_version(version, "revise", by=world.sec)
    assert move_version(version, "revise", by=world.sec, note="A word is missing").state == "draft"


def test_numbers_follow_one_another_and_languages_stand_once(world):
    charter = a_document(world)
    adopt_version(proposed(world, charter, "One"), a_resolution(world), by=world.sec)
    with pytest.raises(RulesRefuse):
        draft_version(charter, by=world.sec, text="一", language="zh-hans", number=1)
    with pytest.raises(Invalid):
        draft_version(charter, by=world.sec, text="Two", number=3)
    with pytest.raises(Invalid):
        draft_version(charter, by=world.sec, text="Deux", language="fr")
    second = draft_version(charter, by=world.sec, text="Two")
    with pytest.raises(RulesRefuse):
        draft_version(charter, by=world.sec, text="Two again", number=2)
    assert (second.number, second.supersedes.number) == (2, 1)
    with pytest.raises(RulesRefuse):
        move_version(draft_version(a_document(world, "empty"), by=world.sec), "propose", by=world.sec)


def test_who_signs_for_whom_and_what(world):
    charter = a_document(world)
    version = proposed(world, charter, "One")
    with pytest.raises(WrongState):
        sign_version(version, world.org_a, by=world.sig_a, name="Sig")
    adopt_version(version, a_resolution(world), by=world.sec)
    with pytest.raises(NotPermitted):
        sign_version(version, world.org_a, by=world.sig_b, name="Sig")
    with pytest.raises(NotPermitted):
        sign_version(version, world.org_c, by=world.dan, name="Dan")
    with pytest.raises(RulesRefuse):
        sign_version(version, world.org_c, by=world.sec, name="Dan")
    with pytest.raises(RulesRefuse):
        sign_version(version, world.org_a, by=world.sig_a, name=" ", signed_on=date(2019, 1, 1))
    first = sign_version(version, world.org_a, by=world.sig_a, name="Sig A")
    assert sign_version(version, world.org_a, by=world.sig_a, name="Sig again") == first
    speaks(world, world.bob, world.org_b, "delegate")
    with pytest.raises(NotPermitted):
        sign_version(version, world.org_b, by=world.bob, name="Bob")
    speaks(world, world.ana, world.org_b)
    assert sign_version(version, world.org_b, by=world.ana, name="Ana").membership.organisation == world.org_b
    with pytest.raises(ProgrammingError), transaction.atomic():
        first.delete()


def test_a_suspended_member_is_not_asked_to_sign(world):
    version = adopt_version(proposed(world, a_document(world), "One"), a_resolution(world), by=world.sec)
    Membership.objects.filter(organisation=world.org_b).update(state="suspended")
    assert [row.organisation for row in signers_of(version)] == [world.org_a]


def test_minutes_stay_one_draft_until_they_are_proposed(world):
    body = Body.objects.create(alliance=world.alliance, slug="assembly", kind="assembly", name="Assembly")
    start = clock.now()
    meeting = Meeting.objects.create(
        body=body,
        title="Annual Meeting",
        title_zh="年会",
        starts_at=start,
        ends_at=start + timedelta(hours=1),
        zone="UTC",
    )
    with pytest.raises(NotPermitted):
        minutes_document(meeting, "1. Opening", by=world.ana)
    first = minutes_document(meeting, "1. Opening", by=world.sec)
    meeting.minutes = first
    meeting.save()
    assert minutes_document(meeting, "1. Opening. 2. Charter", by=world.sec) == first
    move_version(first, "propose", by=world.sec)
    again = minutes_document(meeting, "Corrected", by=world.sec)
    assert (again.number, again.document, again.document.title_zh) == (2, first.document, "会议纪要：年会")


def a_pdf(text: str) -> bytes:
    import typst

    return typst.compile(f"= Report\n{text}".encode())


def test_the_words_of_files_are_read_once_and_found(world):
    report = a_document(world, "report", kind="report", needs_resolution=False)
    version = draft_version(
        report, by=world.sec, file=ContentFile(a_pdf("Climate monitoring in the Himalaya"), "r.pdf")
    )
    assert (version.mime, len(version.sha256), read_files_due(), read_files_due()) == ("application/pdf", 64, 1, 0)
    assert list(documents_listed(world.sec, world.alliance, text="himal climate")) == [report]
    edit_version(version, by=world.sec, text="", file=ContentFile("北京怀柔科学城".encode(), "report.txt"))
    assert (read_files_due(), documents_listed(world.sec, world.alliance, text="himalaya").count()) == (1, 0)
    assert list(documents_listed(world.sec, world.alliance, text="怀柔")) == [report]
    with pytest.raises(Invalid):
        edit_version(version, by=world.sec, text="", file=ContentFile(b"MZ\x90\x00\x03", "report.pdf"))


def test_every_move_of_a_version_from_every_state_by_everyone_does_what_the_table_says(world):
    row = draft_version(a_document(world, needs_resolution=False), by=world.sec, text="One")
    commands = {
        "adopt": lambda version, by: adopt_by_editor(version, by=by),
        **{
            name: lambda version, by, name=name: move_version(version, name, by=by, note="because")
            for name in ("propose", "revise", "withdraw", "take-effect", "supersede")
        },
    }

    def later(version, by):
        return adopt_version(version, a_resolution(world, effective_on=date(2999, 1, 1)), by=by)

    def followed(version, by):
        newer = move_version(draft_version(version.document, by=by, text="Two"), "propose", by=by)
        adopt_by_editor(newer, by=by)
        version.refresh_from_db()
        return version

    making = commands | {"later": later, "followed": followed}
    ways = {
        "draft": "", "proposed": "propose", "adopted": "propose later", "in_force": "propose adopt",
        "superseded": "propose adopt followed", "withdrawn": "withdraw",
    }  # fmt: skip
    assert ways.keys() == VERSION.states.keys()
    people = {world.sec: {"editor", "adopter"}, world.bo: set(), world.dan: set()}
    for state, way in ways.items():
        with undone():
            version = row
            for name in way.split():
                version = making[name](version, world.sec)
            assert version.state == state
            for move in VERSION.moves:
                for person, parties in people.items():
                    expected = move.target if state in move.sources else WrongState
                    if not move.who & parties:
                        expected = NotPermitted
                    elif move.name == "adopt" and state == "proposed":
                        expected = "in_force"
                    with undone():
                        assert what_happens(commands[move.name], version, person) == expected


def what_happens(command, version, by):
    """The state after it, or the kind of its refusal."""
    try:
        return command(version, by).state
    except DomainError as refusal:
        return type(refusal)
