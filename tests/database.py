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

# The rows and the sequences that migrations leave behind, kept beside the tables.
REMEMBER = """
    do $$
    declare
        name text;
        holds boolean;
    begin
        create schema origin;
        create table origin.sequences as select sequencename, last_value from pg_sequences where schemaname = 'public';
        for name in select tablename from pg_tables where schemaname = 'public' loop
            execute format('select exists (table public.%I)', name) into holds;
            if holds then
                execute format('create table origin.%1$I as table public.%1$I', name);
            end if;
        end loop;
    end $$
"""

# No trigger and no foreign key looks on, so the order of tables does not matter, and what is append-only goes as well.
# 40 ms of processor time; a new copy of the template takes a second.
RESTORE = """
    do $$
    declare
        name text;
        fields text;
        differs boolean;
    begin
        set local session_replication_role = replica;
        for name in select tablename from pg_tables where schemaname = 'public' loop
            if to_regclass(format('origin.%I', name)) is null then
                execute format('delete from public.%I', name);
            else
                execute format(
                    'select exists ((table public.%1$I except all table origin.%1$I)'
                    ' union all (table origin.%1$I except all table public.%1$I))', name
                ) into differs;
                if differs then
                    select string_agg(quote_ident(attname), ', ') into fields from pg_attribute
                    where attrelid = format('public.%I', name)::regclass and attnum > 0 and attgenerated = '';
                    execute format('delete from public.%I', name);
                    execute format('insert into public.%1$I (%2$s) select %2$s from origin.%1$I', name, fields);
                end if;
            end if;
        end loop;
        perform setval(
            format('public.%I', now.sequencename),
            coalesce(origin.last_value, now.start_value),
            origin.last_value is not null
        )
        from pg_sequences now join origin.sequences origin using (sequencename)
        where now.schemaname = 'public' and now.last_value is distinct from origin.last_value;
    end $$
"""


def fingerprint() -> str:
    """Changes with whatever a migrated database is made of: migrations, what apps do after them, dependencies."""
    digest = hashlib.sha256((ROOT / "requirements.txt").read_bytes() + REMEMBER.encode())
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
        with connections["default"].cursor() as cursor:
            cursor.execute(REMEMBER)
        connections.close_all()
        with _server() as server:
            server.execute(sql.SQL("alter database {} rename to {}").format(unfinished, sql.Identifier(name)))
    return name


def restore() -> None:
    """Bring the database in use back to what the template holds, ending whatever else is connected to it."""
    connections.close_all()
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "select pg_terminate_backend(pid, 10000) from pg_stat_activity"
            " where datname = current_database() and pid <> pg_backend_pid() and backend_type = 'client backend'"
        )
        cursor.execute(RESTORE)


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
