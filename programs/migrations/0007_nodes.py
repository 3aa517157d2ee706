"""Nodes of a joint laboratory, and titles of companies' work that are published."""

import accounts.identifiers
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
        ('accounts', '0002_languages'),
        ('programs', '0006_why'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='PublishedTitle',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('request', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='published', to='programs.industrialrequest')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Node',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('city', models.CharField(blank=True, default='', max_length=120, verbose_name='city')),
                ('country', models.CharField(blank=True, default='', max_length=2, validators=[accounts.identifiers.validate_country], verbose_name='country')),
                ('tasks', models.TextField(max_length=2000, verbose_name='tasks')),
                ('since', models.DateField(verbose_name='since')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until, this day included')),
                ('state', models.CharField(choices=[('planned', 'Planned'), ('open', 'In operation'), ('closed', 'Closed'), ('cancelled', 'Cancelled')], default='planned', max_length=10, verbose_name='state')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('head', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nodes_headed', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nodes_hosted', to='accounts.organisation')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='nodes', to='programs.program')),
            ],
            options={
                'ordering': ['program_id', 'since', 'name', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'cancelled'), _negated=True), fields=('program', 'name'), name='node_name_once_in_a_programme'), models.CheckConstraint(condition=models.Q(('until', None), ('until__gte', models.F('since')), _connector='OR'), name='node_ends_after_start'), models.CheckConstraint(condition=models.Q(models.Q(('state', 'closed'), _negated=True), ('until__isnull', False), _connector='OR'), name='closed_node_has_ended')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='node',
            trigger=pgtrigger.compiler.Trigger(name='only_moves_change_state', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{open:closed,planned:cancelled,planned:open}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='b37242793546da83a870e4b76ab0ffa6e1be86d0', operation='UPDATE', pgid='pgtrigger_only_moves_change_state_d547a', table='programs_node', when='BEFORE')),
        ),
    ]
