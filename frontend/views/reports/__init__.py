"""Pages of the figures: reports, dashboards, saved views, targets and notes, annual reports."""

from frontend.views.reports import annual, dashboards, figures, said, saved

urlpatterns = [
    *annual.urlpatterns,
    *said.urlpatterns,
    *figures.urlpatterns,
    *saved.urlpatterns,
    *dashboards.urlpatterns,
]
