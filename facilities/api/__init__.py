"""API of what can be booked; one module for each part."""

from facilities.api import allocations, bookings, catalogue, deciding, equipment, series, times, waiting

urlpatterns = [
    *catalogue.urlpatterns,
    *equipment.urlpatterns,
    *deciding.urlpatterns,
    *bookings.urlpatterns,
    *series.urlpatterns,
    *times.urlpatterns,
    *allocations.urlpatterns,
    *waiting.urlpatterns,
]
