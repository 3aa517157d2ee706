"""API of the reports, one module per matter."""

from reports.api import annual, figures, views

urlpatterns = [*figures.urlpatterns, *views.urlpatterns, *annual.urlpatterns]
