"""The sign of life of the worker, and the table of Django's database cache (what `createcachetable` makes)."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("core", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="Heartbeat",
            fields=[
                ("name", models.CharField(max_length=30, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
            ],
            options={"ordering": ["name"]},
        ),
        migrations.RunSQL(
            "create table core_cache (cache_key varchar(255) primary key, value text not null,"
            " expires timestamptz not null);"
            "create index core_cache_expires on core_cache (expires)",
            "drop table core_cache",
        ),
    ]
