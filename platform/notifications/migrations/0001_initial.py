"""The tables of `notifications`, with what guards them."""

import core.clock
import core.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    replaces = [('notifications', name) for name in (
        '0002_strangers',
    )]

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Message',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('recipient', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='messages', to=settings.AUTH_USER_MODEL)),
                ('address', models.EmailField(blank=True, default='', max_length=254)),
                ('kind', models.CharField(max_length=40)),
                ('subject_type', models.CharField(blank=True, default='', max_length=60)),
                ('subject_id', models.UUIDField(null=True)),
                ('context', models.JSONField(default=dict)),
                ('calendar', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('waiting', 'Waiting'), ('digest', 'Waits for the daily digest'), ('sent', 'Sent'), ('failed', 'Failed'), ('off', 'Not wanted')], default='waiting', max_length=10)),
                ('due_at', models.DateTimeField(default=core.clock.now)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('last_error', models.TextField(blank=True, default='')),
                ('sent_at', models.DateTimeField(null=True)),
                ('read_at', models.DateTimeField(null=True)),
                ('title', models.CharField(blank=True, default='', max_length=300)),
                ('body', models.TextField(blank=True, default='')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['due_at', 'id'], name='messages_due'), models.Index(fields=['recipient', '-created_at', '-id'], name='messages_of_person')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('recipient', None), models.Q(('address', ''), _negated=True)), models.Q(('address', ''), ('recipient__isnull', False)), _connector='OR'), name='message_to_a_person_or_an_address')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(max_length=40)),
                ('mode', models.CharField(choices=[('at_once', 'At once'), ('digest', 'In the daily digest'), ('off', 'Not by e-mail')], default='at_once', max_length=10)),
            ],
            options={
                'ordering': ['user_id', 'kind', 'id'],
                'constraints': [models.UniqueConstraint(fields=('user', 'kind'), name='one_preference_per_kind')],
            },
        ),
        migrations.CreateModel(
            name='CalendarFeed',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('owner', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='feeds', to=settings.AUTH_USER_MODEL)),
                ('kind', models.CharField(choices=[('person', 'My bookings'), ('instrument', 'An instrument'), ('program', 'A programme')], max_length=12)),
                ('target_id', models.UUIDField()),
                ('token_hash', models.CharField(max_length=64, unique=True)),
                ('revoked_at', models.DateTimeField(null=True)),
                ('last_read_on', models.DateField(null=True)),
            ],
            options={
                'ordering': ['-created_at', '-id'],
            },
        ),
    ]
