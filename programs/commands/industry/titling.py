"""The title of a company's work is published or withdrawn by the office; all else stays between the two (R-33)."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from core import audit
from core.errors import NotPermitted, WrongState
from programs.commands.industry.moving import locked
from programs.models import IndustrialRequest, PublishedTitle
from programs.permissions.industry import TITLED, may_publish_title


@transaction.atomic
def publish_title(request: IndustrialRequest, *, by: Any, note: str = "") -> IndustrialRequest:
    """Everybody may read the title with the facility from now on, neither company nor question. Once is enough.

    Raises NotPermitted, and WrongState before the agreement is signed.
    """
    request = _permitted(request, by=by)
    if request.state not in TITLED:
        raise WrongState(_("A title is published once the agreement is signed."))
    _row, made = PublishedTitle.objects.get_or_create(request=request, defaults={"title": request.title, "by": by})
    if made:
        audit.record("publish-title", request, by=by, note=note, title=request.title)
    return request


@transaction.atomic
def withdraw_title(request: IndustrialRequest, *, by: Any, note: str = "") -> IndustrialRequest:
    """Nobody else reads the title any more. Raises NotPermitted."""
    request = _permitted(request, by=by)
    deleted, _models = PublishedTitle.objects.filter(request=request).delete()
    if deleted:
        audit.record("withdraw-title", request, by=by, note=note)
    return request


def _permitted(request: IndustrialRequest, *, by: Any) -> IndustrialRequest:
    request = locked(request)
    if not may_publish_title(by, request):
        raise NotPermitted(_("The office of the facility publishes titles."))
    return request
