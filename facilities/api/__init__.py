"""API of what can be booked; one module for each part."""

from facilities.api import allocations, bookings, catalogue, deciding, equipment, running, series, times, waiting

urlpatterns = [
    *catalogue.urlpatterns,
    *equipment.urlpatterns,
    *deciding.urlpatterns,
    *bookings.urlpatterns,
    *running.urlpatterns,
    *series.urlpatterns,
    *times.urlpatterns,
    *allocations.urlpatterns,
    *waiting.urlpatterns,
]
