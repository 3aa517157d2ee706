"""API of the reports, one module per matter."""

from reports.api import figures

urlpatterns = [*figures.urlpatterns]
