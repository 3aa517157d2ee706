"""Requests for time as the API takes them."""

from datetime import timedelta


def body(instrument, start, hours=8, **more):
    return {
        "instrument": instrument.slug,
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=hours)).isoformat(),
        "purpose": "Powder diffraction",
        "mode": "onsite",
        **more,
    }
