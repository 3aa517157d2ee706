"""Who must not judge what, and why (R-07): one statement for one person or for everybody, over any set of proposals."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from dateutil.relativedelta import relativedelta
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core import clock
from core.rows import fetch

FEASIBILITY = "feasibility"
"""Has judged what the instrument can do, and so gives no score; it is no reason to hide what others said."""

REASONS = {
    "team": (gettext_lazy("is on the team"), gettext_lazy("is on the team")),
    "organisation": (gettext_lazy("works at %(what)s, as the team does"), gettext_lazy("works where the team does")),
    "parent": (
        gettext_lazy("works at an organisation that belongs together with %(what)s"),
        gettext_lazy("works at an organisation that belongs together with one of the team's"),
    ),
    "together": (
        gettext_lazy("proposed together with %(what)s in the last years"),
        gettext_lazy("proposed together with somebody of the team in the last years"),
    ),
    "papers": (
        gettext_lazy("published together with %(what)s in the last years"),
        gettext_lazy("published together with somebody of the team in the last years"),
    ),
    "declared": (gettext_lazy("declared: %(what)s"), gettext_lazy("declared a conflict of interest")),
    "excluded": (gettext_lazy("the applicant asks for somebody else"), gettext_lazy("cannot judge this proposal")),
    FEASIBILITY: (
        gettext_lazy("judged the feasibility at %(what)s in this call"),
        gettext_lazy("judged the feasibility at an instrument of it"),
    ),
}
"""In words, for those who may know the team; and for a reader of a call in which proposers are not named."""


@dataclass(frozen=True, order=True)
class Conflict:
    """One reason why a person does not judge a proposal; `what` names the organisation, person or instrument."""

    proposal: UUID
    person: UUID
    kind: str
    what: str

    @property
    def hides(self) -> bool:
        """Whether it hides what others think of the proposal as well."""
        return self.kind != FEASIBILITY

    def said(self, *, blind: bool = False) -> str:
        """The reason in words; `blind` names nobody."""
        full, nameless = REASONS[self.kind]
        return str(nameless) if blind else _(str(full)) % {"what": self.what}


FOUND = """
with recursive judge as materialized (
    select id, email, orcid, name, name_local from accounts_user where id = any(%(people)s::uuid[])
), wanted as materialized (
    select id, call_id, pi_id, organisation_id, excluded_names from programs_proposal where {wanted}
), home as materialized (
    select distinct held.user_id as person, held.organisation_id as organisation
    from accounts_affiliation held join judge on judge.id = held.user_id
    where held.starts_on <= %(today)s::date and (held.ends_on is null or held.ends_on > %(today)s::date)
), above(home, organisation) as (
    select organisation, organisation from home
    union
    select above.home, body.parent_id from above join accounts_organisation body on body.id = above.organisation
    where body.parent_id is not null
), below(home, organisation) as (
    select organisation, organisation from home
    union
    select below.home, body.id from below join accounts_organisation body on body.parent_id = below.organisation
), kin as (
    select home, organisation from above union select home, organisation from below
), mate as materialized (
    select member.proposal_id as proposal, member.person_id as person, member.orcid, member.email,
           member.organisation_id as organisation
    from programs_proposalmember member join wanted on wanted.id = member.proposal_id
    where member.state <> 'declined'
), knows as materialized (
    select distinct judge.id as person, other.person_id as fellow
    from judge
    join programs_proposalmember own on own.person_id = judge.id and own.state = 'joined'
    join programs_proposal joint on joint.id = own.proposal_id
         and coalesce(joint.submitted_at, joint.created_at) >= %(since)s::timestamptz
    join programs_proposalmember other on other.proposal_id = own.proposal_id and other.state = 'joined'
         and other.person_id <> judge.id
), author as materialized (
    select distinct written.publication_id as publication, judge.id as person
    from programs_authorship written
    join programs_publication paper on paper.id = written.publication_id and paper.year >= %(year)s::int
    join judge on judge.id = written.person_id or judge.orcid <> '' and judge.orcid = written.orcid
)
select mate.proposal, judge.id, 'team', ''
from mate join judge on judge.id = mate.person
     or mate.person is null
        and (judge.orcid <> '' and judge.orcid = mate.orcid or lower(judge.email) = lower(mate.email))
