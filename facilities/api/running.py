"""API of the run: handover notes of an instrument, what a facility wants to see before one, user agreements."""

from typing import Any

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.queries import find_organisation
from core.api.views import ApiView, ListView
from core.errors import NotFound
from core.permissions import allowed
from facilities.api.reading import Reader
from facilities.commands.readiness import record_agreement, set_run_terms
from facilities.commands.running import leave_note
from facilities.models import Facility, HandoverNote, RunTerms, UserAgreement
from facilities.queries.catalogue import find_facility, find_instrument
from facilities.queries.running import notes_visible_to

DAYS = 400


class NoteOut(serializers.ModelSerializer[HandoverNote]):
    instrument_slug = serializers.CharField(source="instrument.slug")
    who = serializers.CharField(source="by.name")
    when = serializers.DateTimeField(source="created_at")

    class Meta:
        model = HandoverNote
        fields = ["id", "instrument_slug", "who", "when", "text"]


class NoteIn(serializers.Serializer[Any]):
    text = serializers.CharField(max_length=4000)


class Notes(ListView):
    """Handover notes of an instrument, newest first: for its staff, and for the team that runs there now."""

    serializer_class = NoteOut

    @extend_schema(responses=NoteOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        rows = notes_visible_to(self.me).filter(instrument=find_instrument(key))
        return self.page(rows, lambda row: self.get_serializer(row).data)

    @extend_schema(request=NoteIn, responses={201: NoteOut})
    def post(self, request: Request, key: str) -> Response:
        read = Reader(request.data)
        text = read.text("text", most=4000, required=True)
        read.done()
        return Response(NoteOut(leave_note(find_instrument(key), by=self.me, text=text)).data, status=201)


class TermsOut(serializers.ModelSerializer[RunTerms]):
    class Meta:
        model = RunTerms
        fields = [
            "team_form", "form_days_onsite", "form_days_remote", "missing_form_cancels", "agreement", "site_access",
            "safety_days",
        ]  # fmt: skip


class Terms(ApiView):
    """What a facility wants to see before a booking runs."""

    @extend_schema(responses=TermsOut)
    def get(self, request: Request, key: str) -> Response:
        facility = find_facility(key)
        return Response(TermsOut(RunTerms.objects.filter(facility=facility).first() or RunTerms()).data)

    @extend_schema(request=TermsOut, responses=TermsOut)
    def put(self, request: Request, key: str) -> Response:
        read = Reader(request.data)
        fields: dict[str, Any] = {}
        for name in ("team_form", "missing_form_cancels", "agreement", "site_access"):
            if name in read.data:
                fields[name] = read.flag(name)
        for name in ("form_days_onsite", "form_days_remote", "safety_days"):
            if (days := read.whole(name, most=DAYS)) is not None:
                fields[name] = days
        read.done()
        return Response(TermsOut(set_run_terms(find_facility(key), by=self.me, **fields)).data)


class AgreementOut(serializers.ModelSerializer[UserAgreement]):
    organisation = serializers.CharField(source="organisation.slug")

    class Meta:
        model = UserAgreement
        fields = ["id", "organisation", "signed_on", "valid_until"]


class AgreementIn(serializers.Serializer[Any]):
    organisation = serializers.CharField(help_text="id or slug")
    signed_on = serializers.DateField()
    valid_until = serializers.DateField(required=False, allow_null=True)


class Agreements(ListView):
    """User agreements that organisations have signed with a facility, for those who keep its calendar."""

    serializer_class = AgreementOut
    ordering = ("organisation_id", "signed_on", "id")

    @extend_schema(responses=AgreementOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        facility = self._kept(key)
        rows = UserAgreement.objects.filter(facility=facility).select_related("organisation").order_by(*self.ordering)
        return self.page(rows, lambda row: self.get_serializer(row).data)

    @extend_schema(request=AgreementIn, responses={201: AgreementOut})
    def post(self, request: Request, key: str) -> Response:
        read = Reader(request.data)
        name = read.text("organisation", most=120, required=True)
        signed_on, valid_until = read.day("signed_on", required=True), read.day("valid_until")
        read.done()
        assert signed_on is not None
        made = record_agreement(
            self._kept(key), find_organisation(name), signed_on, by=self.me, valid_until=valid_until
        )
        return Response(AgreementOut(made).data, status=201)

    def _kept(self, key: str) -> Facility:
        facility = find_facility(key)
        if not allowed(self.me, "facilities.manage_calendar", facility):
            raise NotFound()
        return facility


urlpatterns = [
    path("instruments/<str:key>/notes", Notes.as_view()),
    path("facilities/<str:key>/run-terms", Terms.as_view()),
    path("facilities/<str:key>/agreements", Agreements.as_view()),
]
