"""Everything that reads the catalogue, calendars, bookings, allocations and use."""
