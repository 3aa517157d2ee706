"""The trainings of a facility: which there are, who has passed one, and what is new."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Prefetch
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from core.permissions import allowed, containers
from facilities.commands.trainings import add_course, record_training
from facilities.models import Facility, Instrument, TrainingRecord
from frontend.forms.facilities.trainings import CourseForm, PassedForm
from frontend.paging import paged


@login_required
def trainings(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who run sessions there; a new training is for those who keep the calendar."""
    rows = containers(request.user, "facilities.run_sessions", Facility.objects.all())
    facility = get_object_or_404(rows, slug=slug)
    do = request.POST.get("do")
    passed = PassedForm(request.POST if do == "passed" else None, facility=facility)
    keeps = allowed(request.user, "facilities.manage_calendar", facility)
    course = CourseForm(request.POST if do == "course" else None, facility=facility) if keeps else None
    if do == "passed" and passed.is_valid():
        with passed.blamed():
            given = passed.cleaned_data
            record_training(given["course"], given["person"], given["passed_on"], by=request.user)
            messages.success(request, _("The training is recorded."))
            return redirect("trainings", slug)
    if do == "course" and course is not None and course.is_valid():
        with course.blamed():
            add_course(facility, by=request.user, **course.cleaned_data)
            messages.success(request, _("The training is required from now on."))
            return redirect("trainings", slug)
    records = TrainingRecord.objects.filter(course__facility=facility).select_related("user", "course")
    instruments = Prefetch("instruments", Instrument.objects.filter(archived_at=None).order_by("code", "id"))
    shown = {
        "facility": facility,
        "passed": passed,
        "course": course,
        "courses": facility.courses.filter(archived_at=None).prefetch_related(instruments),
        "paging": paged(records.order_by("-passed_on", "-id"), request.GET),
    }
    wrong = passed.errors or (course is not None and course.errors)
    return render(request, "calendars/trainings.html", shown, status=422 if wrong else 200)


urlpatterns = [path("calendar/<slug:slug>/trainings/", trainings, name="trainings")]
