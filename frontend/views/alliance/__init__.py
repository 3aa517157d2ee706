"""Pages of an alliance's own life: membership, governance, documents, events and circulars."""

from frontend.views.alliance import governance, meetings

urlpatterns = [*governance.urlpatterns, *meetings.urlpatterns]
