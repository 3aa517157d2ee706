"""API of events: the list, one event with its moves and programme, its people and figures."""

from alliance.api.events import attending, reading, writing

urlpatterns = [*reading.urlpatterns, *attending.urlpatterns, *writing.urlpatterns]
