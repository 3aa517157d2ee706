"""API of what can be booked; one module for each part."""

from facilities.api import allocations, bookings, catalogue, deciding, equipment, times

urlpatterns = [
    *catalogue.urlpatterns,
    *equipment.urlpatterns,
    *deciding.urlpatterns,
    *bookings.urlpatterns,
    *times.urlpatterns,
    *allocations.urlpatterns,
]
