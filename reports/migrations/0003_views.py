"""Saved views and who has them sent; targets and notes of numbers."""

import core.clock
import core.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    dependencies = [
        ('alliance', '0001_initial'),
        ('facilities', '0002_open_time'),
        ('reports', '0002_indexes'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedView',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('path', models.CharField(max_length=200)),
                ('query', models.CharField(blank=True, default='', max_length=2000)),
                ('audience', models.CharField(choices=[('me', 'Only me'), ('alliance', 'Who reads the figures of the alliance'), ('facility', 'Who reads the figures of the facility')], default='me', max_length=10, verbose_name='who finds it')),
                ('alliance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='alliance.alliance')),
                ('facility', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='facilities.facility')),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='saved_views', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [
                    models.UniqueConstraint(fields=('owner', 'name'), name='one_view_of_a_name_per_owner'),
                    models.CheckConstraint(condition=models.Q(models.Q(('alliance', None), ('audience', 'me'), ('facility', None)), models.Q(('alliance__isnull', False), ('audience', 'alliance'), ('facility', None)), models.Q(('alliance', None), ('audience', 'facility'), ('facility__isnull', False)), _connector='OR'), name='view_shared_with_its_container'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Subscription',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('rhythm', models.CharField(choices=[('daily', 'Every day'), ('weekly', 'Every Monday'), ('monthly', 'On the first of each month'), ('quarterly', 'On the first of each quarter')], default='monthly', max_length=10, verbose_name='how often')),
                ('next_at', models.DateTimeField()),
                ('sent_at', models.DateTimeField(null=True)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('view', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='subscriptions', to='reports.savedview')),
            ],
            options={
                'ordering': ['next_at', 'id'],
                'indexes': [
                    models.Index(fields=['next_at', 'id'], name='subscriptions_due'),
                ],
                'constraints': [
                    models.UniqueConstraint(fields=('view', 'person'), name='one_subscription_per_view_and_person'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Target',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kpi', models.CharField(max_length=3, verbose_name='figure')),
                ('first', models.DateField(verbose_name='from')),
                ('until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('value', models.DecimalField(decimal_places=4, max_digits=14, verbose_name='target')),
                ('source', models.CharField(max_length=300, verbose_name='where it comes from')),
                ('alliance', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='alliance.alliance')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='targets', to='facilities.facility')),
            ],
            options={
                'ordering': ['kpi', '-first', '-id'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(models.Q(('alliance', None), ('facility__isnull', False)), models.Q(('alliance__isnull', False), ('facility', None)), _connector='OR'), name='target_of_one_container'),
                    models.CheckConstraint(condition=models.Q(('until', None), ('until__gt', models.F('first')), _connector='OR'), name='target_ends_after_it_begins'),
                    models.UniqueConstraint(fields=('kpi', 'alliance', 'facility', 'first'), name='one_target_from_a_day', nulls_distinct=False),
                ],
            },
        ),
        migrations.CreateModel(
            name='NumberNote',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('report', models.CharField(max_length=60)),
                ('first', models.DateField(verbose_name='from')),
                ('until', models.DateField(verbose_name='until')),
                ('text', models.TextField(max_length=1000, verbose_name='note')),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('facility', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='facilities.facility')),
            ],
            options={
                'ordering': ['-first', '-created_at', '-id'],
                'indexes': [models.Index(fields=['report', 'first'], name='notes_of_report')],
                'constraints': [models.CheckConstraint(condition=models.Q(('until__gt', models.F('first'))), name='note_ends_after_it_begins')],
            },
        ),
    ]
