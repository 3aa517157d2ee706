"""Annual reports, kept as they were made."""

import core.clock
import core.models
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    dependencies = [
        ('facilities', '0002_open_time'),
        ('reports', '0003_views'),
    ]

    operations = [
        migrations.CreateModel(
            name='AnnualReport',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('year', models.PositiveSmallIntegerField()),
                ('locale', models.CharField(max_length=10)),
                ('is_public', models.BooleanField(default=False)),
                ('chapters', models.JSONField(default=list)),
                ('title', models.CharField(max_length=200)),
                ('subject', models.CharField(max_length=300)),
                ('as_of', models.DateTimeField()),
                ('content', models.JSONField()),
                ('checksum', models.CharField(max_length=64)),
                ('pdf', models.FileField(upload_to='annual_reports/%Y/')),
                ('pdf_sha256', models.CharField(max_length=64)),
                ('xlsx', models.FileField(upload_to='annual_reports/%Y/')),
                ('xlsx_sha256', models.CharField(max_length=64)),
                ('by_id', models.UUIDField()),
                ('by_name', models.CharField(max_length=200)),
                ('facility', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='annual_reports', to='facilities.facility')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='annualreport',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='921530f65664908e0254eaeb22a07ea0275606b6', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_1a54a', table='reports_annualreport', when='BEFORE')),
        ),
    ]
