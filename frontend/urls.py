"""The addresses of all pages; each group of pages keeps its own list beside its views."""

from frontend.views import (
    account,
    allocations,
    blocks,
    bookings,
    calendars,
    decisions,
    equipment,
    notices,
    planning,
    programs,
    public,
    reports,
    requesting,
    routes,
    work,
)

urlpatterns = [
    *public.urlpatterns,
    *account.urlpatterns,
    *work.urlpatterns,
    *requesting.urlpatterns,
    *bookings.urlpatterns,
    *allocations.urlpatterns,
    *decisions.urlpatterns,
    *calendars.urlpatterns,
    *blocks.urlpatterns,
    *planning.urlpatterns,
    *equipment.urlpatterns,
    *routes.urlpatterns,
    *notices.urlpatterns,
    *reports.urlpatterns,
    *programs.urlpatterns,
]
