"""The functions of search: what a search column holds."""

from django.db import migrations

from core.search import FUNCTIONS


class Migration(migrations.Migration):
    replaces = [("core", "0003_search")]
    dependencies = [("core", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS, "drop function search_names(text[]); drop function fold(text);")]
