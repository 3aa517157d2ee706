"""The tables of `reports`, with what guards them."""

import core.clock
import core.models
import django.contrib.postgres.fields.ranges
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    replaces = [('reports', name) for name in (
        '0003_open_calendar',
    )]

    initial = True

    dependencies = [
        ('facilities', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DailyUse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instrument_id', models.UUIDField()),
                ('day', models.DateField()),
                ('user_seconds', models.BigIntegerField(default=0)),
                ('open_seconds', models.BigIntegerField(default=0)),
                ('booked_seconds', models.BigIntegerField(default=0)),
                ('booked_user_seconds', models.BigIntegerField(default=0)),
                ('delivered_seconds', models.BigIntegerField(default=0)),
                ('lost_seconds', models.BigIntegerField(default=0)),
                ('sessions', models.IntegerField(default=0)),
            ],
            options={
                'ordering': ['instrument_id', 'day'],
                'constraints': [models.UniqueConstraint(fields=('instrument_id', 'day'), name='one_row_per_instrument_and_day')],
            },
        ),
        migrations.CreateModel(
            name='DailyShare',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instrument_id', models.UUIDField()),
                ('day', models.DateField()),
                ('team_id', models.UUIDField(null=True)),
                ('person', models.UUIDField(null=True)),
                ('organisation_id', models.UUIDField(null=True)),
                ('country', models.CharField(blank=True, default='', max_length=2)),
                ('booked_seconds', models.BigIntegerField(default=0)),
                ('delivered_seconds', models.BigIntegerField(default=0)),
                ('lost_seconds', models.BigIntegerField(default=0)),
                ('sessions', models.IntegerField(default=0)),
            ],
            options={
                'ordering': ['instrument_id', 'day', 'id'],
                'indexes': [models.Index(fields=['instrument_id', 'day'], name='shares_of_instrument_and_day')],
            },
        ),
        migrations.CreateModel(
            name='DirtyTime',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('instrument_id', models.UUIDField(null=True)),
                ('facility_id', models.UUIDField(null=True)),
                ('period', django.contrib.postgres.fields.ranges.DateTimeRangeField(null=True)),
            ],
            options={
                'ordering': ['id'],
            },
        ),
        migrations.CreateModel(
            name='WatchedBooking',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
            },
            bases=('facilities.booking',),
        ),
        migrations.CreateModel(
            name='WatchedSession',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
            },
            bases=('facilities.session',),
        ),
        migrations.CreateModel(
            name='WatchedBlock',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
            },
            bases=('facilities.block',),
        ),
        migrations.CreateModel(
            name='WatchedOpenTime',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
            },
            bases=('facilities.opentime',),
        ),
        migrations.CreateModel(
            name='WatchedInstrument',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
            },
            bases=('facilities.instrument',),
        ),
        migrations.CreateModel(
            name='WatchedFacility',
            fields=[
            ],
            options={
                'proxy': True,
                'default_permissions': (),
            },
            bases=('facilities.facility',),
        ),
        migrations.CreateModel(
            name='Snapshot',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('report', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('parameters', models.JSONField(default=dict)),
                ('as_of', models.DateTimeField()),
                ('payload', models.JSONField()),
                ('checksum', models.CharField(max_length=64)),
                ('by_id', models.UUIDField()),
                ('by_name', models.CharField(max_length=200)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedbooking',
            trigger=pgtrigger.compiler.Trigger(name='reports_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, null::uuid AS facility_id, period FROM new_rows WHERE state IN ('approved', 'running', 'completed', 'closed')) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ", hash='5e250e693789dbef28d2707046ce57af48c4a1c5', level='STATEMENT', operation='INSERT', pgid='pgtrigger_reports_insert_f7a37', referencing='REFERENCING NEW TABLE AS new_rows ', table='facilities_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedbooking',
            trigger=pgtrigger.compiler.Trigger(name='reports_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, null::uuid AS facility_id, period FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) changed WHERE state IN ('approved', 'running', 'completed', 'closed')) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ", hash='5519df757feb6b4bc1e88627de8864cff9f2a4e5', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_reports_update_4ecc3', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='facilities_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedbooking',
            trigger=pgtrigger.compiler.Trigger(name='reports_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, null::uuid AS facility_id, period FROM old_rows WHERE state IN ('approved', 'running', 'completed', 'closed')) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ", hash='d1a39ed7acf1d3a541c7b92430b5cf8a8e19ee47', level='STATEMENT', operation='DELETE', pgid='pgtrigger_reports_delete_36f18', referencing='REFERENCING OLD TABLE AS old_rows ', table='facilities_booking', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedsession',
            trigger=pgtrigger.compiler.Trigger(name='reports_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, null::uuid AS facility_id, tstzrange(starts_at, ends_at, '[]') AS period FROM new_rows WHERE ends_at IS NOT NULL) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ", hash='ca8d4ac8a00384b13264654142a4298484d1fb45', level='STATEMENT', operation='INSERT', pgid='pgtrigger_reports_insert_5f487', referencing='REFERENCING NEW TABLE AS new_rows ', table='facilities_session', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedsession',
            trigger=pgtrigger.compiler.Trigger(name='reports_update', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, null::uuid AS facility_id, tstzrange(starts_at, ends_at, '[]') AS period FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) changed WHERE ends_at IS NOT NULL) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ", hash='5822d12ee25abe1214b9df0299d21526ac784f71', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_reports_update_31168', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='facilities_session', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedsession',
            trigger=pgtrigger.compiler.Trigger(name='reports_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, null::uuid AS facility_id, tstzrange(starts_at, ends_at, '[]') AS period FROM old_rows WHERE ends_at IS NOT NULL) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ", hash='1d00336180d0cd4cb7cc9a0947e99b2819c55df6', level='STATEMENT', operation='DELETE', pgid='pgtrigger_reports_delete_71d62', referencing='REFERENCING OLD TABLE AS old_rows ', table='facilities_session', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedblock',
            trigger=pgtrigger.compiler.Trigger(name='reports_insert', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, CASE WHEN instrument_id IS NULL THEN facility_id END AS facility_id, period FROM new_rows) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ', hash='aaa1c235ad4befea426c85e37653fa5dbc4f7ec3', level='STATEMENT', operation='INSERT', pgid='pgtrigger_reports_insert_cf2df', referencing='REFERENCING NEW TABLE AS new_rows ', table='facilities_block', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedblock',
            trigger=pgtrigger.compiler.Trigger(name='reports_update', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, CASE WHEN instrument_id IS NULL THEN facility_id END AS facility_id, period FROM (SELECT * FROM old_rows UNION ALL SELECT * FROM new_rows) changed) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ', hash='1cde23e2e11247a4af743602928a876ab7c594c8', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_reports_update_f7370', referencing='REFERENCING OLD TABLE AS old_rows  NEW TABLE AS new_rows ', table='facilities_block', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedblock',
            trigger=pgtrigger.compiler.Trigger(name='reports_delete', sql=pgtrigger.compiler.UpsertTriggerSql(func='\n                INSERT INTO reports_dirtytime (instrument_id, facility_id, period)\n                SELECT instrument_id, facility_id, unnest(range_agg(period)) FROM (SELECT instrument_id, CASE WHEN instrument_id IS NULL THEN facility_id END AS facility_id, period FROM old_rows) touched\n                GROUP BY instrument_id, facility_id;\n                RETURN NULL;\n            ', hash='3c383c5b78bcfbd9bb70d67255c12ad99dded799', level='STATEMENT', operation='DELETE', pgid='pgtrigger_reports_delete_7aab5', referencing='REFERENCING OLD TABLE AS old_rows ', table='facilities_block', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedopentime',
            trigger=pgtrigger.compiler.Trigger(name='reports_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."periods" IS DISTINCT FROM (NEW."periods"))', func='\n                    INSERT INTO reports_dirtytime (instrument_id, period)\n                    SELECT NEW.instrument_id, unnest((OLD.periods - NEW.periods) + (NEW.periods - OLD.periods));\n                    RETURN NULL;\n                ', hash='fd9a805f89a7d784c4f5bd57a384465b20163707', operation='UPDATE', pgid='pgtrigger_reports_update_d4db6', table='facilities_opentime', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedinstrument',
            trigger=pgtrigger.compiler.Trigger(name='reports_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."capacity" IS DISTINCT FROM (NEW."capacity") OR OLD."facility_id" IS DISTINCT FROM (NEW."facility_id") OR OLD."unit" IS DISTINCT FROM (NEW."unit") OR OLD."unit_minutes" IS DISTINCT FROM (NEW."unit_minutes"))', func='INSERT INTO reports_dirtytime (instrument_id) VALUES (NEW.id); RETURN NULL;', hash='a66058611a41c19b73313c4f362d5faa14259b56', operation='UPDATE', pgid='pgtrigger_reports_update_980e4', table='facilities_instrument', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='watchedfacility',
            trigger=pgtrigger.compiler.Trigger(name='reports_update', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."zone" IS DISTINCT FROM (NEW."zone"))', func='INSERT INTO reports_dirtytime (facility_id) VALUES (NEW.id); RETURN NULL;', hash='980bc9bba60fbeb2af20c7288baa261b2c8378c4', operation='UPDATE', pgid='pgtrigger_reports_update_61136', table='facilities_facility', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='snapshot',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='cfdfb6cc4820ad61eed4714d6f0ca1f82c441b27', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_96e0e', table='reports_snapshot', when='BEFORE')),
        ),
    ]
