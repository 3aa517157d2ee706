"""API of what can be booked; one module for each part."""

from facilities.api import allocations, bookings, catalogue, times

urlpatterns = [
    *catalogue.urlpatterns,
    *bookings.urlpatterns,
    *times.urlpatterns,
    *allocations.urlpatterns,
]
