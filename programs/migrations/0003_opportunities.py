"""Offers of places and the applications for them."""

import accounts.identifiers
import core.clock
import core.models
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from core.creation import AtOnce


class Migration(AtOnce):

    dependencies = [
        ('accounts', '0001_initial'),
        ('programs', '0002_scales'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Candidacy',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('country', models.CharField(blank=True, default='', editable=False, max_length=2)),
                ('statement', models.TextField(blank=True, default='', verbose_name='why you apply')),
                ('supervisor_name', models.CharField(blank=True, default='', max_length=200, verbose_name='supervisor')),
                ('supervisor_email', models.EmailField(blank=True, default='', max_length=254, verbose_name='their e-mail address')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('submitted', 'Submitted'), ('checked', 'Checked'), ('ranked', 'Ranked'), ('reserve', 'On the reserve list'), ('offered', 'A place is offered'), ('accepted', 'Accepted'), ('refused', 'Refused'), ('declined', 'Declined'), ('withdrawn', 'Withdrawn')], default='draft', max_length=12, verbose_name='state')),
                ('submitted_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('nominated_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('rank', models.PositiveIntegerField(blank=True, null=True, verbose_name='rank')),
                ('place', models.PositiveIntegerField(blank=True, editable=False, null=True, verbose_name='place')),
                ('answer_by', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='answer by')),
                ('centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidacies', to='accounts.organisation')),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('enrolment', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='candidacy', to='programs.enrolment')),
                ('nominated_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidacies', to=settings.AUTH_USER_MODEL)),
                ('stay', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='candidacy', to='programs.exchangestay')),
            ],
            options={
                'verbose_name_plural': 'candidacies',
                'ordering': ['opportunity_id', models.OrderBy(models.F('rank'), nulls_last=True), 'created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='CandidacyFile',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('file', models.FileField(upload_to='candidacies/%Y/%m/')),
                ('name', models.CharField(max_length=200)),
                ('mime', models.CharField(max_length=100)),
                ('sha256', models.CharField(max_length=64)),
                ('size', models.PositiveIntegerField(help_text='bytes')),
                ('candidacy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='programs.candidacy')),
            ],
            options={
                'ordering': ['candidacy_id', 'created_at', 'id'],
            },
        ),
        migrations.CreateModel(
            name='Opportunity',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('archived_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('kind', models.CharField(choices=[('training', 'Training'), ('scholarship', 'Scholarship'), ('exchange', 'Exchange stay')], max_length=12, verbose_name='kind')),
                ('slug', models.SlugField(max_length=120, unique=True)),
                ('title', models.CharField(max_length=200, verbose_name='title')),
                ('title_zh', models.CharField(blank=True, default='', max_length=200, verbose_name='title in Chinese')),
                ('text', models.TextField(verbose_name='what it is about')),
                ('text_zh', models.TextField(blank=True, default='', verbose_name='what it is about, in Chinese')),
                ('pays', models.TextField(blank=True, default='', verbose_name='what is paid')),
                ('pays_zh', models.TextField(blank=True, default='', verbose_name='what is paid, in Chinese')),
                ('eligibility', models.TextField(blank=True, default='', verbose_name='who may apply')),
                ('eligibility_zh', models.TextField(blank=True, default='', verbose_name='who may apply, in Chinese')),
                ('members_only', models.BooleanField(default=False, verbose_name="for people of the alliance's members only")),
                ('nomination_needed', models.BooleanField(default=False, verbose_name="the applicant's centre must nominate")),
                ('places', models.PositiveIntegerField(verbose_name='places')),
                ('days', django.contrib.postgres.fields.ranges.DateRangeField(verbose_name='from and until')),
                ('zone', models.CharField(default='UTC', max_length=40, validators=[accounts.identifiers.validate_zone], verbose_name='time zone')),
                ('opens_at', models.DateTimeField(verbose_name='opens')),
                ('closes_at', models.DateTimeField(verbose_name='deadline')),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('published', 'Published'), ('finished', 'Finished'), ('taken_down', 'Taken down')], default='draft', max_length=12, verbose_name='state')),
                ('published_at', models.DateTimeField(blank=True, editable=False, null=True, verbose_name='published')),
                ('is_demo', models.BooleanField(default=False, editable=False)),
                ('created_by', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('host', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opportunities', to='accounts.organisation')),
                ('program', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='opportunities', to='programs.program')),
                ('training', models.OneToOneField(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='opportunity', to='programs.training')),
            ],
            options={
                'verbose_name_plural': 'opportunities',
                'ordering': ['closes_at', 'id'],
            },
        ),
        migrations.AddField(
            model_name='candidacy',
            name='opportunity',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='candidacies', to='programs.opportunity'),
        ),
        migrations.AddConstraint(
            model_name='opportunity',
            constraint=models.CheckConstraint(condition=models.Q(('days__isempty', False), ('days__lower_inf', False), ('days__upper_inf', False)), name='opportunity_has_both_ends'),
        ),
        migrations.AddConstraint(
            model_name='opportunity',
            constraint=models.CheckConstraint(condition=models.Q(('places__gte', 1)), name='opportunity_has_a_place'),
        ),
        migrations.AddConstraint(
            model_name='opportunity',
            constraint=models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='opportunity_closes_after_it_opens'),
        ),
        migrations.AddConstraint(
            model_name='opportunity',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('published_at', None), ('state', 'draft')), models.Q(models.Q(('state', 'draft'), _negated=True), ('published_at__isnull', False)), _connector='OR'), name='opportunity_published_at_an_instant'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='opportunity',
            trigger=pgtrigger.compiler.Trigger(name='only_moves_change_state', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{draft:published,published:finished,published:taken_down}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='25bf0203c31d69510e542fd4dafca35da79f1e14', operation='UPDATE', pgid='pgtrigger_only_moves_change_state_35a8d', table='programs_opportunity', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='candidacy',
            constraint=models.UniqueConstraint(condition=models.Q(('state', 'withdrawn'), _negated=True), fields=('opportunity', 'person'), name='applies_for_a_place_once'),
        ),
        migrations.AddConstraint(
            model_name='candidacy',
            constraint=models.UniqueConstraint(condition=models.Q(('place__isnull', False)), fields=('opportunity', 'place'), name='a_place_is_offered_once'),
        ),
        migrations.AddConstraint(
            model_name='candidacy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('place__gte', 1), ('state__in', ('offered', 'accepted'))), models.Q(models.Q(('state__in', ('offered', 'accepted')), _negated=True), ('place', None)), _connector='OR'), name='who_is_offered_a_place_has_one'),
        ),
        migrations.AddConstraint(
            model_name='candidacy',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nominated_at', None), ('nominated_by', None)), models.Q(('nominated_at__isnull', False), ('nominated_by__isnull', False)), _connector='OR'), name='nominated_by_somebody_at_an_instant'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='candidacy',
            trigger=pgtrigger.compiler.Trigger(name='only_moves_change_state', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{accepted:declined,checked:ranked,checked:refused,checked:withdrawn,draft:submitted,draft:withdrawn,offered:accepted,offered:declined,ranked:offered,ranked:refused,ranked:reserve,ranked:withdrawn,reserve:offered,reserve:ranked,reserve:refused,reserve:withdrawn,submitted:checked,submitted:refused,submitted:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='055fbf25a488028b8498abd8092d6a7ee2197d35', operation='UPDATE', pgid='pgtrigger_only_moves_change_state_775a9', table='programs_candidacy', when='BEFORE')),
        ),
    ]
