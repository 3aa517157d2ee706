"""The evaluation of a programme."""

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
        ('programs', '0003_opportunities'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Evaluation',
            fields=[
                ('id', models.UUIDField(default=core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(default=core.clock.now, editable=False)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('goals', models.PositiveSmallIntegerField(verbose_name='goals reached')),
                ('use', models.PositiveSmallIntegerField(verbose_name='use of facility time and money')),
                ('impact', models.PositiveSmallIntegerField(verbose_name='what came of it for science and society')),
                ('lasting', models.PositiveSmallIntegerField(verbose_name='cooperation that lasts')),
                ('reached', models.TextField(verbose_name='what was reached')),
                ('learnt', models.TextField(verbose_name='what the alliance learns from it')),
                ('advice', models.CharField(choices=[('continue', 'Continue it in a new programme'), ('change', 'Continue parts of it in another form'), ('end', 'Nothing needs to follow')], max_length=10, verbose_name='what should follow')),
                ('figures', models.JSONField(verbose_name='figures')),
                ('by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('program', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='evaluation', to='programs.program')),
            ],
            options={
                'ordering': ['-created_at', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('goals__range', (1, 5)), ('impact__range', (1, 5)), ('lasting__range', (1, 5)), ('use__range', (1, 5))), name='evaluation_grades_from_1_to_5')],
            },
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='evaluation',
            trigger=pgtrigger.compiler.Trigger(name='append_only', sql=pgtrigger.compiler.UpsertTriggerSql(func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='68b5dded503d1610f6d6cccf9181776ad578ffc5', operation='UPDATE OR DELETE', pgid='pgtrigger_append_only_ebd98', table='programs_evaluation', when='BEFORE')),
        ),
    ]
