"""The addresses of all pages; each group of pages keeps its own list beside its views."""

from frontend.views import (
    account,
    alliance,
    calls,
    facilities,
    notices,
    programs,
    proposals,
    public,
    reports,
    work,
)

urlpatterns = [
    *public.urlpatterns,
    *account.urlpatterns,
    *work.urlpatterns,
    *alliance.urlpatterns,
    *facilities.urlpatterns,
    *notices.urlpatterns,
    *reports.urlpatterns,
    *programs.urlpatterns,
    *calls.urlpatterns,
    *proposals.urlpatterns,
]
