"""Pages that need no account."""

from frontend.views.public import alliance, catalogue, hall

urlpatterns = [*alliance.urlpatterns, *catalogue.urlpatterns, *hall.urlpatterns]
