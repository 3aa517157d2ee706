"""Background work: tell deciders of their tasks, deliver what waits, send digests. Each is safe to run twice."""

from celery import shared_task

from notifications import commands


@shared_task(name="notifications.deliver")
def deliver(message_id: str) -> None:
    commands.deliver(message_id)


@shared_task(name="notifications.deliver_due")
def deliver_due() -> None:
    """The sweep: new tasks become messages, waiting messages are sent."""
    commands.tell_deciders()
    commands.deliver_due()


@shared_task(name="notifications.send_digests")
def send_digests() -> None:
    commands.send_digests()
