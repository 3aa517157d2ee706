"""API of a secretariat's desk: what waits, what ends soon, what was promised."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.models import Alliance
from alliance.permissions.governance import RUN
from alliance.permissions.membership import MANAGE
from alliance.queries import desk
from alliance.queries.alliances import find_alliance
from alliance.rules.days import today_in
from core.api.views import ApiView
from core.errors import NotFound
from core.permissions import allowed


class WaitingOut(serializers.Serializer[Any]):
    """Something that waits for the office: an application, a motion, a version of a document, a registration."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    title = serializers.CharField()
    state = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True, help_text="since when, or until when")
    count = serializers.IntegerField(allow_null=True, help_text="people registered")


class EndingOut(serializers.Serializer[Any]):
    """Something that ends on a day (half-open); `within` is the alert that it has passed, in days, 0 once over."""

    kind = serializers.CharField()
    id = serializers.UUIDField()
    title = serializers.CharField()
    ends_on = serializers.DateField()
    within = serializers.IntegerField()


class PromiseOut(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    owner = serializers.CharField()
    due_on = serializers.DateField()
    is_overdue = serializers.BooleanField()


class DeskOut(serializers.Serializer[Any]):
    waiting = WaitingOut(many=True)
    ending = EndingOut(many=True)
    promised = PromiseOut(many=True)


class Desk(ApiView):
    """For who manages the members or runs the governance of an alliance; each line as far as they may see it."""

    @extend_schema(responses=DeskOut)
    def get(self, request: Request, key: str) -> Response:
        alliance = find_alliance(key)
        if not any(allowed(self.me, right, alliance) for right in (MANAGE, RUN)):
            raise NotFound
        return Response(DeskOut(_desk(alliance, self.me)).data)


def _desk(alliance: Alliance, user: Any) -> dict[str, Any]:
    today = today_in(alliance)
    waiting = [
        _waits("application", row, str(row.organisation), row.submitted_at)
        for row in desk.applications_at(alliance, user)
    ]
    waiting += [
        _waits("motion", row, row.title, row.ballot.closes_at if row.state == "open" else None)
        for row in desk.motions_at(alliance, user)
    ]
    waiting += [_waits("version", row, row.document.title, row.updated_at) for row in desk.versions_at(alliance, user)]
    waiting += [
        _waits("registration", event, event.title, event.registration_until, registered)
        for event, registered in desk.registrations_at(alliance, user)
    ]
    ending = [
        _ends("term", each, f"{each.what.office}: {each.what.name}") for each in desk.terms_ending(alliance, today)
    ]
    ending += [
        _ends("membership", each, str(each.what.organisation))
        for each in desk.memberships_ending(alliance, user, today)
    ]
    ending += [
        _ends("representative", each, f"{each.what.name}, {each.what.membership.organisation}")
        for each in desk.representations_ending(alliance, user, today)
    ]
    promised = [
        {
            "id": item.pk,
            "title": item.title,
            "owner": str(item.owner or item.owner_organisation),
            "due_on": item.due_on,
            "is_overdue": item.due_on < today,
        }
        for item in desk.promised(alliance, user, today)
    ]
    return {"waiting": waiting, "ending": sorted(ending, key=lambda line: line["ends_on"]), "promised": promised}


def _waits(kind: str, row: Any, title: str, at: Any, count: int | None = None) -> dict[str, Any]:
    return {"kind": kind, "id": row.pk, "title": title, "state": row.state, "at": at, "count": count}


def _ends(kind: str, each: desk.Ending, title: str) -> dict[str, Any]:
    return {"kind": kind, "id": each.what.pk, "title": title, "ends_on": each.ends_on, "within": each.within}


urlpatterns = [path("alliances/<str:key>/desk", Desk.as_view())]
