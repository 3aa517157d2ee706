"""API of alliances: their members, governance, documents, events and news."""

from alliance.api import meetings, offices, voting

urlpatterns = [*voting.urlpatterns, *offices.urlpatterns, *meetings.urlpatterns]
