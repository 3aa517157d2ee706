"""`manage.py up`: everything a newcomer needs in one command, ended by Ctrl-C."""

import fcntl
import hashlib
import http.client
import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor

from config import embedded, translations
from config.celery import prepare_broker
from config.demo import load
from config.demo.people import DOMAIN, LOGINS, PASSWORD
from config.environment import number, text
from config.supervisor import Child, Supervisor

PATIENCE = 120.0  # seconds for the web server's first answer
DATABASE_LOOKED_AT_EVERY = 3.0  # seconds
COLLECT = ("collectstatic", "--noinput", "--clear", "--verbosity", "0")


def web_server(host: str, port: int) -> list[str]:
    """Granian; its threads are not ended for a short rest, for each keeps its database connection."""
    processes = number("WEB_PROCESSES", max(2, os.cpu_count() or 1))
    return (
        f"granian --interface wsgi --host {host} --port {port} --http 1 --no-ws"
        f" --workers {processes} --respawn-failed-workers --workers-kill-timeout 4"
        f" --blocking-threads {number('WEB_THREADS', 2)} --blocking-threads-idle-timeout 600 config.wsgi:application"
    ).split()


def worker() -> list[str]:
    return (
        f"celery --app config.celery worker --pool threads --concurrency {number('WORKER_THREADS', 4)}"
        " --hostname worker@%h --without-gossip --without-mingle --without-heartbeat --loglevel INFO"
    ).split()


def beat() -> list[str]:
    return ["celery", "--app", "config.celery", "beat", "--pidfile=", "--loglevel", "INFO"]


