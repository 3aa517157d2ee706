"""Pages that need no account."""

from frontend.views.public import alliance, catalogue, hall, industry

urlpatterns = [*alliance.urlpatterns, *catalogue.urlpatterns, *hall.urlpatterns, *industry.urlpatterns]
