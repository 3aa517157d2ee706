"""Everything that writes the catalogue, calendars, bookings, allocations and use."""
