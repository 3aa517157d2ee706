"""Search functions, and the words that names are made of."""

import django.contrib.postgres.indexes
from django.db import migrations, models

from core.search import FUNCTIONS


class Migration(migrations.Migration):
    dependencies = [("core", "0002_heartbeat_and_cache")]

    operations = [
        migrations.RunSQL(FUNCTIONS, "drop function search_names(text[]); drop function fold(text);"),
        migrations.CreateModel(
            name="SearchWord",
            fields=[("word", models.TextField(primary_key=True, serialize=False))],
            options={
                "ordering": ["word"],
                "indexes": [
                    django.contrib.postgres.indexes.GinIndex(
                        fields=["word"], name="search_words", opclasses=["gin_trgm_ops"]
                    )
                ],
            },
        ),
    ]
