"""Pages that need no account."""

from frontend.views.public import alliance, catalogue, documents, events, feeds, hall, industry, machines

urlpatterns = [
    *alliance.urlpatterns,
    *catalogue.urlpatterns,
    *documents.urlpatterns,
    *events.urlpatterns,
    *feeds.urlpatterns,
    *hall.urlpatterns,
    *industry.urlpatterns,
    *machines.urlpatterns,
]
