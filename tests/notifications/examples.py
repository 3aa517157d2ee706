"""A booking and its calendar entry as messages tell of them."""

BOOKING = {
    "reference": "B-000123",
    "instrument": "Instrument A1",
    "facility": "Facility FA",
    "zone": "Europe/Berlin",
    "starts_at": "2027-03-28T22:00:00+00:00",
    "ends_at": "2027-03-29T06:00:00+00:00",
    "state": "approved",
    "by": "Bo",
    "note": "",
}


ENTRY = {
    "uid": "0192f0c8-0000-7000-8000-000000000001",
    "sequence": 1,
    "method": "REQUEST",
    "starts_at": BOOKING["starts_at"],
    "ends_at": BOOKING["ends_at"],
    "zone": "Europe/Berlin",
    "summary": "B-000123 · Instrument A1",
    "location": "Facility FA",
}
