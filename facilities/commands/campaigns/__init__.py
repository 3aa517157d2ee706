"""Commands on campaigns: check, ask for, and withdraw time at several facilities that holds together."""

from facilities.commands.campaigns.asking import (
    CampaignCheck,
    CampaignWish,
    LegWish,
    check_campaign,
    request_campaign,
)
from facilities.commands.campaigns.ending import withdraw_campaign

__all__ = ["CampaignCheck", "CampaignWish", "LegWish", "check_campaign", "request_campaign", "withdraw_campaign"]
