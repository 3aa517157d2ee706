"""The tables of `workflow`, with what guards them."""

import core.clock
import core.models
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
import workflow.models
from django.conf import settings
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    replaces = [('workflow', name) for name in (
        '0002_telling_and_fixed_versions', '0003_parts_and_asking_again', '0004_kept_apart',
        '0005_asked_again_on_mode_and_people'
    )]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeciderGroup',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('scope_type', models.CharField(max_length=60)),
                ('scope_id', models.UUIDField()),
                ('members', models.ManyToManyField(blank=True, related_name='decider_groups', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['scope_id', 'name', 'id'],
                'constraints': [models.UniqueConstraint(fields=('scope_type', 'scope_id', 'name'), name='decider_group_name_once_on_a_scope')],
            },
        ),
        migrations.CreateModel(
            name='Route',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('owner_type', models.CharField(max_length=60)),
                ('owner_id', models.UUIDField()),
                ('subject_type', models.CharField(max_length=60)),
                ('number', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('is_current', models.BooleanField(default=True)),
                ('auto_approve', models.JSONField(blank=True, default=dict, help_text='Conditions under which the route approves by itself; empty: never.')),
            ],
            options={
                'ordering': ['owner_id', 'subject_type', '-number', 'id'],
                'constraints': [models.UniqueConstraint(fields=('owner_type', 'owner_id', 'subject_type', 'number'), name='route_number_once'), models.UniqueConstraint(condition=models.Q(('is_current', True)), fields=('owner_type', 'owner_id', 'subject_type'), name='one_current_route')],
            },
        ),
        migrations.CreateModel(
            name='Step',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('route', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='workflow.route')),
                ('position', models.PositiveSmallIntegerField()),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('role', models.CharField(blank=True, default='', max_length=30, verbose_name='role')),
                ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.decidergroup')),
                ('scope_type', models.CharField(blank=True, default='', max_length=60)),
                ('scope_id', models.UUIDField(blank=True, null=True)),
                ('quorum', models.PositiveSmallIntegerField(default=1, verbose_name='how many must agree')),
                ('within_hours', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='working hours to decide')),
                ('escalate_to_role', models.CharField(blank=True, default='', max_length=30, verbose_name='then asks')),
                ('condition', models.JSONField(blank=True, default=dict)),
                ('again_on', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('time', 'Other days or hours'), ('longer', 'Longer'), ('shorter', 'Shorter'), ('instrument', 'Another instrument'), ('mode', 'Another way of working'), ('people', 'Other people')], max_length=10), blank=True, default=workflow.models.every_edit, help_text='Changes after which a step that agreed is asked once more.', size=None)),
                ('apart', models.BooleanField(default=False, help_text='They count as having a conflict of interest on this step.', verbose_name="not decided by people of the applicant's own organisation")),
            ],
            options={
                'ordering': ['route_id', 'position', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('role', ''), ('group__isnull', False)), models.Q(models.Q(('role', ''), _negated=True), ('group__isnull', True), ('scope_id__isnull', False)), _connector='OR'), name='step_has_a_role_on_a_scope_or_a_group'), models.CheckConstraint(condition=models.Q(('quorum__gte', 1)), name='step_quorum_at_least_one')],
            },
        ),
        migrations.CreateModel(
            name='Process',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('route', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='processes', to='workflow.route')),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.UUIDField()),
                ('purpose', models.CharField(default='request', max_length=30)),
                ('state', models.CharField(choices=[('running', 'Running'), ('approved', 'Approved'), ('declined', 'Declined'), ('stopped', 'Stopped')], default='running', max_length=10)),
                ('facts', models.JSONField(default=dict, help_text='What conditions are tested against: units, mode, safety …')),
                ('working_hours', models.JSONField(default=dict, help_text='Zone, weekdays, opening and closing time, days closed.')),
                ('settled', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, help_text='Steps whose agreement still stands.', size=None)),
                ('ended_at', models.DateTimeField(null=True)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(fields=['subject_type', 'subject_id', 'created_at'], name='processes_of_subject')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('state', 'running')), fields=('subject_type', 'subject_id'), name='one_running_process')],
            },
        ),
        migrations.CreateModel(
            name='Task',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('process', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tasks', to='workflow.process')),
                ('step', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='tasks', to='workflow.step')),
                ('position', models.PositiveSmallIntegerField(default=1)),
                ('name', models.CharField(max_length=120)),
                ('title', models.CharField(max_length=300)),
                ('subject_type', models.CharField(max_length=60)),
                ('subject_id', models.UUIDField()),
                ('role', models.CharField(blank=True, default='', max_length=30)),
                ('group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='workflow.decidergroup')),
                ('scope_type', models.CharField(blank=True, default='', max_length=60)),
                ('scope_id', models.UUIDField(null=True)),
                ('quorum', models.PositiveSmallIntegerField(default=1)),
                ('state', models.CharField(choices=[('open', 'Open'), ('approved', 'Approved'), ('declined', 'Declined'), ('skipped', 'Skipped'), ('stopped', 'Stopped')], default='open', max_length=10)),
                ('due_at', models.DateTimeField(null=True)),
                ('escalated_at', models.DateTimeField(null=True)),
                ('told_at', models.DateTimeField(help_text='When the people it asks were told; null: they still are to be.', null=True)),
                ('escalate_to_role', models.CharField(blank=True, default='', max_length=30)),
                ('decided_at', models.DateTimeField(null=True)),
                ('excluded', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, help_text='People with a conflict of interest.', size=None)),
            ],
            options={
                'ordering': ['due_at', 'created_at', 'id'],
                'indexes': [models.Index(fields=['scope_id', 'role', 'state'], name='tasks_of_scope'), models.Index(fields=['subject_type', 'subject_id'], name='tasks_of_subject'), models.Index(condition=models.Q(('state', 'open')), fields=['due_at'], name='tasks_due'), models.Index(condition=models.Q(('state', 'open'), ('told_at', None)), fields=['id'], name='tasks_to_tell')],
            },
        ),
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('task', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='workflow.task')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('on_behalf_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('verdict', models.CharField(choices=[('approve', 'Approved'), ('decline', 'Declined'), ('skip', 'Skipped')], max_length=10)),
                ('part', django.contrib.postgres.fields.ranges.DateTimeRangeField(blank=True, help_text='What was agreed to, where it is less than was asked.', null=True)),
                ('note', models.TextField(blank=True, default='')),
            ],
            options={
                'ordering': ['created_at', 'id'],
                'constraints': [models.UniqueConstraint(fields=('task', 'by'), name='one_decision_per_person_and_task')],
            },
        ),
        migrations.CreateModel(
            name='Delegation',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('giver', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_given', to=settings.AUTH_USER_MODEL)),
                ('taker', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='delegations_taken', to=settings.AUTH_USER_MODEL)),
                ('starts_at', models.DateTimeField(default=core.clock.now, verbose_name='from')),
                ('ends_at', models.DateTimeField(verbose_name='until')),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='note')),
            ],
            options={
                'ordering': ['-starts_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='delegation_ends_after_start'), models.CheckConstraint(condition=models.Q(('giver', models.F('taker')), _negated=True), name='delegation_to_another')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='route',
            trigger=pgtrigger.compiler.Trigger(name='versions_never_change', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."auto_approve" IS DISTINCT FROM (NEW."auto_approve") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."owner_type" IS DISTINCT FROM (NEW."owner_type") OR OLD."subject_type" IS DISTINCT FROM (NEW."subject_type"))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='ded7918aa1c98b484c2a66fc59440f6cf8705bd0', operation='UPDATE', pgid='pgtrigger_versions_never_change_19afe', table='workflow_route', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='step',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ebd9e0e59a927b296b01d2a5391cb6113479fbdb', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_b7c66', table='workflow_step', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='decision',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='472dc4239175827bc2278b3c51f96c4d957ba14c', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_0fd2e', table='workflow_decision', when='BEFORE')),
        ),
    ]
