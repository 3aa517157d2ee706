"""The functions of search: what a search column holds, of names and of long texts."""

from django.db import migrations

from core import fulltext, search


class Migration(migrations.Migration):
    replaces = [("core", "0003_search"), ("core", "0003_words_of_texts")]
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.RunSQL(search.FUNCTIONS, "drop function search_names(text[]); drop function fold(text);"),
        migrations.RunSQL(fulltext.FUNCTIONS, "drop function words_of(text);"),
    ]
