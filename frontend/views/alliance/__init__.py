"""Pages of an alliance's own life: membership, governance, documents, events, circulars, and people's own data."""

from frontend.views.alliance import (
    applications,
    circulars,
    desk,
    documents,
    events,
    governance,
    meetings,
    membership,
    news,
    people,
    plans,
    privacy,
    voting,
)

urlpatterns = [
    *applications.urlpatterns,
    *circulars.urlpatterns,
    *desk.urlpatterns,
    *documents.urlpatterns,
    *events.urlpatterns,
    *governance.urlpatterns,
    *meetings.urlpatterns,
    *membership.urlpatterns,
    *news.urlpatterns,
    *people.urlpatterns,
    *plans.urlpatterns,
    *privacy.urlpatterns,
    *voting.urlpatterns,
]
