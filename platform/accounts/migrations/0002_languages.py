"""Which languages people speak, for facilities whose policy asks for one on site (R-26)."""

import accounts.identifiers
import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='user',
            name='languages',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=2, validators=[accounts.identifiers.validate_language]), blank=True, default=list, size=None, verbose_name='languages spoken fluently'),
        ),
    ]
