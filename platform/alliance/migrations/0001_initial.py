"""The tables of `alliance`, with what guards them."""

import accounts.identifiers
import core.clock
import core.models
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    replaces = [('alliance', name) for name in (
        '0002_chinese_places', '0003_call_rights'
    )]

    initial = True

    dependencies = [
        # Tables of packages, changed in many small steps, each of which renders every model there is: the fewer the better.
        ('account', '0009_emailaddress_unique_primary_email'),
        ('accounts', '0001_initial'),
        ('admin', '0003_logentry_add_action_flag_choices'),
        ('auth', '0012_alter_user_first_name_max_length'),
        ('guardian', '0003_remove_groupobjectpermission_guardian_gr_content_ae6aec_idx_and_more'),
        ('knox', '0009_extend_authtoken_field'),
        ('mfa', '0003_authenticator_type_uniq'),
        ('socialaccount', '0006_alter_socialaccount_extra_data'),
    ]

    operations = [
        migrations.CreateModel(
            name='Alliance',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('slug', models.SlugField(max_length=60, unique=True)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_local', models.CharField(blank=True, default='', max_length=200, verbose_name='name in own script')),
                ('acronym', models.CharField(max_length=20, verbose_name='acronym')),
                ('purpose', models.TextField(blank=True, default='', verbose_name='purpose')),
                ('founded_on', models.DateField(blank=True, null=True, verbose_name='founded')),
                ('seat', models.CharField(blank=True, default='', max_length=120, verbose_name='seat')),
                ('seat_zh', models.CharField(blank=True, default='', max_length=120, verbose_name='seat in Chinese')),
                ('zone', models.CharField(default='UTC', max_length=40, validators=[accounts.identifiers.validate_zone], verbose_name='time zone')),
                ('website', models.URLField(blank=True, default='')),
                ('is_main', models.BooleanField(default=False, help_text='The one whose home page this instance shows.')),
            ],
            options={
                'ordering': ['-is_main', 'name', 'id'],
                'permissions': [('view_figures', 'Read all usage and cooperation figures'), ('check_programs', 'Check submitted programmes'), ('approve_programs', 'Approve programmes'), ('manage_calls', 'Run calls, their check and their review'), ('decide_proposals', 'Decide proposals and announce results'), ('manage_members', 'Run membership, news and events'), ('manage_roles', 'Grant and revoke roles')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_main', True)), fields=('is_main',), name='one_main_alliance')],
            },
        ),
        migrations.CreateModel(
            name='AlliancePermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='alliance.alliance')),
            ],
            options={
                'abstract': False,
                'unique_together': {('user', 'permission', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('alliance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='alliance.alliance')),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='accounts.organisation')),
                ('member_class', models.CharField(choices=[('founding', 'Founding member'), ('full', 'Full member'), ('associate', 'Associate'), ('observer', 'Observer'), ('honorary', 'Honorary member')], default='full', max_length=10, verbose_name='class')),
                ('joined_on', models.DateField(blank=True, null=True, verbose_name='joined')),
                ('left_on', models.DateField(blank=True, null=True, verbose_name='left')),
                ('source', models.CharField(blank=True, default='', max_length=200, verbose_name='source')),
            ],
            options={
                'ordering': ['alliance_id', 'organisation__name', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('left_on', None)), fields=('alliance', 'organisation'), name='member_once_at_a_time'), models.CheckConstraint(condition=models.Q(('left_on', None), ('joined_on', None), ('left_on__gt', models.F('joined_on')), _connector='OR'), name='membership_ends_after_start')],
            },
        ),
        migrations.CreateModel(
            name='NewsItem',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('alliance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='news', to='alliance.alliance')),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('section', models.CharField(choices=[('alliance_news', 'Alliance news'), ('member_news', 'Member news'), ('events', 'Events'), ('others', 'Others')], default='alliance_news', max_length=20, verbose_name='section')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_zh', models.CharField(blank=True, default='', max_length=200, verbose_name='title in Chinese')),
                ('body', models.TextField(verbose_name='text')),
                ('body_zh', models.TextField(blank=True, default='', verbose_name='text in Chinese')),
                ('source', models.CharField(blank=True, default='', max_length=200, verbose_name='source')),
                ('published_at', models.DateTimeField(blank=True, null=True, verbose_name='published')),
                ('is_demo', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'ordering': ['-published_at', '-id'],
            },
        ),
        migrations.CreateModel(
            name='Event',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('alliance', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='events', to='alliance.alliance')),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('kind', models.CharField(choices=[('conference', 'Conference'), ('annual_meeting', 'Annual meeting'), ('roundtable', 'Round table'), ('frontier_forum', 'Frontier forum'), ('ceremony', 'Ceremony'), ('visit', 'Visit'), ('training', 'Training'), ('workshop', 'Workshop')], max_length=20, verbose_name='kind')),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_zh', models.CharField(blank=True, default='', max_length=200, verbose_name='title in Chinese')),
                ('theme', models.TextField(blank=True, default='', verbose_name='theme')),
                ('theme_zh', models.TextField(blank=True, default='', verbose_name='theme in Chinese')),
                ('starts_at', models.DateTimeField(verbose_name='starts')),
                ('ends_at', models.DateTimeField(verbose_name='ends')),
                ('zone', models.CharField(max_length=40, validators=[accounts.identifiers.validate_zone], verbose_name='time zone')),
                ('venue', models.CharField(blank=True, default='', max_length=200, verbose_name='venue')),
                ('venue_zh', models.CharField(blank=True, default='', max_length=200, verbose_name='venue in Chinese')),
                ('mode', models.CharField(choices=[('onsite', 'On site'), ('online', 'Online'), ('hybrid', 'On site and online')], default='hybrid', max_length=10, verbose_name='mode')),
                ('is_demo', models.BooleanField(default=False, editable=False)),
            ],
            options={
                'ordering': ['-starts_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_at__gt', models.F('starts_at'))), name='event_ends_after_start')],
            },
        ),
    ]
