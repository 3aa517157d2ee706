"""Pages that need no account."""

from frontend.views.public import alliance, catalogue

urlpatterns = [*alliance.urlpatterns, *catalogue.urlpatterns]
