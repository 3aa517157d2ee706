"""Pages that need no account."""

from frontend.views.public import alliance, catalogue, hall, industry, machines

urlpatterns = [
    *alliance.urlpatterns,
    *catalogue.urlpatterns,
    *hall.urlpatterns,
    *industry.urlpatterns,
    *machines.urlpatterns,
]
