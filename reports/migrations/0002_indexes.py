"""Indexes on what reports read from the tables of `facilities`."""

from django.db import migrations


class Migration(migrations.Migration):
    replaces = [("reports", "0002_rollups_from_dirty_times")]
    dependencies = [("reports", "0001_initial")]

    operations = [
        migrations.RunSQL(
            "create index reports_long_sessions on facilities_session (instrument_id, starts_at)"
            " where ends_at - starts_at > interval '2 days'",
            "drop index reports_long_sessions",
        ),
        migrations.RunSQL(
            "create index reports_decided on facilities_booking (decided_at) include (instrument_id, requested_at)"
            " where decided_at is not null and requested_at is not null",
            "drop index reports_decided",
        ),
    ]
