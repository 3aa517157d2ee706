"""Writes scores that were given elsewhere: proposals, pseudonymous reviewers, a panel and reviews; twice is once."""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from hashlib import sha256
from typing import Any

from django.db import transaction
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils.text import slugify

from accounts.models import Organisation, User
from core import audit, clock
from core.models import new_id
from facilities.models import Team
from programs.imports.reviews import Scale, Scored
from programs.models import Assessment, Call, Criterion, Panel, PanelMember, Proposal, Review, Score, ScoreScale

SOURCE = "import_reviews"
CRITERION = "overall"


@transaction.atomic
def panel_for_import(call: Call, scale: Scale, *, by: Any, name: str) -> Panel:
    """The panel of the call that the imported scores are before, on their scale, and the call's criterion for them."""
    text = f"{scale.lowest:f} to {scale.highest:f} in steps of {scale.step:f}, {scale.best} is best"
    limits = {"lowest": scale.lowest, "highest": scale.highest, "step": scale.step, "best": scale.best}
    kept, _made = ScoreScale.objects.get_or_create(name=text, defaults=limits)
    panel, made = Panel.objects.get_or_create(
        alliance=call.alliance, facility=call.facility, name=name, defaults={"scale": kept}
    )
    panel.calls.add(call)
    Criterion.objects.get_or_create(call=call, slug=CRITERION, defaults={"name": "Overall"})
    if made:
        audit.record("import", panel, by=by, source=SOURCE)
    return panel


@transaction.atomic
def record_reviews(batch: Sequence[Scored], call: Call, panel: Panel, *, by: Any) -> Counter[str]:
    """How many of the rows, all with a score, created a review, changed one, or said nothing new.

    Proposals are found by the call and their key in the source, else made as submitted and with the panel; reviewers
    by their e-mail, else made as accounts that cannot sign in and seats on the panel.
    """
    assessments = _assessments(batch, call, panel, by=by)
    people = _reviewers({row.reviewer for row in batch}, call, panel)
    criterion = Criterion.objects.get(call=call, slug=CRITERION)
    known = {
        (row.assessment_id, row.reviewer_id): row
        for row in Review.objects.select_for_update()
        .filter(assessment__in=assessments.values(), source=SOURCE)
        .prefetch_related("scores")
        .order_by("pk")
    }
    counts: Counter[str] = Counter()
    now, scale = clock.now(), panel.scale
    reviews, scores, changed = [], [], []
    for row in batch:
        assert row.score is not None
        assessment, person = assessments[row.proposal], people[row.reviewer]
        review = known.get((assessment.pk, person.pk))
        if review is None:
            review = Review(
                assessment=assessment, reviewer=person, state="submitted", submitted_at=now, source=SOURCE,
                external_id=f"{row.proposal}/{row.reviewer}"[:120],
            )  # fmt: skip
            reviews.append(review)
            scores.append(
                Score(review=review, criterion=criterion, value=row.score, lowest=scale.lowest, highest=scale.highest)
            )
            counts["created"] += 1
            continue
        score = next(iter(review.scores.all()), None)
        if score is not None and score.value != row.score:
            score.value = row.score
            changed.append(score)
            counts["updated"] += 1
        else:
            counts["unchanged"] += 1
    Review.objects.bulk_create(reviews)
    Score.objects.bulk_create(scores)
    Score.objects.bulk_update(changed, ["value"])
    audit.record_many("import", Review, [row.pk for row in reviews], by=by, source=SOURCE)
    return counts


def _assessments(batch: Sequence[Scored], call: Call, panel: Panel, *, by: Any) -> dict[str, Assessment]:
    titles = {row.proposal: row.title for row in batch}
    known: dict[str, Any] = {
        row.team.reference: row
        for row in Proposal.objects.filter(call=call, team__source=SOURCE, team__reference__in=titles).select_related(
            "team"
        )
    }
    home = _home()
    now = clock.now()
    new = []
    for key, title in titles.items():
        if key not in known:
            known[key] = _proposal(key, title, call, home, by, now)
            new.append(known[key])
    Team.objects.bulk_create([row.team for row in new])
    Proposal.objects.bulk_create(new)
    audit.record_many("import", Proposal, [row.pk for row in new], by=by, source=SOURCE)
    there = {
        row.proposal_id: row
        for row in Assessment.objects.filter(panel=panel, proposal__in=[p.pk for p in known.values()])
    }
    missing = [Assessment(proposal=row, panel=panel) for row in known.values() if row.pk not in there]
    Assessment.objects.bulk_create(missing)
    there |= {row.proposal_id: row for row in missing}
    return {key: there[row.pk] for key, row in known.items()}


def _proposal(key: str, title: str, call: Call, home: Organisation, by: Any, now: Any) -> Proposal:
    identifier = new_id()
    name = title or f"{call.name}: {key}"
    team = Team(
        id=identifier, kind=Team.Kind.PROPOSAL, title=name[:400], organisation=home, source=SOURCE, reference=key
    )
    return Proposal(
        id=identifier, team=team, call=call, title=name[:400], pi=by, organisation=home, peaceful_use=True,
        state="panel", submitted_at=now,
    )  # fmt: skip


def _home() -> Organisation:
    """Stands for the organisations of imported proposals, which the source does not name; nobody works there."""
    return Organisation.objects.get_or_create(
        slug="organisation-not-named", defaults={"name": "Organisation not named", "source": SOURCE}
    )[0]


def _reviewers(names: set[str], call: Call, panel: Panel) -> dict[str, User]:
    addresses = {name: name.lower() if "@" in name else _address(name, call) for name in names}
    known = {row.email: row for row in User.objects.filter(email__in=addresses.values())}
    new = []
    for name, address in sorted(addresses.items()):
        if address not in known:
            known[address] = User(email=address, name=name, is_active=False)
            known[address].set_unusable_password()
            new.append(known[address])
    User.objects.bulk_create(new)
    today = clock.now().date()
    term = DateRange(today, today + timedelta(days=365))
    seated = set(
        PanelMember.objects.filter(panel=panel, person__in=[row.pk for row in known.values()]).values_list(
            "person_id", flat=True
        )
    )
    PanelMember.objects.bulk_create(
        PanelMember(panel=panel, person=row, term=term) for row in known.values() if row.pk not in seated
    )
    return {name: known[address] for name, address in addresses.items()}


def _address(name: str, call: Call) -> str:
    """An address that nobody can have; two names of one slug do not share it."""
    return f"{slugify(name) or 'reviewer'}.{sha256(name.encode()).hexdigest()[:8]}@{call.slug}.invalid"
