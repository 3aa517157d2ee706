"""The function that long texts are searched by."""

from django.db import migrations

from core.fulltext import FUNCTIONS


class Migration(migrations.Migration):
    dependencies = [("core", "0002_search")]

    operations = [migrations.RunSQL(FUNCTIONS, "drop function words_of(text);")]
