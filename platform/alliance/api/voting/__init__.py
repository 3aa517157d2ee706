"""API of motions, their votes, results, resolutions and rules."""

from alliance.api.voting import motions, resolutions

urlpatterns = [*motions.urlpatterns, *resolutions.urlpatterns]