union
select wanted.id, judge.id, 'team', '' from wanted join judge on judge.id = wanted.pi_id
union
select placed.proposal, home.person,
       case when placed.organisation = home.organisation then 'organisation' else 'parent' end, body.name
from (
    select proposal, organisation from mate where organisation is not null
    union select id, organisation_id from wanted
) placed
join kin on kin.organisation = placed.organisation
join home on home.organisation = kin.home
join accounts_organisation body on body.id = placed.organisation
union
select mate.proposal, knows.person, 'together', fellow.name
from mate join knows on knows.fellow = mate.person join accounts_user fellow on fellow.id = mate.person
union
select mate.proposal, author.person, 'papers', written.name
from author
join programs_authorship written on written.publication_id = author.publication
join mate on mate.person = written.person_id or mate.orcid <> '' and mate.orcid = written.orcid
union
select said.proposal_id, said.person_id, 'declared', said.reason
from programs_conflictdeclaration said join wanted on wanted.id = said.proposal_id
join judge on judge.id = said.person_id
union
select barred.proposal_id, barred.user_id, 'excluded', ''
from programs_proposal_excluded_reviewers barred join wanted on wanted.id = barred.proposal_id
join judge on judge.id = barred.user_id
union
select wanted.id, judge.id, 'excluded', ''
from wanted cross join lateral regexp_split_to_table(wanted.excluded_names, '[\\n;,、;,]') as given(name)
join judge on lower(btrim(given.name)) in (lower(judge.name), lower(judge.name_local), lower(judge.email), judge.orcid)
where wanted.excluded_names <> '' and btrim(given.name) <> ''
union
select wanted.id, judge.id, 'feasibility', instrument.code
from programs_feasibility given
join judge on judge.id = given.by_id
join programs_leg judged on judged.id = given.leg_id
join programs_proposal there on there.id = judged.proposal_id
join wanted on wanted.call_id = there.call_id
join programs_leg leg on leg.proposal_id = wanted.id and leg.instrument_id = given.instrument_id
join facilities_instrument instrument on instrument.id = given.instrument_id
"""
SOME = "id = any(%(proposals)s::uuid[])"
ALL = "state <> 'draft'"


def conflicts(
    people: Iterable[UUID], proposals: Iterable[UUID] | None = None, *, at: datetime | None = None
) -> list[Conflict]:
    """Every reason for which one of these people must not judge one of these proposals (all that were submitted,
    unless given), in order: on the team, an organisation of the team or one above or below it, proposals or papers
    together in the last CONFLICT_YEARS, declared, excluded by the applicant, feasibility. People are the same by
    account, or by ORCID iD or address where the team's member has no account yet."""
    given = None if proposals is None else list(proposals)
    found = fetch(FOUND.format(wanted=ALL if given is None else SOME), _asked(people, given, at))
    return sorted(Conflict(*row) for row in found)


def reasons(people: Iterable[UUID], proposals: Iterable[UUID] | None = None) -> dict[tuple[UUID, UUID], list[Conflict]]:
    """The conflicts by person and proposal."""
    by_pair: dict[tuple[UUID, UUID], list[Conflict]] = {}
    for conflict in conflicts(people, proposals):
        by_pair.setdefault((conflict.person, conflict.proposal), []).append(conflict)
    return by_pair


def hidden_from(user: Any) -> list[UUID]:
    """The proposals of which a person sees no reviewer, score, comment or aggregate, in no order."""
    return list({conflict.proposal for conflict in conflicts([user.pk]) if conflict.hides})


def _asked(people: Iterable[UUID], proposals: list[UUID] | None, at: datetime | None) -> dict[str, Any]:
    moment = at or clock.now()
    since = moment - relativedelta(years=settings.CONFLICT_YEARS)
    return {
        "people": list(people),
        "today": moment.date(),
        "since": since,
        "year": since.year,
        "proposals": proposals or [],
    }
