"""The shape of the tree: the standard library keeps its names, and foreign keys follow the order of the layers."""

import platform
import tomllib
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
LAYERS = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"][0]["layers"]


def test_the_standard_library_keeps_the_name_platform():
    assert platform.python_version().startswith("3.")
    assert not (ROOT / "platform" / "__init__.py").exists()


@pytest.mark.parametrize("app", [config for config in apps.get_app_configs() if config.label in LAYERS], ids=str)
def test_foreign_keys_and_migrations_point_only_to_the_right(app):
    may_know = LAYERS[LAYERS.index(app.label) :]
    for model in app.get_models(include_auto_created=True):
        for field in model._meta.get_fields(include_hidden=True):
            if field.is_relation and field.concrete and field.related_model is not None:
                target = field.related_model._meta.app_label
                assert target not in LAYERS or target in may_know, f"{model._meta.label}.{field.name} → {target}"


def test_migrations_depend_only_on_layers_to_the_right():
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None)
    for (label, name), migration in loader.disk_migrations.items():
        if label in LAYERS:
            for needed, _ in migration.dependencies:
                assert needed not in LAYERS[: LAYERS.index(label)], f"{label}.{name} depends on {needed}"


def test_migrations_that_run_at_once_touch_nothing_twice_and_read_no_rows():
    from django.db.migrations import DeleteModel, RenameModel, RunPython
    from django.db.migrations.loader import MigrationLoader
    from django.db.migrations.operations.fields import FieldOperation

    from core.creation import AtOnce

    found = [each for each in MigrationLoader(None).disk_migrations.values() if isinstance(each, AtOnce)]
    assert {each.app_label for each in found} >= {"facilities", "programs"}
    for migration in found:
        operations = migration.operations
        assert not [op for op in operations if isinstance(op, RunPython | RenameModel | DeleteModel)], migration
        fields = [(op.model_name_lower, op.name_lower) for op in operations if isinstance(op, FieldOperation)]
        assert len(fields) == len(set(fields)), migration


@pytest.mark.django_db
def test_the_models_are_what_the_migrations_made(capsys):
    from django.core.management import call_command

    call_command("makemigrations", "--check", "--dry-run", verbosity=1)
