"""API of joint programmes, calls, proposals, reviews and what came of them."""

from programs.api import cooperation

urlpatterns = cooperation.urlpatterns
