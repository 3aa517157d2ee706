"""API of joint programmes, calls, proposals, reviews and what came of them."""

from programs.api import (
    after,
    assessments,
    calls,
    cooperation,
    industry,
    legs,
    opportunities,
    outcomes,
    panels,
    proposals,
    questionnaires,
    reviews,
    rounds,
    standing,
)

urlpatterns = [
    *after.urlpatterns,
    *reviews.urlpatterns,
    *assessments.urlpatterns,
    *panels.urlpatterns,
    *legs.urlpatterns,
    *cooperation.urlpatterns,
    *rounds.urlpatterns,
    *proposals.urlpatterns,
    *calls.urlpatterns,
    *questionnaires.urlpatterns,
    *industry.urlpatterns,
    *opportunities.urlpatterns,
    *outcomes.urlpatterns,
    *standing.urlpatterns,
]
