"""The period that a progress report is about; of those there were, the day they were written."""

from django.db import migrations, models
from django.db.models import F, Q

PERIODS = "update programs_progressreport set starts_on = created_at::date, ends_on = created_at::date"


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0004_evaluations'),
    ]

    operations = [
        migrations.AddField('progressreport', 'starts_on', models.DateField(null=True)),
        migrations.AddField('progressreport', 'ends_on', models.DateField(null=True)),
        migrations.RunSQL(PERIODS, migrations.RunSQL.noop),
        migrations.AlterField('progressreport', 'starts_on', models.DateField(verbose_name='period from')),
        migrations.AlterField(
            'progressreport', 'ends_on', models.DateField(verbose_name='period to, this day included')
        ),
        migrations.AddConstraint(
            'progressreport',
            models.CheckConstraint(condition=Q(ends_on__gte=F('starts_on')), name='report_ends_after_its_start'),
        ),
    ]
