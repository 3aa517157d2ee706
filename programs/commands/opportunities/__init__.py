"""Everything that writes offers of places and the applications for them."""

from programs.commands.opportunities.answering import (
    accept_place,
    decline_place,
    give_place_back,
    lapse_offers,
)
from programs.commands.opportunities.applying import (
    add_candidacy_file,
    edit_candidacy,
    nominate,
    remove_candidacy_file,
    start_candidacy,
    submit_candidacy,
    withdraw_candidacy,
)
from programs.commands.opportunities.deciding import (
    check_candidacy,
    offer_place,
    rank_candidacy,
    refuse_candidacy,
    reserve_candidacy,
)
from programs.commands.opportunities.drafting import (
    Places,
    draft_opportunity,
    edit_opportunity,
    finish_opportunity,
    publish_opportunity,
    take_down_opportunity,
)

__all__ = [
    "Places",
    "accept_place",
    "add_candidacy_file",
    "check_candidacy",
    "decline_place",
    "draft_opportunity",
    "edit_candidacy",
    "edit_opportunity",
    "finish_opportunity",
    "give_place_back",
    "lapse_offers",
    "nominate",
    "offer_place",
    "publish_opportunity",
    "rank_candidacy",
    "refuse_candidacy",
    "remove_candidacy_file",
    "reserve_candidacy",
    "start_candidacy",
    "submit_candidacy",
    "take_down_opportunity",
    "withdraw_candidacy",
]
