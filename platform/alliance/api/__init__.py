"""API of alliances: their members, governance, documents, events and news."""

from alliance.api import voting

urlpatterns = [*voting.urlpatterns]
