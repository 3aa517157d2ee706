"""The demonstration alliance: real places from `facts.toml`, and programmes and bookings made by a seeded generator."""
