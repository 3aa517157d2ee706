"""API of events: the list, one event with its moves and programme, its people and figures."""

from alliance.api.events import attending, hosting, reading, writing

urlpatterns = [*reading.urlpatterns, *attending.urlpatterns, *hosting.urlpatterns, *writing.urlpatterns]
