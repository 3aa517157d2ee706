"""API of joint programmes, calls, proposals, reviews and what came of them."""

from programs.api import (
    after,
    assessments,
    calls,
    cooperation,
    finding,
    industry,
    legs,
    opportunities,
    outcomes,
    panels,
    proposals,
    questionnaires,
    reviews,
    rounds,
    showcase,
    standing,
)

urlpatterns = [
    *finding.urlpatterns,
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
    *showcase.urlpatterns,
    *opportunities.urlpatterns,
    *outcomes.urlpatterns,
    *standing.urlpatterns,
]
