"""API of alliances: their members, governance, documents, events and news."""

from alliance.api import documents, meetings, news, offices, voting

urlpatterns = [
    *documents.urlpatterns,
    *meetings.urlpatterns,
    *news.urlpatterns,
    *offices.urlpatterns,
    *voting.urlpatterns,
]
