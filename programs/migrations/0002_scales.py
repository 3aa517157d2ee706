"""The score scales that facilities publish, for a new installation to choose from."""

from django.db import migrations

SCALES = [
    # name, lowest, highest, step, best, bands: from a score on, its words
    ("0–5.5 (ESRF)", "0", "5.5", "0.1", "high", []),
    (
        "1–5.5 (PSI SLS)", "1", "5.5", "0.1", "high",
        [(5, "Outstanding", "杰出"), (4, "Excellent", "优秀"), (3, "Good", "良好"), (2, "Sound", "合格"), (1, "Reject", "拒绝")],
    ),
    ("1–10 (ISIS, ILL)", "1", "10", "1", "high", [(10, "World class", "世界一流"), (1, "Unsatisfactory", "不合格")]),
    (
        "1–9 (SOLEIL)", "1", "9", "1", "high",
        [(7, "Must be accepted", "必须接受"), (4, "If time allows", "视机时而定"), (1, "No", "不接受")],
    ),
    ("1–5, five is best (SNS, HFIR)", "1", "5", "1", "high", [(5, "Extraordinary", "非凡")]),
    ("1–5, one is best (NSLS-II, ALS, APS, Elettra)", "1", "5", "0.1", "low", []),
]


def add(apps, schema_editor):
    scale = apps.get_model("programs", "ScoreScale")
    for name, lowest, highest, step, best, bands in SCALES:
        words = [{"from": start, "en": en, "zh": zh} for start, en, zh in bands]
        scale.objects.create(name=name, lowest=lowest, highest=highest, step=step, best=best, bands=words)


class Migration(migrations.Migration):
    replaces = [("programs", "0010_scales")]
    dependencies = [("programs", "0001_initial")]

    operations = [migrations.RunPython(add, migrations.RunPython.noop)]
