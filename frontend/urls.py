"""The addresses of all pages; each group of pages keeps its own list beside its views."""

from frontend.views import account, notices, public

urlpatterns = [*public.urlpatterns, *account.urlpatterns, *notices.urlpatterns]
