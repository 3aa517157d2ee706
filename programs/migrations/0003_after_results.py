"""After the results: accounts and legs that move, publications that are due, reminders of deadlines."""
import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('facilities', '0003_after_results'),
        ('programs', '0002_scales'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name='leg',
            name='only_moves_change_state',
        ),
        migrations.AddField(
            model_name='call',
            name='reminded',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, help_text='Days before the deadline that were told of.', size=None),
        ),
        migrations.AddField(
            model_name='experimentreport',
            name='explained_at',
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AddField(
            model_name='experimentreport',
            name='explained_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='experimentreport',
            name='explanation',
            field=models.TextField(blank=True, default='', verbose_name='why nothing is published'),
        ),
        migrations.AddField(
            model_name='experimentreport',
            name='publication_reminded',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, help_text='Days from that day that were reminded of.', size=None),
        ),
        migrations.AddField(
            model_name='experimentreport',
            name='publish_by',
            field=models.DateField(default=datetime.date(2000, 1, 1), verbose_name='publication or explanation expected'),
            preserve_default=False,
        ),
        migrations.RunSQL(
            "update programs_experimentreport set publish_by = due_on + interval '21 months'", migrations.RunSQL.noop
        ),
        migrations.AddField(
            model_name='leg',
            name='extended_at',
            field=models.DateTimeField(blank=True, help_text='When it was given more time, once (R-18).', null=True),
        ),
        migrations.AddField(
            model_name='proposal',
            name='expiry_warned',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), blank=True, default=list, help_text='Days before the expiry that were warned of.', size=None),
        ),
        migrations.AddField(
            model_name='transfer',
            name='source',
            field=models.ForeignKey(default=None, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='facilities.instrument'),
            preserve_default=False,
        ),
        migrations.AlterField(
            model_name='leg',
            name='allocation',
            field=models.ForeignKey(blank=True, help_text='Legs of a proposal at one instrument share the account of their cycle.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposal_legs', to='facilities.allocation'),
        ),
        migrations.AddIndex(
            model_name='experimentreport',
            index=models.Index(fields=['publish_by', 'id'], name='publications_due'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='leg',
            trigger=pgtrigger.compiler.Trigger(name='only_moves_change_state', sql=pgtrigger.compiler.UpsertTriggerSql(declare='DECLARE _is_valid_transition BOOLEAN;', func='SELECT CONCAT(OLD."state", \':\', NEW."state") = ANY(\'{allocated:cancelled,allocated:done,allocated:lost,allocated:on_hold,allocated:reserve,allocated:scheduled,feasible:allocated,feasible:cancelled,feasible:infeasible,feasible:recommended,feasible:refused,feasible:requested,feasible:reserve,infeasible:cancelled,infeasible:feasible,infeasible:refused,infeasible:requested,on_hold:allocated,on_hold:cancelled,recommended:allocated,recommended:cancelled,recommended:refused,recommended:requested,recommended:reserve,refused:allocated,refused:reserve,requested:allocated,requested:cancelled,requested:feasible,requested:infeasible,requested:refused,requested:reserve,reserve:allocated,reserve:cancelled,reserve:refused,scheduled:allocated,scheduled:cancelled,scheduled:done,scheduled:lost,scheduled:on_hold}\'::text[]) INTO _is_valid_transition; IF (_is_valid_transition IS FALSE AND OLD."state" IS DISTINCT FROM NEW."state") THEN RAISE EXCEPTION \'pgtrigger: Invalid transition of field "state" from "%" to "%" on table %\', OLD."state", NEW."state", TG_TABLE_NAME; ELSE RETURN NEW; END IF;', hash='0dfdcb6e8383921b3c2de1585b4e087cca686dd7', operation='UPDATE', pgid='pgtrigger_only_moves_change_state_ad928', table='programs_leg', when='BEFORE')),
        ),
        migrations.AddConstraint(
            model_name='experimentreport',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('explained_at', None), ('explained_by', None), ('explanation', '')), models.Q(models.Q(('explanation', ''), _negated=True), ('explained_at__isnull', False), ('explained_by__isnull', False)), _connector='OR'), name='an_explanation_says_by_whom'),
        ),
        migrations.AddConstraint(
            model_name='transfer',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('refused_by', None)), models.Q(('ended_at__isnull', False), ('refused_by__isnull', False), models.Q(('note', ''), _negated=True)), models.Q(('ended_at__isnull', False), ('source_agreed_by__isnull', False), ('target_agreed_by__isnull', False)), _connector='OR'), name='a_transfer_ends_by_both_or_with_a_reason'),
        ),
    ]
