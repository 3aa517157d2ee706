"""Ends what a test started in a home folder, however the test ended; nothing of it outlives the test."""

import contextlib
import os
import signal
from pathlib import Path

import psutil


def processes_of(home: Path) -> list[psutil.Process]:
    """Everything that runs in or for a home, its database server included."""
    found = []
    for each in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            ours = each.environ().get("YANQI_HOME") == str(home) or str(home) in " ".join(each.cmdline())
            if ours and each.status() != psutil.STATUS_ZOMBIE and each.pid != os.getpid():
                found.append(each)
    return found


def end_everything(home: Path) -> None:
    """Kill what is left; a database server by the signal at which it ends its own processes and frees its memory."""
    left = processes_of(home)
    for each in left:
        with contextlib.suppress(psutil.Error):
            each.send_signal(signal.SIGQUIT if each.name() == "postgres" else signal.SIGKILL)
    _gone, stubborn = psutil.wait_procs(left, timeout=20)
    for each in stubborn:
        with contextlib.suppress(psutil.Error):
            each.kill()
    psutil.wait_procs(stubborn, timeout=20)
