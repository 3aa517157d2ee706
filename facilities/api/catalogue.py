"""API of the public catalogue."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Organisation
from core.api.views import ApiView, ListView, Public
from facilities.models import Course, Facility, Instrument, Technique
from facilities.queries import catalogue


def text(name: str, description: str, **more: Any) -> OpenApiParameter:
    return OpenApiParameter(name, str, description=description, **more)


class OrganisationBrief(serializers.ModelSerializer[Organisation]):
    class Meta:
        model = Organisation
        fields = ["id", "slug", "name", "name_local"]


class FacilityOut(serializers.ModelSerializer[Facility]):
    type = serializers.CharField(source="kind")
    organisation = OrganisationBrief(allow_null=True)
    instrument_count = serializers.IntegerField()

    class Meta:
        model = Facility
        fields = [
            "id", "slug", "name", "name_local", "acronym", "type", "status", "country", "city", "latitude", "longitude",
            "zone", "website", "description", "description_zh", "user_office_email", "office_opens", "office_closes",
            "office_weekdays", "organisation", "instrument_count",
        ]  # fmt: skip


class FacilityBrief(serializers.ModelSerializer[Facility]):
    class Meta:
        model = Facility
        fields = ["id", "slug", "name", "acronym", "country", "zone"]


class TechniqueBrief(serializers.ModelSerializer[Technique]):
    class Meta:
        model = Technique
        fields = ["id", "code", "label", "label_zh"]


class CourseBrief(serializers.ModelSerializer[Course]):
    class Meta:
        model = Course
        fields = ["id", "name"]


class InstrumentOut(serializers.ModelSerializer[Instrument]):
    facility = FacilityBrief()
    country = serializers.SerializerMethodField()
    techniques = TechniqueBrief(many=True)
    required_trainings = CourseBrief(many=True)

    class Meta:
        model = Instrument
        fields = [
            "id", "slug", "code", "name", "name_zh", "description", "facility", "country", "parent_id", "techniques",
            "required_trainings", "pidinst", "is_bookable", "requires_allocation", "unit", "unit_minutes",
            "granularity_minutes", "day_starts_at", "min_minutes", "max_minutes", "setup_minutes", "cooling_minutes",
            "notice_hours", "horizon_days", "hold_minutes", "capacity", "modes",
        ]  # fmt: skip

    def get_country(self, instrument: Instrument) -> str:
        return instrument.country or instrument.facility.country


class TechniqueOut(serializers.ModelSerializer[Technique]):
    broader: Any = serializers.SlugRelatedField(many=True, read_only=True, slug_field="code")

    class Meta:
        model = Technique
        fields = ["id", "code", "label", "label_zh", "alt_labels", "definition", "broader"]


class CatalogueList(Public, ListView):
    """A list of the catalogue; its filters are the keyword arguments of one query."""

    filters: Any = {}
    query: Any
    ordering: ClassVar[tuple[str, ...]] = ("name", "id")

    def get_queryset(self) -> QuerySet[Any]:
        given = self.request.query_params
        chosen = {argument: given[name].strip() for name, argument in self.filters.items() if given.get(name)}
        return type(self).query(**chosen)

    def get(self, request: Request) -> Response:
        return self.page(self.get_queryset(), lambda row: self.get_serializer(row).data)


class Facilities(CatalogueList):
    """Facilities by name."""

    serializer_class = FacilityOut
    query = staticmethod(catalogue.facilities_listed)
    filters = {
        "country": "country", "type": "kind", "technique": "technique", "search": "search",
        "organisation": "organisation",
    }  # fmt: skip

    @extend_schema(
        parameters=[
            text("country", "ISO 3166-1 alpha-2"),
            text("type", "kind of facility", enum=list(Facility.Kind.values)),
            text("technique", "id, PaNET code or label; an instrument there offers it or a narrower one"),
            text("organisation", "id or slug of the operator"),
            text("search", "words of name, acronym or city"),
        ]
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class FacilityPage(Public, ApiView):
    """One facility, by id or slug."""

    @extend_schema(responses=FacilityOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(FacilityOut(catalogue.find_facility(key)).data)


class Instruments(CatalogueList):
    """Instruments by facility and code."""

    serializer_class = InstrumentOut
    ordering: ClassVar[tuple[str, ...]] = ("facility_name", "code", "id")
    query = staticmethod(catalogue.instruments_listed)
    filters = {name: name for name in ("facility", "technique", "unit", "country", "search")}

    @extend_schema(
        parameters=[
            text("facility", "id or slug"),
            text("technique", "id, PaNET code or label; narrower terms match too"),
            text("unit", "unit in which time is counted", enum=list(Instrument.Unit.values)),
            text("country", "ISO 3166-1 alpha-2, of the instrument or its facility"),
            text("search", "words of the instrument, its facility or its techniques"),
        ]
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


class InstrumentPage(Public, ApiView):
    """One instrument, by id or slug."""

    @extend_schema(responses=InstrumentOut)
    def get(self, request: Request, key: str) -> Response:
        return Response(InstrumentOut(catalogue.find_instrument(key)).data)


class Techniques(CatalogueList):
    """Terms of the technique vocabulary, by label."""

    serializer_class = TechniqueOut
    ordering: ClassVar[tuple[str, ...]] = ("label", "id")
    query = staticmethod(catalogue.techniques_listed)
    filters = {"search": "search", "broader": "broader"}

    @extend_schema(
        parameters=[
            text("search", "words of a label, in English or Chinese, or a code"),
            text("broader", "id, code or label: this term and every narrower one"),
        ]
    )
    def get(self, request: Request) -> Response:
        return super().get(request)


urlpatterns = [
    path("facilities", Facilities.as_view()),
    path("facilities/<str:key>", FacilityPage.as_view()),
    path("instruments", Instruments.as_view()),
    path("instruments/<str:key>", InstrumentPage.as_view()),
    path("techniques", Techniques.as_view()),
]
