"""The tests' databases: one template, migrated once per set of migrations; every test process clones it."""

import fcntl
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from psycopg import sql

ROOT = Path(__file__).resolve().parents[1]


def fingerprint() -> str:
    """Changes with whatever a migrated database is made of: migrations, what apps do after them, dependencies."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes())
    for pattern in ("migrations/*.py", "apps.py", "models.py", "models/*.py"):
        for path in sorted([*ROOT.glob(f"*/{pattern}"), *ROOT.glob(f"platform/*/{pattern}")]):
            digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


@contextmanager
def _server() -> Iterator[psycopg.Connection]:
    with (
        connections["default"]._nodb_cursor() as cursor,
        psycopg.connect(cursor.connection.info.dsn, autocommit=True) as connection,
    ):
        yield connection


def _use(name: str) -> None:
    connections.close_all()
    settings.DATABASES["default"]["NAME"] = name
    connections["default"].settings_dict["NAME"] = name


def _names(server: psycopg.Connection, prefix: str) -> list[str]:
    rows = server.execute("select datname from pg_database where datname like %s", [prefix + "%"])
    return [name for (name,) in rows]


def ensure_template() -> str:
    """The name of the migrated template; made by whoever comes first, while the others wait."""
    name = f"yanqi_template_{fingerprint()}"
    Path(settings.HOME).mkdir(parents=True, exist_ok=True)
    with open(Path(settings.HOME) / "template.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with _server() as server:
            known = _names(server, "yanqi_template_")
            if name in known:
                return name
            for old in known:
                server.execute(sql.SQL("drop database {} with (force)").format(sql.Identifier(old)))
            unfinished = sql.Identifier("yanqi_unfinished")
            server.execute(sql.SQL("drop database if exists {} with (force)").format(unfinished))
            server.execute(sql.SQL("create database {}").format(unfinished))
        _use("yanqi_unfinished")
        call_command("migrate", verbosity=0, interactive=False)
        connections.close_all()
        with _server() as server:
            server.execute(sql.SQL("alter database {} rename to {}").format(unfinished, sql.Identifier(name)))
    return name


def clone(template: str, name: str) -> None:
    """Replace the database `name` with a fresh copy of the template and use it."""
    drop(name)
    copy = sql.SQL("create database {} template {}").format(sql.Identifier(name), sql.Identifier(template))
    with _server() as server:
        server.execute(copy)
    _use(name)


def drop(name: str) -> None:
    """Remove a database, ending whatever is connected to it."""
    connections.close_all()
    with _server() as server:
        server.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))
