"""API of the trainings that a facility requires: which there are, and who has passed one."""

from typing import Any

from django.db.models import Prefetch, QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.views import ApiView, ListView
from core.lookup import find
from core.permissions import containers
from facilities.commands.trainings import add_course, record_training
from facilities.models import Course, Facility, Instrument, TrainingRecord
from facilities.queries.catalogue import find_facility
from workflow.queries import people_at


class CourseOut(serializers.ModelSerializer[Course]):
    instruments: Any = serializers.SlugRelatedField(slug_field="slug", many=True, read_only=True)

    class Meta:
        model = Course
        fields = ["id", "name", "name_zh", "validity_months", "instruments"]
        ref_name = "RequiredTraining"


class CourseIn(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=200)
    name_zh = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    validity_months = serializers.IntegerField(required=False, default=12, min_value=1, max_value=600)
    instruments = serializers.ListField(
        child=serializers.CharField(), required=False, default=list, help_text="ids or slugs; it is required there"
    )


class PassedOut(serializers.ModelSerializer[TrainingRecord]):
    person = serializers.CharField(source="user.name")
    training = serializers.CharField(source="course.name")

    class Meta:
        model = TrainingRecord
        fields = ["id", "person", "course", "training", "passed_on", "valid_until"]


class PassedIn(serializers.Serializer[Any]):
    email = serializers.EmailField(help_text="of an account here")
    course = serializers.UUIDField()
    passed_on = serializers.DateField()


class Courses(ApiView):
    """Trainings that a facility requires and at which instruments; its managers require a further one."""

    @extend_schema(responses=CourseOut(many=True))
    def get(self, request: Request, key: str) -> Response:
        return Response(CourseOut(courses_of(find_facility(key)), many=True).data)

    @extend_schema(request=CourseIn, responses={201: CourseOut})
    def post(self, request: Request, key: str) -> Response:
        facility = find_facility(key)
        given = CourseIn(data=request.data)
        given.is_valid(raise_exception=True)
        told = dict(given.validated_data)
        instruments = Instrument.objects.filter(archived_at=None)
        told["instruments"] = [find(instruments, each) for each in told["instruments"]]
        course = add_course(facility, by=self.me, **told)
        return Response(CourseOut(course).data, status=201)


class Passed(ListView):
    """Who has passed which training of a facility, the latest first, for those who run its sessions; they record it."""

    serializer_class = PassedOut

    def get_queryset(self) -> QuerySet[TrainingRecord]:
        rows = TrainingRecord.objects.filter(course__facility=self._facility()).select_related("user", "course")
        return rows.order_by("-passed_on", "-id")

    def get(self, request: Request, key: str) -> Response:
        return self.page(self.get_queryset(), lambda row: PassedOut(row).data)

    @extend_schema(request=PassedIn, responses={201: PassedOut})
    def post(self, request: Request, key: str) -> Response:
        facility = self._facility()
        given = PassedIn(data=request.data)
        given.is_valid(raise_exception=True)
        course = find(facility.courses.filter(archived_at=None), given.validated_data["course"])
        [person] = people_at([given.validated_data["email"]])
        record = record_training(course, person, given.validated_data["passed_on"], by=self.me)
        return Response(PassedOut(record).data, status=201)

    def _facility(self) -> Facility:
        """Who is trained is nobody else's to know: NotFound."""
        found: Facility = find(
            containers(self.me, "facilities.run_sessions", Facility.objects.all()), self.kwargs["key"]
        )
        return found


def courses_of(facility: Facility) -> QuerySet[Course]:
    """By name, each with the instruments that require it."""
    instruments = Prefetch("instruments", Instrument.objects.filter(archived_at=None).order_by("code", "id"))
    return facility.courses.filter(archived_at=None).prefetch_related(instruments).order_by("name", "id")


urlpatterns = [
    path("facilities/<str:key>/trainings", Courses.as_view()),
    path("facilities/<str:key>/trainings/passed", Passed.as_view()),
]
