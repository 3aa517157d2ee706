"""API of the reports, one module per matter."""

from reports.api import figures, views

urlpatterns = [*figures.urlpatterns, *views.urlpatterns]
