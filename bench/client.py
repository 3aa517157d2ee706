"""A client with one persistent connection, and how long things take."""

import http.client
import json
import socket
import statistics
import threading
import time
from collections.abc import Callable, Iterable
from typing import Any


class Client:
    """HTTP with keep-alive as one person; the time is from the first byte sent to the last received."""

    def __init__(self, port: int, token: str) -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        self.connection.connect()
        self.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def get(self, path: str) -> tuple[int, bytes, float]:
        return self._call("GET", path, None)

    def post(self, path: str, body: Any) -> tuple[int, bytes, float]:
        return self._call("POST", path, json.dumps(body).encode())

    def close(self) -> None:
        self.connection.close()

    def _call(self, method: str, path: str, body: bytes | None) -> tuple[int, bytes, float]:
        began = time.perf_counter()
        self.connection.request(method, f"/api/v1{path}", body, self.headers)
        answer = self.connection.getresponse()
        content = answer.read()
        return answer.status, content, (time.perf_counter() - began) * 1000


def spread(times: Iterable[float]) -> dict[str, float]:
    """Median and 95th percentile."""
    times = sorted(times)
    return {"p50": statistics.median(times), "p95": times[min(len(times) - 1, int(len(times) * 0.95))]}


def together(works: Iterable[Callable[[], None]]) -> float:
    """Start all at a barrier, each in a thread; the seconds until the last one ends."""
    works = list(works)
    barrier = threading.Barrier(len(works) + 1)

    def run(work: Callable[[], None]) -> None:
        barrier.wait()
        work()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    barrier.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return time.perf_counter() - began
