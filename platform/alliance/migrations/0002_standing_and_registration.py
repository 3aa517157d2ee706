"""Members have a standing, events a state and a registration."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('alliance', '0001_initial'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='alliance',
            options={'ordering': ['-is_main', 'name', 'id'], 'permissions': [('view_figures', 'Read all usage and cooperation figures'), ('check_programs', 'Check submitted programmes'), ('approve_programs', 'Approve programmes'), ('manage_calls', 'Run calls, their check and their review'), ('decide_proposals', 'Decide proposals and announce results'), ('manage_members', 'Run membership: applications, members and their representatives'), ('run_governance', 'Run bodies, offices, meetings and motions'), ('open_votes', 'Open and close votes, put applications to the vote'), ('publish', 'Publish news, events, documents and circulars'), ('manage_roles', 'Grant and revoke roles')]},
        ),
        migrations.AlterModelOptions(
            name='event',
            options={'ordering': [models.OrderBy(models.F('starts_at'), descending=True, nulls_first=True), '-id']},
        ),
        migrations.RemoveConstraint(
            model_name='event',
            name='event_ends_after_start',
        ),
        migrations.AddField(
            model_name='alliance',
            name='contact_email',
            field=models.EmailField(blank=True, default='', max_length=254, verbose_name='address of the secretariat'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='is_non_confidential',
            field=models.BooleanField(default=True, verbose_name='non-confidential'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='is_non_governmental',
            field=models.BooleanField(default=True, verbose_name='non-governmental'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='is_non_profit',
            field=models.BooleanField(default=True, verbose_name='non-profit'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='is_peaceful_only',
            field=models.BooleanField(default=True, verbose_name='for peaceful ends only'),
        ),
        migrations.AddField(
            model_name='alliance',
            name='purpose_zh',
            field=models.TextField(blank=True, default='', verbose_name='purpose in Chinese'),
        ),
        migrations.AddField(
            model_name='event',
            name='circulated_on',
            field=models.DateField(blank=True, null=True, verbose_name='programme circulated'),
        ),
        migrations.AddField(
            model_name='event',
            name='is_late_circulation',
            field=models.BooleanField(default=False, editable=False, help_text='Less than 30 days ahead (R-46).'),
        ),
        migrations.AddField(
            model_name='event',
            name='online_link',
            field=models.URLField(blank=True, default='', verbose_name='link to join online'),
        ),
        migrations.AddField(
            model_name='event',
            name='parent',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='alliance.event'),
        ),
        migrations.AddField(
            model_name='event',
            name='places_online',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='places online'),
        ),
        migrations.AddField(
            model_name='event',
            name='places_onsite',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='places on site'),
        ),
        migrations.AddField(
            model_name='event',
            name='planned_for',
            field=models.CharField(blank=True, default='', max_length=120, verbose_name='planned for'),
        ),
        migrations.AddField(
            model_name='event',
            name='registration_from',
            field=models.DateTimeField(blank=True, null=True, verbose_name='registration opens'),
        ),
        migrations.AddField(
            model_name='event',
            name='registration_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='registration closes'),
        ),
        migrations.AddField(
            model_name='event',
            name='state',
            field=models.CharField(choices=[('idea', 'Idea'), ('announced', 'Announced'), ('invited', 'Invitations sent'), ('registration', 'Registration open'), ('running', 'Running'), ('held', 'Held'), ('published', 'Proceedings published'), ('postponed', 'Postponed'), ('cancelled', 'Cancelled')], default='announced', max_length=12, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='membership',
            name='good_standing',
            field=models.BooleanField(default=True, verbose_name='in good standing'),
        ),
        migrations.AddField(
            model_name='membership',
            name='state',
            field=models.CharField(choices=[('active', 'Active'), ('suspended', 'Suspended'), ('withdrawn', 'Withdrawn'), ('excluded', 'Excluded')], default='active', max_length=10, verbose_name='state'),
        ),
        migrations.AddField(
            model_name='newsitem',
            name='embargo_until',
            field=models.DateTimeField(blank=True, null=True, verbose_name='embargo until'),
        ),
        migrations.AddField(
            model_name='newsitem',
            name='event',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='news', to='alliance.event'),
        ),
        migrations.AddField(
            model_name='newsitem',
            name='organisation',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='news', to='accounts.organisation'),
        ),
        migrations.AddField(
            model_name='newsitem',
            name='withdrawn_at',
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.AlterField(
            model_name='event',
            name='ends_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='ends'),
        ),
        migrations.AlterField(
            model_name='event',
            name='starts_at',
            field=models.DateTimeField(blank=True, null=True, verbose_name='starts'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='event',
            trigger=pgtrigger.compiler.Trigger(name='only_moves_change_state', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{announced:cancelled,announced:held,announced:invited,announced:postponed,announced:registration,announced:running,held:published,idea:announced,idea:cancelled,invited:cancelled,invited:held,invited:postponed,invited:registration,invited:running,postponed:announced,postponed:cancelled,registration:cancelled,registration:held,registration:invited,registration:postponed,registration:running,running:held}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='226f3f6192c79d0f0e0b776d2df48a1d06735f19', operation='UPDATE', pgid='pgtrigger_only_moves_change_state_f57fa', table='alliance_event', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='membership',
            trigger=pgtrigger.compiler.Trigger(name='only_moves_change_state', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{active:excluded,active:suspended,active:withdrawn,suspended:active,suspended:excluded,suspended:withdrawn}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='a3c357724641e360cb73e9fe67f42960ae821929', operation='UPDATE', pgid='pgtrigger_only_moves_change_state_f2347', table='alliance_membership', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='event',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ends_at', None), ('starts_at', None)), ('ends_at__gt', models.F('starts_at')), _connector='OR'), name='event_ends_after_start'),
        ),
    ]
