"""API of alliances: their members, governance, documents, events and news."""

from alliance.api import desk, documents, events, meetings, members, news, offices, privacy, voting

urlpatterns = [
    *desk.urlpatterns,
    *documents.urlpatterns,
    *events.urlpatterns,
    *meetings.urlpatterns,
    *members.urlpatterns,
    *news.urlpatterns,
    *offices.urlpatterns,
    *privacy.urlpatterns,
    *voting.urlpatterns,
]