class Command(BaseCommand):
    help = "Starts the database, migrates it, loads the demonstration if empty, and runs web server, worker and beat."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=settings.PORT, help="port of the web server (PORT, 8000)")
        parser.add_argument("--no-demo", action="store_true", help="do not load the demonstration alliance")

    def handle(self, *, port: int, no_demo: bool, **_: object) -> None:
        self.host = text("BIND", "127.0.0.1")
        self.server = None if text("DATABASE_URL") else embedded.Server(settings.HOME)
        self.database_url = self.server.url("yanqi") if self.server else text("DATABASE_URL")
        self.looked_at = time.monotonic()
        self.environment = self._environment(port)
        self._refuse_taken(port)
        with self._only_one():
            self._migrate()
            prepare_broker()
            if not no_demo:
                self._demonstration()
            self._static_files()
            translations.compile_stale()
            connection.close()
            self._serve(port)

    def _say(self, sentence: str) -> None:
        self.stdout.write(sentence)
        self.stdout.flush()

    def _refuse_taken(self, port: int) -> None:
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((self.host, port))
            except OverflowError:
                raise CommandError(f"{port} is not a port: choose one between 1024 and 65535.") from None
            except OSError as error:
                raise CommandError(
                    f"Port {port} cannot be used ({error.strerror}): choose another, for example PORT={port + 1}."
                ) from None

    def _only_one(self) -> IO[str]:
        """A lock on the home folder that ends with this process, however it ends."""
        lock = (settings.HOME / "run" / "up.lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CommandError(
                f"Yanqi already runs from {settings.HOME}: stop it first, or set YANQI_HOME to another folder."
            ) from None
        return lock

    def _migrate(self) -> None:
        try:
            executor = MigrationExecutor(connection)
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {str(error).splitlines()[0]}") from None
        applied, on_disk = set(executor.recorder.applied_migrations()), executor.loader.disk_migrations
        known = on_disk.keys() | {old for migration in on_disk.values() for old in migration.replaces}
        if newer := sorted(applied - known):
            raise CommandError(
                f"The database was made by a newer version of Yanqi, which knows {newer[0][0]}.{newer[0][1]}: "
                "update this one, or use another database (YANQI_HOME or DATABASE_URL)."
            )
        for name, migration in executor.loader.replacements.items():
            lacking = sorted(set(migration.replaces) - applied)
            if lacking and applied & {name, *migration.replaces}:
                raise CommandError(
                    f"The database is older than every release of Yanqi and lacks {lacking[0][0]}.{lacking[0][1]}: "
                    "use another database (YANQI_HOME or DATABASE_URL)."
                )
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            self._say("Bringing the database up to date …")
            call_command("migrate", interactive=False, verbosity=0)

    def _demonstration(self) -> None:
        if load.is_loaded() or load.holds_anything_else() or not settings.DEBUG:
            return
        self._say("Loading the demonstration alliance …")
        load.load(self._say)

    def _static_files(self) -> None:
        """Collected again only when a file, or a package that brings some, has changed."""
        digest = hashlib.sha256((settings.ROOT / "requirements.txt").read_bytes())
        for folder in settings.STATICFILES_DIRS:
            for path in sorted(Path(folder).rglob("*")):
                digest.update(f"{path} {path.stat().st_mtime_ns}".encode())
        stamp = settings.HOME / "run" / "static-files"
        if stamp.exists() and stamp.read_text() == digest.hexdigest() and settings.STATIC_ROOT.exists():
            return
        self._say("Collecting and compressing the static files …")
        done = subprocess.run(
            [sys.executable, settings.ROOT / "manage.py", *COLLECT],
            env=self.environment,
            capture_output=True,
            text=True,
        )
        if done.returncode:
            raise CommandError(f"The static files cannot be collected: {done.stderr.strip().splitlines()[-1]}")
        stamp.write_text(digest.hexdigest())

    def _environment(self, port: int) -> dict[str, str]:
        """What the children run with: as in production, unless DEBUG is asked for; only the address may be local."""
        path = os.pathsep.join([str(settings.ROOT / "platform"), str(settings.ROOT)])
        found = {
            **os.environ,
            "PYTHONPATH": path,
            "PORT": str(port),
            "YANQI_HOME": str(settings.HOME),
            "DATABASE_URL": self.database_url,
        }
        if "DEBUG" not in os.environ:
            found["DEBUG"] = "0"
            found["SECRET_KEY"] = settings.SECRET_KEY
            found.setdefault("ALLOWED_HOSTS", ",".join([*settings.LOCAL_HOSTS, socket.gethostname()]))
        found.setdefault("PUBLIC_URL", f"http://localhost:{port}")
        return found

    def _serve(self, port: int) -> None:
        supervisor = Supervisor(self._say, watch=self._watch_database)
        try:
            supervisor.add(self._child("web server", "web", web_server(self.host, port)))
            patience = time.monotonic() + PATIENCE
            supervisor.run(until=lambda: self._answers(port) or time.monotonic() > patience)
            if time.monotonic() > patience:
                raise CommandError(f"The web server does not answer within {PATIENCE:.0f} s; see its log.")
            if not supervisor.told_to_stop:
                supervisor.add(self._child("worker", "worker", worker()))
                supervisor.add(self._child("beat", "beat", beat()))
                self._welcome()
                supervisor.run()
            self._say("Stopping …")
        finally:
            supervisor.stop()

    def _child(self, name: str, log: str, module: list[str]) -> Child:
        return Child(name, [sys.executable, "-m", *module], settings.HOME / "log" / f"{log}.log", self.environment)

    def _answers(self, port: int) -> bool:
        probe = http.client.HTTPConnection("127.0.0.1" if self.host == "0.0.0.0" else self.host, port, timeout=2)
        try:
            probe.request("GET", "/healthz")
            return probe.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            probe.close()

    def _watch_database(self) -> None:
        if self.server and time.monotonic() - self.looked_at > DATABASE_LOOKED_AT_EVERY:
            if not self.server.answers():
                self._say("The database server does not answer; starting it again.")
                self.server.ensure_running()
            self.looked_at = time.monotonic()

    def _welcome(self) -> None:
        self._say(f"\nYanqi runs at {self.environment['PUBLIC_URL']}")
        if load.is_loaded():
            self._say(f"Demonstration logins, one per role, all with the password {PASSWORD}:")
            self._say("".join(f"  {login}@{DOMAIN}\n" for login in LOGINS).rstrip())
        connection.close()
        self._say(f"Logs are in {settings.HOME / 'log'}. Ctrl-C ends everything.")
