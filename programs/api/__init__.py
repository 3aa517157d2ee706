"""API of joint programmes, calls, proposals, reviews and what came of them."""

from programs.api import cooperation, industry

urlpatterns = [*cooperation.urlpatterns, *industry.urlpatterns]
