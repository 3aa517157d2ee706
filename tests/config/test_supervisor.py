"""The supervisor with real processes: it restarts what dies, gives up with a clear word, and leaves nothing behind.

Each child connects to the test and holds the line for as long as it lives, so that the test waits for starts and ends
without looking at the clock.
"""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from config.supervisor import Child

ROOT = Path(__file__).resolve().parents[2]
SUPERVISOR = """
import sys
from pathlib import Path
from config.supervisor import Child, Supervisor
supervisor = Supervisor(lambda sentence: print(sentence, flush=True))
try:
    for name, code in zip(sys.argv[2::2], sys.argv[3::2]):
        supervisor.add(Child(name, [sys.executable, "-c", code], Path(sys.argv[1]) / f"{name}.log", {}))
    supervisor.run()
finally:
    supervisor.stop()
"""
CHILD = """
import os, signal, socket
line = socket.create_connection(("127.0.0.1", {port}))
line.sendall(b"%d\\n" % os.getpid())
{more}
signal.pause()
"""


class Line:
    """The connection that a child holds."""

    def __init__(self, listener: socket.socket) -> None:
        self.socket, _ = listener.accept()
        self.socket.settimeout(30)
        self.file = self.socket.makefile("rb")
        self.pid = int(self.file.readline())

    def wait_for_end(self) -> None:
        assert self.file.read() == b""
        self.close()

    def close(self) -> None:
        self.file.close()
        self.socket.close()


@pytest.fixture
def listener():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(30)
        yield listener


@pytest.fixture
def child(listener):
    """Python code of a child that reports to the test; `more` runs once it has."""
    return lambda more="": CHILD.format(port=listener.getsockname()[1], more=more)


@pytest.fixture
def supervise(tmp_path):
    started = []

    def start(**children: str) -> subprocess.Popen[str]:
        arguments = [each for pair in children.items() for each in pair]
        process = subprocess.Popen(
            [sys.executable, "-c", SUPERVISOR, str(tmp_path), *arguments],
            env={**os.environ, "PYTHONPATH": str(ROOT / "platform")},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_all_children_and_then_the_supervisor(supervise, child, listener, number):
    process = supervise(one=child(), two=child())
    lines = [Line(listener), Line(listener)]
    process.send_signal(number)
    for line in lines:
        line.wait_for_end()
    assert process.wait(30) == 0


def test_a_killed_child_is_started_again(supervise, child, listener):
    process = supervise(one=child())
    first = Line(listener)
    os.kill(first.pid, signal.SIGKILL)
    first.wait_for_end()
    second = Line(listener)
    assert second.pid != first.pid
    assert process.stdout.readline() == "The one was killed by SIGKILL; starting it again in 0.25 s.\n"
    process.terminate()
    second.wait_for_end()


def test_what_a_killed_child_had_started_ends_with_it(supervise, child, listener):
    process = supervise(one=child(f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {child()!r}])"))
    parent, grandchild = Line(listener), Line(listener)
    os.kill(parent.pid, signal.SIGKILL)
    parent.wait_for_end()
    grandchild.wait_for_end()
    again = [Line(listener), Line(listener)]
    process.terminate()
    for line in again:
        line.wait_for_end()


def test_a_child_that_keeps_dying_is_given_up_with_its_last_words_and_the_others_end(supervise, child, listener):
    process = supervise(good=child(), bad="print('no such table'); raise SystemExit(3)")
    line = Line(listener)
    said, complaint = process.communicate(timeout=60)
    line.wait_for_end()
    assert process.returncode == 1
    assert said.count("The bad ended with status 3") == 4
    assert "The bad ended 5 times" in complaint
    assert "no such table" in complaint
    assert "Traceback" not in complaint


def test_a_child_that_does_not_end_by_itself_is_killed(supervise, child, listener, monkeypatch):
    stubborn = child("signal.signal(signal.SIGTERM, signal.SIG_IGN); line.sendall(b'!')")
    code = SUPERVISOR.replace("supervisor = ", "import config.supervisor; config.supervisor.GRACE = 0.2\nsupervisor = ")
    monkeypatch.setattr(sys.modules[__name__], "SUPERVISOR", code)
    process = supervise(one=stubborn)
    line = Line(listener)
    assert line.file.read(1) == b"!"
    process.terminate()
    line.wait_for_end()
    assert process.communicate(timeout=30)[0] == "The one does not end by itself; killing it.\n"


def test_a_long_log_is_moved_aside_while_the_child_writes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("config.supervisor.LOG_LIMIT", 10)
    child = Child("one", [], tmp_path / "one.log", {})
    with child.log.open("ab", buffering=0) as log:
        log.write(b"a line that is long\n")
        child.turn_log()
        log.write(b"next\n")
        child.turn_log()
    assert (tmp_path / "one.1.log").read_text() == "a line that is long\n"
    assert child.log.read_text() == "next\n"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_children_end_when_the_supervisor_itself_is_killed(supervise, child, listener):
    process = supervise(one=child())
    line = Line(listener)
    process.kill()
    line.wait_for_end()
