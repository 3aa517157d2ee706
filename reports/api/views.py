"""API of saved views: those that one finds, saving, renaming, sharing and forgetting them."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alliance.models import Alliance
from core.api.views import ApiView, ListView
from core.lookup import find
from facilities.models import Facility
from reports.commands import subscriptions, views
from reports.models import SavedView, Subscription
from reports.queries.views import views_visible_to


class ViewOut(serializers.ModelSerializer[SavedView]):
    """`address` is the page with its filters; `mine` says whether the reader saved it."""

    address = serializers.CharField()
    owner = serializers.CharField(source="owner.name")
    alliance = serializers.CharField(source="alliance.slug", default="")
    facility = serializers.CharField(source="facility.slug", default="")
    mine = serializers.SerializerMethodField()

    class Meta:
        model = SavedView
        fields = ["id", "name", "address", "path", "query", "audience", "alliance", "facility", "owner", "mine",
                  "created_at"]  # fmt: skip

    def get_mine(self, view: SavedView) -> bool:
        return bool(view.owner_id == self.context["user"].pk)


class AudienceIn(serializers.Serializer[Any]):
    """`alliance` or `facility`: identifier or slug of the one whose readers find it."""

    audience = serializers.ChoiceField(choices=SavedView.Audience.choices, required=False)
    alliance = serializers.CharField(required=False, allow_blank=True)
    facility = serializers.CharField(required=False, allow_blank=True)

    def with_containers(self) -> dict[str, Any]:
        """What was given, with its alliance and facility as rows. Raises NotFound."""
        given = dict(self.validated_data)
        for name, model in (("alliance", Alliance), ("facility", Facility)):
            key = given.pop(name, "")
            given[name] = find(model.objects.all(), key) if key else None
        return given


class ViewIn(AudienceIn):
    """`address` is path and query of a page of figures; with `moving` its period is left out and always the latest."""

    name = serializers.CharField(max_length=120)
    address = serializers.CharField(max_length=2200)
    moving = serializers.BooleanField(required=False, default=False)


class ViewChange(AudienceIn):
    name = serializers.CharField(max_length=120, required=False)


class Views(ListView):
    """Saved views that you find: your own and those shared with you, by name."""

    @extend_schema(responses=ViewOut(many=True))
    def get(self, request: Request) -> Response:
        return self.page(views_visible_to(self.me), self.shown)

    @extend_schema(request=ViewIn, responses={201: ViewOut})
    def post(self, request: Request) -> Response:
        given = ViewIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.with_containers()
        view = views.save_view(told.pop("name"), told.pop("address"), by=self.me, **told)
        return Response(self.shown(view), status=201)

    def shown(self, view: SavedView) -> dict[str, Any]:
        return dict(ViewOut(view, context={"user": self.me}).data)


class ViewPage(ApiView):
    """One saved view. Only who saved it changes it."""

    @extend_schema(responses=ViewOut)
    def get(self, request: Request, key: str) -> Response:
        return self.shown(find(views_visible_to(self.me), key))

    @extend_schema(request=ViewChange, responses=ViewOut)
    def patch(self, request: Request, key: str) -> Response:
        view = find(views_visible_to(self.me), key)
        given = ViewChange(data=request.data)
        given.is_valid(raise_exception=True)
        told = given.with_containers()
        if name := told.pop("name", ""):
            view = views.rename_view(view, name, by=self.me)
        if audience := told.pop("audience", ""):
            view = views.share_view(view, audience, by=self.me, **told)
        return self.shown(view)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        views.delete_view(find(views_visible_to(self.me), key), by=self.me)
        return Response(status=204)

    def shown(self, view: SavedView) -> Response:
        return Response(ViewOut(view, context={"user": self.me}).data)


class SubscriptionIn(serializers.ModelSerializer[Subscription]):
    class Meta:
        model = Subscription
        fields = ["rhythm"]


class SubscriptionOut(SubscriptionIn):
    class Meta(SubscriptionIn.Meta):
        fields = ["id", "rhythm", "next_at", "sent_at"]


class SubscriptionPage(ApiView):
    """Have a view sent to yourself as PDF, change how often, or end it."""

    @extend_schema(request=SubscriptionIn, responses=SubscriptionOut)
    def put(self, request: Request, key: str) -> Response:
        view = find(views_visible_to(self.me), key)
        given = SubscriptionIn(data=request.data)
        given.is_valid(raise_exception=True)
        held = subscriptions.subscribe(view, given.validated_data.get("rhythm", "monthly"), by=self.me)
        return Response(SubscriptionOut(held).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, key: str) -> Response:
        for held in Subscription.objects.filter(view=find(views_visible_to(self.me), key), person=self.me):
            subscriptions.unsubscribe(held, by=self.me)
        return Response(status=204)


urlpatterns = [
    path("views", Views.as_view()),
    path("views/<str:key>", ViewPage.as_view()),
    path("views/<str:key>/subscription", SubscriptionPage.as_view()),
]
