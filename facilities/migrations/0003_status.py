"""What a facility was at, from which day on."""

import core.clock
import core.models
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    dependencies = [
        ('facilities', '0002_open_time'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='StatusEntry',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('construction', 'Under construction'), ('commissioning', 'Commissioning'), ('operation', 'In operation'), ('shutdown', 'Shut down'), ('closed', 'Closed')], max_length=15, verbose_name='status')),
                ('since', models.DateField(verbose_name='since')),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='what happened')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='status_entries', to='facilities.facility')),
            ],
            options={
                'ordering': ['-since', '-created_at', '-id'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='statusentry',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='abb539f86cd5ce88e2ee5ca104117a226518590b', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_20a03', table='facilities_statusentry', when='BEFORE')),
        ),
    ]
