"""Resolutions as the published reports tell them, with their source, and one vote of the demonstration that is open.

Of the votes of 2019 and 2021 only the results are known, so no vote is invented.
"""

from datetime import date, datetime, timedelta

from alliance.commands import voting
from alliance.permissions.voting import electorate
from config.demo.governance import ANNUAL, FOUNDED, HOME, REPORT
from config.demo.people import People
from config.demo.places import Places

KNOWN: tuple[tuple[date, str, str, str, str], ...] = (
    (
        FOUNDED,
        "Charter adopted",
        "通过章程",
        "Seventeen representatives from eight countries voted unanimously to pass the Charter and signed to join as "
        "founding members.",
        HOME,
    ),
    (
        ANNUAL,
        "Charter amended",
        "修订章程",
        "The annual meeting amended the Charter. What was changed is not known here.",
        REPORT,
    ),
    (
        ANNUAL,
        "Declaration of the conference approved",
        "通过大会宣言",
        "The annual meeting approved the declaration of the conference.",
        REPORT,
    ),
    (
        ANNUAL,
        "Bao Xinhe approved as third Chairman",
        "批准包信和为第三任主席",
        "The annual meeting approved Bao Xinhe as third Chairman of the alliance.",
        REPORT,
    ),
    (
        ANNUAL,
        "Ding Hong approved as Secretary General for five years",
        "批准丁洪任秘书长，任期五年",
        "The annual meeting approved Ding Hong as Secretary General with a term of five years.",
        REPORT,
    ),
)


def make_motions(places: Places, people: People, *, now: datetime) -> None:
    """What is known, recorded by the secretariat, and a vote in writing that is open for two weeks."""
    main, secretary, chair = places.alliances["gcasc"], people.named["secretary"], people.named["leader"]
    for decided_on, title, title_zh, text, source in KNOWN:
        voting.record_resolution(
            main, by=secretary, title=title, title_zh=title_zh, text=text, decided_on=decided_on, source=source
        )
    draft = voting.Draft(
        title="Demonstration: a shared calendar of shutdowns",
        title_zh="演示：共享停机日历",
        text="This motion belongs to the demonstration. Members publish the shutdowns of their facilities here, half a "
        "year ahead.",
    )
    motion = voting.table_motion(voting.draft_motion(main, draft, by=secretary), by=secretary)
    if electorate(motion).exists():
        voting.open_vote(motion, by=chair, closes_at=now + timedelta(days=14))
