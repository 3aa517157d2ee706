"""The list of proposals: which are shown, what the reader may begin, who asks them to join."""

from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from frontend.forms.proposals.pages import ProposalFilters
from frontend.paging import Page, paged
from programs.models import ProposalMember
from programs.queries.calls.listing import open_calls
from programs.queries.proposals.listing import (
    calls_of_proposals,
    invitations_of,
    proposals_listed,
)


@dataclass(frozen=True)
class ProposalsPage:
    form: ProposalFilters
    page: Page
    asked: bool
    can_begin: bool
    invitations: list[ProposalMember]


def proposals_page(user: Any, asked: QueryDict) -> ProposalsPage:
    form = ProposalFilters(asked, calls=calls_of_proposals(user))
    filters = form.asked()
    return ProposalsPage(
        form=form,
        page=paged(proposals_listed(user, **filters), asked),
        asked=any(filters.values()),
        can_begin=open_calls(user).exists(),
        invitations=list(invitations_of(user)),
    )
