"""Pages that need no account."""

from frontend.views.public import alliance, catalogue, documents, feeds, hall, industry, machines

urlpatterns = [
    *alliance.urlpatterns,
    *catalogue.urlpatterns,
    *documents.urlpatterns,
    *feeds.urlpatterns,
    *hall.urlpatterns,
    *industry.urlpatterns,
    *machines.urlpatterns,
]
