"""Why a leg stands as it does, in codes that each reader reads in their own language."""

from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('programs', '0005_report_periods'),
    ]

    operations = [
        migrations.AddField(
            model_name='leg',
            name='why',
            field=models.JSONField(blank=True, default=dict, help_text='As `Line.reason`: codes, in words for each reader.'),
        ),
    ]
