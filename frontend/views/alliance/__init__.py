"""Pages of an alliance's own life: membership, governance, documents, events, circulars, and people's own data."""

from frontend.views.alliance import circulars, documents, governance, meetings, news, privacy, voting

urlpatterns = [
    *circulars.urlpatterns,
    *documents.urlpatterns,
    *governance.urlpatterns,
    *meetings.urlpatterns,
    *news.urlpatterns,
    *privacy.urlpatterns,
    *voting.urlpatterns,
]
