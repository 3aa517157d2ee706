"""Delivers the outbox: in the reader's language, with an invitation where there is one, tried again when it fails."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template import TemplateDoesNotExist, TemplateSyntaxError
from django.utils import translation

from accounts.models import User
from core import clock
from core.times import zone_of
from notifications.attachments import Withheld, attachments_of
from notifications.invitations import entries_of, invitations_of
from notifications.models import Message, Preference, Stranger
from notifications.rendering import language_of, link_of, text_of, words

BATCH = 500
DIGEST_AT = time(7)
WAITS = [timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 240, 720)]
UNREADABLE = (TemplateDoesNotExist, TemplateSyntaxError, KeyError, TypeError, ValueError)
log = structlog.get_logger("yanqi.mail")


@transaction.atomic
def deliver(message_id: UUID | str) -> bool:
    """Send one waiting message as its reader wants it; whether it was sent. Safe to run twice and at the same time.

    What its reader may not see any more is not sent. What the mail server refuses is tried again after 1, 5, 15
    minutes, 1, 4 and 12 hours, then marked as failed.
    """
    message = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .filter(pk=message_id, state=Message.State.WAITING, due_at__lte=clock.now())
        .select_related("recipient")
        .first()
    )
    if message is None:
        return False
    try:
        with translation.override(language_of(message.reader)):
            message.title, message.body = words(message)
            if _kept_back(message):
                return False
            _send(message)
    except Withheld as reason:
        message.state, message.last_error = Message.State.OFF, str(reason)
    except OSError as error:
        _try_again(message, error)
    except UNREADABLE as error:
        log.exception("message cannot be written", message=str(message.pk), kind=message.kind)
        message.state, message.last_error = Message.State.FAILED, repr(error)
    else:
        message.state, message.sent_at, message.last_error = Message.State.SENT, clock.now(), ""
    message.save()
    return message.state == Message.State.SENT


def _kept_back(message: Message) -> bool:
    """Whether its reader wants it later, in the digest, or not by e-mail: it then stands on the page of messages."""
    wish = Preference.objects.filter(user=message.recipient_id, kind=message.kind).first()
    mode = wish.mode if wish else Preference.Mode.AT_ONCE
    if not message.reader.is_active:
        mode = Preference.Mode.OFF
    if mode == Preference.Mode.AT_ONCE:
        return False
    if mode == Preference.Mode.OFF:
        message.state = Message.State.OFF
    else:
        message.state, message.due_at = Message.State.DIGEST, next_digest(message.reader, clock.now())
    message.save()
    return True


def _try_again(message: Message, error: OSError) -> None:
    message.attempts += 1
    message.last_error = str(error) or type(error).__name__
    if message.attempts > len(WAITS):
        message.state = Message.State.FAILED
    else:
        message.due_at = clock.now() + WAITS[message.attempts - 1]
    log.warning("message not sent", message=str(message.pk), attempts=message.attempts, error=message.last_error)


def _send(message: Message) -> None:
    mail = _mail(message.reader, message.title, message.body, str(message.pk))
    entries, texts = entries_of(message), [text.decode() for text in invitations_of(message)]
    if len(entries) == 1:
        mail.attach_alternative(texts[0], f"text/calendar; method={entries[0]['method']}")
        mail.attach("invite.ics", texts[0], "application/ics")
    else:
        for n, (entry, text) in enumerate(zip(entries, texts, strict=True), 1):
            mail.attach(f"invite-{n}.ics", text, f"text/calendar; method={entry['method']}")
    for file in attachments_of(message):
        mail.attach(*file)
    if end := message.context.get("unsubscribe"):
        mail.extra_headers["List-Unsubscribe"] = f"<{end}>"
    mail.send()


def _mail(reader: User | Stranger, subject: str, body: str, key: str) -> EmailMultiAlternatives:
    """The Message-ID is that of the row, so that a message sent twice after a crash is one to the reader."""
    host = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].strip("<> ")
    headers = {"Message-ID": f"<{key}@{host}>", "Auto-Submitted": "auto-generated"}
    return EmailMultiAlternatives(subject, body, settings.DEFAULT_FROM_EMAIL, [reader.email], headers=headers)


def deliver_due() -> int:
    """Send everything that is due, oldest first; how many were sent. Those that others send meanwhile are left out."""
    due = Message.objects.filter(state=Message.State.WAITING, due_at__lte=clock.now()).order_by("due_at", "id")
    return sum(deliver(pk) for pk in list(due.values_list("pk", flat=True)[:BATCH]))


def next_digest(reader: User | Stranger, after: datetime) -> datetime:
    """The first 07:00 of the reader's clock after an instant."""
    local = after.astimezone(zone_of(reader.time_zone))
    day = local.date() if local.time() < DIGEST_AT else local.date() + timedelta(days=1)
    return datetime.combine(day, DIGEST_AT, local.tzinfo)


def send_digests() -> int:
    """One mail to each person with messages kept for today's digest; how many mails. No messages, no mail."""
    readers = Message.objects.filter(state=Message.State.DIGEST, due_at__lte=clock.now()).values("recipient")
    return sum(_send_digest(reader) for reader in User.objects.filter(pk__in=readers, is_active=True).order_by("id"))


@transaction.atomic
def _send_digest(reader: User) -> bool:
    messages = list(
        Message.objects.select_for_update(skip_locked=True)
        .filter(recipient=reader, state=Message.State.DIGEST, due_at__lte=clock.now())
        .order_by("created_at", "id")
    )
    if not messages:
        return False
    with translation.override(language_of(reader)):
        subject, body = text_of("digest", reader, {"messages": [_line(message) for message in messages]})
    try:
        _mail(reader, subject, body, f"digest-{messages[0].pk}").send()
    except OSError as error:
        for message in messages:
            message.due_at = clock.now() + WAITS[min(message.attempts, len(WAITS) - 1)]
            message.attempts += 1
            message.last_error = str(error) or type(error).__name__
        log.warning("digest not sent", reader=str(reader.pk), error=str(error))
    else:
        for message in messages:
            message.state, message.sent_at, message.last_error = Message.State.SENT, clock.now(), ""
    Message.objects.bulk_update(messages, ["state", "sent_at", "due_at", "attempts", "last_error"])
    return messages[0].state == Message.State.SENT


def _line(message: Message) -> dict[str, Any]:
    return {"title": message.title, "link": link_of(message), "note": message.context.get("note", "")}
