"""People who act at the same instant: threads at a barrier, calls of the API, a slot that they ask for."""

import threading
from datetime import timedelta

from django.db import connection
from django.test import Client

from accounts.commands import create_token


def at_once(calls):
    """Start all calls at a barrier, each in a thread with a connection of its own; their answers."""
    barrier = threading.Barrier(len(calls))
    answers = [None] * len(calls)

    def run(position, call):
        try:
            barrier.wait(60)
            answers[position] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=each) for each in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def caller(user, path, body):
    token = create_token(user, by=user)[1]
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {token}"}
    return lambda: client.post(f"/api/v1{path}", body, content_type="application/json", headers=headers)


def slot(instrument, start, hours=1, **more):
    return {
        "instrument": instrument.slug,
        "starts_at": start.isoformat(),
        "ends_at": (start + timedelta(hours=hours)).isoformat(),
        **more,
    }
