"""API of membership: who is a member and how they stand, who speaks for them, and who asks to join."""

from alliance.api.members import applications, memberships, representatives

urlpatterns = [*applications.urlpatterns, *representatives.urlpatterns, *memberships.urlpatterns]
