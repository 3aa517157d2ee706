"""The web server as `manage.py up` starts it, for as long as it is measured."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROCESSES = max(2, os.cpu_count() or 1)
THREADS = 2


@contextmanager
def serving(port: int) -> Iterator[subprocess.Popen[bytes]]:
    """Granian with two processes; ended with everything it started."""
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
        *("--http", "1", "--no-ws", "--workers", str(PROCESSES), "--blocking-threads", str(THREADS)),
        *("--blocking-threads-idle-timeout", "600", "config.wsgi:application"),
    ]
    log = Path(os.environ["YANQI_HOME"]) / "server.log"
    with log.open("wb") as out:
        server = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
        try:
            wait_for(port, server)
            yield server
        finally:
            os.killpg(server.pid, signal.SIGTERM)
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait()


def wait_for(port: int, server: subprocess.Popen[bytes], seconds: float = 60) -> None:
    """Until the server answers. Raises RuntimeError when it does not, or has ended."""
    until = time.monotonic() + seconds
    while time.monotonic() < until and server.poll() is None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    raise RuntimeError("the web server does not answer; see server.log in the home of the benchmark")


def memory(server: subprocess.Popen[bytes]) -> list[float]:
    """Resident megabytes of the server's processes, the parent first."""
    found = []
    for pid in [server.pid, *children(server.pid)]:
        status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
        found.append(int(status["VmRSS"].split()[0]) / 1024)
    return found


def children(pid: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in (task / "children").read_text().split():
            found += [int(child), *children(int(child))]
    return found


def processor_time(pids: list[int]) -> float:
    """Milliseconds of processor time that processes have used so far: steadier than a clock on a busy machine."""
    tick = os.sysconf("SC_CLK_TCK")
    used = 0
    for pid in pids:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        used += int(fields[11]) + int(fields[12])
    return used * 1000 / tick
