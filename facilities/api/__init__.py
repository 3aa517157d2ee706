"""API of what can be booked; one module for each part."""

from facilities.api import (
    allocations,
    bookings,
    campaigns,
    catalogue,
    deciding,
    downtimes,
    equipment,
    hours,
    limits,
    plans,
    policies,
    running,
    series,
    terms,
    times,
    waiting,
)

urlpatterns = [
    *catalogue.urlpatterns,
    *equipment.urlpatterns,
    *deciding.urlpatterns,
    *bookings.urlpatterns,
    *running.urlpatterns,
    *series.urlpatterns,
    *campaigns.urlpatterns,
    *times.urlpatterns,
    *plans.urlpatterns,
    *hours.urlpatterns,
    *limits.urlpatterns,
    *allocations.urlpatterns,
    *waiting.urlpatterns,
    *policies.urlpatterns,
    *downtimes.urlpatterns,
    *terms.urlpatterns,
]
