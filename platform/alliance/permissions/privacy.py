"""Who a person is to a request about data: its person, or the office that runs the members of the main alliance."""

from typing import Any

from django.db.models import QuerySet

from alliance.models import DataRequest
from alliance.queries.public import main_alliance
from core.permissions import allowed


def is_data_office(user: Any) -> bool:
    """Whether somebody answers for the data of everybody here."""
    alliance = main_alliance()
    return alliance is not None and allowed(user, "alliance.manage_members", alliance)


def request_parties(user: Any, request: DataRequest) -> frozenset[str]:
    """`person` and nothing else for one's own; `office`; `system`."""
    if not user.is_authenticated or not user.is_active:
        return frozenset()
    if user.is_system:
        return frozenset({"system"})
    if request.person_id == user.pk:
        return frozenset({"person"})
    return frozenset({"office"} if is_data_office(user) else ())


def data_requests_visible_to(user: Any) -> QuerySet[DataRequest]:
    """One's own; all of them for the office, which sees that and what is asked, never the copy itself."""
    if not user.is_authenticated or not user.is_active:
        return DataRequest.objects.none()
    rows = DataRequest.objects.select_related("person")
    if not is_data_office(user):
        rows = rows.filter(person=user)
    return rows.order_by("-created_at", "-id")
