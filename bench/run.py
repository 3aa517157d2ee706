"""Some measures at one size: a database with that many bookings, the web server as in production, the measures."""

import argparse
import json
import os
from pathlib import Path

import psycopg


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("size", type=int)
    parser.add_argument("instruments", type=int)
    parser.add_argument("result", type=Path)
    parser.add_argument("--port", type=int, default=8140)
    parser.add_argument("--measures", default="")
    given = parser.parse_args()
    from bench.stock import Filling
    from config import embedded

    home, filling = Path(os.environ["YANQI_HOME"]), Filling(given.size, given.instruments)
    os.environ["DATABASE_URL"] = embedded.database_url(home, filling.name)
    if not filling.is_fresh():
        with psycopg.connect(embedded.Server(home).url("postgres"), autocommit=True) as server:
            server.execute(f"drop database if exists {filling.name} with (force)")
            server.execute(f"create database {filling.name}")
    import django

    django.setup()
    from bench.measures import MEASURES, Stage
    from bench.server import serving
    from bench.synthetic import prepare

    prepare(filling)
    found = []
    with serving(given.port) as server:
        stage = Stage(filling, given.port, server)
        for name in given.measures.split(","):
            for row in MEASURES[name](stage):
                found.append({"size": given.size, **row})
                print(f"  {row['measure']}: {row.get('p50', '')}", flush=True)
    given.result.write_text(json.dumps(found))


if __name__ == "__main__":
    main()
