"""Forms of facilities: requests and bookings, decisions, calendars, and what a facility keeps."""
