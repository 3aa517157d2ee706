"""API of alliances: their members, governance, documents, events and news."""

from alliance.api import documents, events, meetings, news, offices, voting

urlpatterns = [
    *documents.urlpatterns,
    *events.urlpatterns,
    *meetings.urlpatterns,
    *news.urlpatterns,
    *offices.urlpatterns,
    *voting.urlpatterns,
]
