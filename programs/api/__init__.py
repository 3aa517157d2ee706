"""API of joint programmes, calls, proposals, reviews and what came of them."""

from programs.api import calls, cooperation, industry, legs, questionnaires, reviews, rounds

urlpatterns = [
    *reviews.urlpatterns,
    *legs.urlpatterns,
    *cooperation.urlpatterns,
    *rounds.urlpatterns,
    *calls.urlpatterns,
    *questionnaires.urlpatterns,
    *industry.urlpatterns,
]
