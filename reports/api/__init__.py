"""API of the reports, one module per matter."""

from reports.api import annual, boards, figures, views

urlpatterns = [*figures.urlpatterns, *views.urlpatterns, *annual.urlpatterns, *boards.urlpatterns]
