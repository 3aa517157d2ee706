"""The tables of `accounts`, with what guards them."""

import accounts.identifiers
import core.clock
import core.models
import core.search
import django.contrib.postgres.indexes
import django.db.models.deletion
import guardian.mixins
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    replaces = [('accounts', name) for name in (
        '0002_search', '0003_unspaced_names'
    )]

    initial = True

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('core', '0002_search'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('is_superuser', models.BooleanField(default=False, help_text='Designates that this user has all permissions without explicitly assigning them.', verbose_name='superuser status')),
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='e-mail')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('name_local', models.CharField(blank=True, default='', max_length=200, verbose_name='name in own script')),
                ('orcid', models.CharField(blank=True, default='', max_length=19, validators=[accounts.identifiers.validate_orcid], verbose_name='ORCID')),
                ('locale', models.CharField(default='en', max_length=10, verbose_name='language')),
                ('time_zone', models.CharField(default='UTC', max_length=40, validators=[accounts.identifiers.validate_zone], verbose_name='time zone')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('is_staff', models.BooleanField(default=False, verbose_name='may use the administration')),
                ('is_system', models.BooleanField(default=False, editable=False)),
                ('is_demo', models.BooleanField(default=False, editable=False)),
                ('groups', models.ManyToManyField(blank=True, help_text='The groups this user belongs to. A user will get all permissions granted to each of their groups.', related_name='user_set', related_query_name='user', to='auth.group', verbose_name='groups')),
                ('user_permissions', models.ManyToManyField(blank=True, help_text='Specific permissions for this user.', related_name='user_set', related_query_name='user', to='auth.permission', verbose_name='user permissions')),
            ],
            options={
                'ordering': ['name', 'id'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_system', True)), fields=('is_system',), name='one_system_user'), models.UniqueConstraint(condition=models.Q(('orcid', ''), _negated=True), fields=('orcid',), name='orcid_once')],
            },
            bases=(guardian.mixins.GuardianUserMixin, models.Model),
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('slug', models.SlugField(max_length=80, unique=True)),
                ('name', models.CharField(max_length=400, verbose_name='name')),
                ('name_local', models.CharField(blank=True, default='', max_length=400, verbose_name='name in own script')),
                ('acronym', models.CharField(blank=True, default='', max_length=60, verbose_name='acronym')),
                ('kind', models.CharField(choices=[('science_center', 'Science centre'), ('national_laboratory', 'National laboratory'), ('science_city', 'Science city'), ('academy', 'Academy'), ('university', 'University'), ('research_institution', 'Research institution'), ('international_organization', 'International organisation'), ('company', 'Company'), ('government', 'Government body'), ('other', 'Other')], default='research_institution', max_length=30, verbose_name='type')),
                ('status', models.CharField(choices=[('active', 'Active'), ('inactive', 'Inactive'), ('withdrawn', 'Withdrawn')], default='active', max_length=10, verbose_name='status')),
                ('ror_id', models.CharField(blank=True, max_length=9, null=True, unique=True, validators=[accounts.identifiers.validate_ror], verbose_name='ROR')),
                ('external_ids', models.JSONField(blank=True, default=dict)),
                ('country', models.CharField(blank=True, default='', max_length=2, validators=[accounts.identifiers.validate_country], verbose_name='country')),
                ('city', models.CharField(blank=True, default='', max_length=120, verbose_name='city')),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('website', models.URLField(blank=True, default='', max_length=500)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='children', to='accounts.organisation')),
                ('legal_entity_name', models.CharField(blank=True, default='', max_length=400, verbose_name='legal entity')),
                ('source', models.CharField(blank=True, default='', max_length=60)),
                ('is_demo', models.BooleanField(default=False, editable=False)),
                ('search', models.GeneratedField(db_persist=True, expression=core.search.Names('acronym', 'name', 'name_local', also=('city',), lists=()), output_field=models.TextField())),
            ],
            options={
                'ordering': ['name', 'id'],
                'permissions': [('propose_programs', 'Propose joint programmes in the name of the organisation'), ('sign_for_organisation', 'Confirm and sign for the organisation')],
                'indexes': [models.Index(fields=['country', 'name', 'id'], name='organisation_by_country'), django.contrib.postgres.indexes.GinIndex(fields=['search'], name='organisation_search', opclasses=['gin_trgm_ops']), models.Index(condition=models.Q(('search__regex', '[\u0e00-\u0eff\u3040-ヿ㐀-鿿𠀀-\U0003ffff]')), fields=['id'], name='organisation_unspaced')],
            },
        ),
        migrations.CreateModel(
            name='OrganisationPermission',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('permission', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='auth.permission')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to=settings.AUTH_USER_MODEL)),
                ('content_object', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.organisation')),
            ],
            options={
                'abstract': False,
                'unique_together': {('user', 'permission', 'content_object')},
            },
        ),
        migrations.CreateModel(
            name='Affiliation',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='affiliations', to=settings.AUTH_USER_MODEL)),
                ('organisation', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='affiliations', to='accounts.organisation')),
                ('position', models.CharField(blank=True, default='', max_length=120, verbose_name='position')),
                ('is_primary', models.BooleanField(default=True, verbose_name='primary')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(blank=True, null=True, verbose_name='until')),
            ],
            options={
                'ordering': ['user_id', '-is_primary', '-starts_on', 'id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on', None), ('ends_on__gt', models.F('starts_on')), _connector='OR'), name='affiliation_ends_after_start'), models.UniqueConstraint(condition=models.Q(('ends_on', None), ('is_primary', True)), fields=('user',), name='one_current_primary_affiliation')],
            },
        ),
        migrations.CreateModel(
            name='RoleAssignment',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to=settings.AUTH_USER_MODEL)),
                ('role', models.CharField(max_length=30)),
                ('scope_type', models.CharField(max_length=60)),
                ('scope_id', models.UUIDField()),
                ('granted_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('starts_at', models.DateTimeField(default=core.clock.now)),
                ('ends_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'ordering': ['user_id', 'role', 'scope_id', 'starts_at', 'id'],
                'indexes': [models.Index(fields=['role', 'scope_id'], name='role_holders')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('ends_at', None)), fields=('user', 'role', 'scope_type', 'scope_id'), name='role_once_on_a_container')],
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('digest', models.CharField(max_length=128, primary_key=True, serialize=False)),
                ('token_key', models.CharField(db_index=True, max_length=25)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='auth_token_set', to=settings.AUTH_USER_MODEL)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('expiry', models.DateTimeField(blank=True, null=True)),
                ('name', models.CharField(blank=True, default='', max_length=100, verbose_name='name')),
                ('may_write', models.BooleanField(default=True, verbose_name='may write')),
                ('last_used_on', models.DateField(blank=True, null=True)),
            ],
            options={
                'ordering': ['-created', 'digest'],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='learn_words_of_new_rows', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            insert into core_searchword (word)\n            select distinct given.word from changed, unnest(string_to_array(search, ' ')) as given(word)\n            where length(given.word) >= 4\n              and not exists (select from core_searchword known where known.word = given.word)\n            order by 1 on conflict do nothing;\n            return null;\n        ", hash='e5fcc99c139a22be01dcc080bf545c274cfbd673', level='STATEMENT', operation='INSERT', pgid='pgtrigger_learn_words_of_new_rows_cc845', referencing='REFERENCING NEW TABLE AS changed ', table='accounts_organisation', when='AFTER')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='organisation',
            trigger=pgtrigger.compiler.Trigger(name='learn_words_of_changes', sql=pgtrigger.compiler.UpsertTriggerSql(func="\n            insert into core_searchword (word)\n            select distinct given.word from changed, unnest(string_to_array(search, ' ')) as given(word)\n            where length(given.word) >= 4\n              and not exists (select from core_searchword known where known.word = given.word)\n            order by 1 on conflict do nothing;\n            return null;\n        ", hash='bc37968e2e8f39b622d80389ff98068da84c899b', level='STATEMENT', operation='UPDATE', pgid='pgtrigger_learn_words_of_changes_650e8', referencing='REFERENCING NEW TABLE AS changed ', table='accounts_organisation', when='AFTER')),
        ),
    ]
