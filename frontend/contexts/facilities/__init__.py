"""What the pages of facilities show: calendars, requests, bookings, decisions, the run, and what a facility keeps."""
