"""Long texts of documents and news are found by their words; what was proposed or sent is fixed."""

import core.fulltext
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0001_initial'),
        ('alliance', '0006_voting'),
        ('core', '0003_words_of_texts'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='document',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=core.fulltext.Words('title', 'title_zh', 'summary', 'summary_zh', 'authors'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='documentversion',
            name='read_at',
            field=models.DateTimeField(blank=True, editable=False, help_text='When `words` were read.', null=True),
        ),
        migrations.AddField(
            model_name='documentversion',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=core.fulltext.Words('text', 'words'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddField(
            model_name='newsitem',
            name='search',
            field=models.GeneratedField(db_persist=True, expression=core.fulltext.Words('title', 'title_zh', 'body', 'body_zh'), output_field=django.contrib.postgres.search.SearchVectorField()),
        ),
        migrations.AddIndex(
            model_name='document',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='words_of_documents'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='words_of_versions'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(condition=models.Q(('state', 'adopted')), fields=['effective_from'], name='versions_to_take_effect'),
        ),
        migrations.AddIndex(
            model_name='documentversion',
            index=models.Index(condition=models.Q(('file__gt', ''), ('read_at', None)), fields=['id'], name='versions_to_read'),
        ),
        migrations.AddIndex(
            model_name='newsitem',
            index=django.contrib.postgres.indexes.GinIndex(fields=['search'], name='words_of_news'),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='circular',
            trigger=pgtrigger.compiler.Trigger(name='fixed_once_sent', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."sent_at" IS NOT NULL)', func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;", hash='ed9459a829140c71048f2dd37ad8ed0f95c5e4fe', operation='UPDATE OR DELETE', pgid='pgtrigger_fixed_once_sent_b555f', table='alliance_circular', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentversion',
            trigger=pgtrigger.compiler.Trigger(name='fixed_once_proposed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'proposed\', \'adopted\', \'in_force\', \'superseded\', \'withdrawn\') AND (OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."document_id" IS DISTINCT FROM (NEW."document_id") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."text" IS DISTINCT FROM (NEW."text") OR OLD."file" IS DISTINCT FROM (NEW."file") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."sha256" IS DISTINCT FROM (NEW."sha256")))', func="RAISE EXCEPTION 'pgtrigger: Cannot update rows from % table', TG_TABLE_NAME;", hash='d415f7447a31483981a8808f2dee2fdb202ea3e0', operation='UPDATE', pgid='pgtrigger_fixed_once_proposed_4b4dc', table='alliance_documentversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentversion',
            trigger=pgtrigger.compiler.Trigger(name='kept_once_proposed', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (OLD."state" IN (\'proposed\', \'adopted\', \'in_force\', \'superseded\', \'withdrawn\'))', func="RAISE EXCEPTION 'pgtrigger: Cannot delete rows from % table', TG_TABLE_NAME;", hash='f1e3ba9ee12a6d636bc95b2e1bf49748a365b7e0', operation='DELETE', pgid='pgtrigger_kept_once_proposed_61474', table='alliance_documentversion', when='BEFORE')),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name='documentversion',
            trigger=pgtrigger.compiler.Trigger(name='valid_by_resolution', sql=pgtrigger.compiler.UpsertTriggerSql(condition='WHEN (NEW."adopted_by_id" IS NULL AND NEW."state" IN (\'adopted\', \'in_force\'))', func="\n        if exists (select from alliance_document where id = new.document_id and needs_resolution) then\n            raise exception 'a version of this document is valid by resolution only' using errcode = 'check_violation';\n        end if;\n        return null;\n    ", hash='07099a0bdb488cbf3aa0b0a67d269518dc625602', operation='INSERT OR UPDATE', pgid='pgtrigger_valid_by_resolution_f2ac6', table='alliance_documentversion', when='AFTER')),
        ),
    ]
