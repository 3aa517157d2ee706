"""Keeps a few child processes running: starts them, restarts what dies, gives up with a clear word, ends all of them.

Each child leads a process group of its own, so that Ctrl-C in the terminal reaches the supervisor alone and whatever a
child started ends with it. On Linux a child is told to end when the supervisor itself is killed.
"""

import contextlib
import ctypes
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

LOOK_EVERY = 0.3  # seconds
GRACE = 10.0  # seconds a child has to end after SIGTERM
GIVE_UP_AFTER, WITHIN = 5, 60.0  # so many deaths in so many seconds are not bad luck
LOG_LIMIT = 5_000_000  # bytes; a larger log is moved aside, and one is kept
PR_SET_PDEATHSIG = 1


class GaveUp(SystemExit):
    """A child cannot be kept running; ends the process with one sentence and the child's last words."""


def _end_with_parent(parent: int) -> Callable[[], None]:
    libc = ctypes.CDLL(None) if sys.platform == "linux" else None

    def prepare() -> None:
        if libc is not None:
            libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent:
            os._exit(1)

    return prepare


@dataclass
class Child:
    """One process to keep running; its output goes to `log`."""

    name: str
    command: Sequence[str]
    log: Path
    environment: dict[str, str]
    process: subprocess.Popen[bytes] | None = None
    deaths: deque[float] = field(default_factory=lambda: deque(maxlen=GIVE_UP_AFTER))
    start_at: float = 0.0

    def start(self) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self.environment,
                start_new_session=True,
                preexec_fn=_end_with_parent(os.getpid()),
            )

    def signal(self, number: int) -> None:
        if self.process:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, number)

    def turn_log(self) -> None:
        """Move a long log aside. The child goes on writing to the same file, at its end."""
        if self.log.stat().st_size > LOG_LIMIT:
            shutil.copyfile(self.log, self.log.with_suffix(".1.log"))
            os.truncate(self.log, 0)

    def last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


class Supervisor:
    """Runs children until it is told to stop. `watch` is called at every look, for what is not a child of ours."""

    def __init__(self, say: Callable[[str], None], watch: Callable[[], None] = lambda: None) -> None:
        self.say, self.watch = say, watch
        self.children: list[Child] = []
        self._wake = threading.Event()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, lambda *_: self._wake.set())

    def add(self, child: Child) -> None:
        child.start()
        self.children.append(child)

    @property
    def told_to_stop(self) -> bool:
        return self._wake.is_set()

    def run(self, until: Callable[[], bool] = lambda: False) -> None:
        """Keep the children running until a signal says stop or `until()` is true. Raises GaveUp."""
        while not (self.told_to_stop or until()):
            for child in self.children:
                self._look_after(child)
            self.watch()
            self._wake.wait(LOOK_EVERY)

    def _look_after(self, child: Child) -> None:
        now = time.monotonic()
        if child.process is None:
            if now >= child.start_at:
                child.start()
            return
        if (status := child.process.poll()) is None:
            child.turn_log()
            return
        child.signal(signal.SIGKILL)  # what it started must not outlive it
        child.process = None
        child.deaths.append(now)
        if len(child.deaths) == GIVE_UP_AFTER and now - child.deaths[0] < WITHIN:
            raise GaveUp(
                f"The {child.name} ended {GIVE_UP_AFTER} times within {now - child.deaths[0]:.0f} seconds; giving up. "
                f"The end of its log {child.log}:\n{child.last_words()}"
            )
        pause = 0.25 * 2 ** (len(child.deaths) - 1)
        child.start_at = now + pause
        how = f"was killed by {signal.Signals(-status).name}" if status < 0 else f"ended with status {status}"
        self.say(f"The {child.name} {how}; starting it again in {pause:.2g} s.")

    def stop(self) -> None:
        """End all children, the last started first: politely, then by force."""
        living = [(child, child.process) for child in reversed(self.children) if child.process]
        for _, process in living:
            process.terminate()
        deadline = time.monotonic() + GRACE
        for child, process in living:
            try:
                process.wait(max(0.0, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                self.say(f"The {child.name} does not end by itself; killing it.")
        for child in self.children:
            child.signal(signal.SIGKILL)
            if child.process:
                child.process.wait()
