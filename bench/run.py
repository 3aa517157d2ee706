"""Everything at one size: a database with that many bookings, the web server as in production, the measures."""

import argparse
import json
import os
from pathlib import Path

import psycopg


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("result", type=Path)
    parser.add_argument("--port", type=int, default=8140)
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    from bench.stock import is_fresh
    from config import embedded

    home, name = Path(os.environ["YANQI_HOME"]), f"bench_{given.size}"
    os.environ["DATABASE_URL"] = embedded.database_url(home, name)
    if not is_fresh(given.size):
        with psycopg.connect(embedded.Server(home).url("postgres"), autocommit=True) as server:
            server.execute(f"drop database if exists {name} with (force)")
            server.execute(f"create database {name}")
    import django

    django.setup()
    from bench.measures import MEASURES, Stage
    from bench.server import serving
    from bench.synthetic import prepare

    prepare(given.size)
    chosen = [name for name in MEASURES if not given.only or name in given.only.split(",")]
    found = []
    with serving(given.port) as server:
        stage = Stage(given.size, given.port, server)
        for name in chosen:
            for row in MEASURES[name](stage):
                found.append({"bookings": given.size, **row})
                print(f"  {row['measure']}: {row.get('p50', '')}", flush=True)
    given.result.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
