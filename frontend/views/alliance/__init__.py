"""Pages of an alliance's own life: membership, governance, documents, events, circulars, and people's own data."""

from frontend.views.alliance import governance, meetings, privacy, voting

urlpatterns = [
    *governance.urlpatterns,
    *meetings.urlpatterns,
    *privacy.urlpatterns,
    *voting.urlpatterns,
]
