"""When the periodic tasks run. Each name is a task of some app's `tasks.py`; running one late or twice is harmless."""

from typing import Any

from celery.schedules import crontab

EVERY: dict[str, float | crontab] = {
    "core.heartbeat": 20.0,
    "notifications.deliver_due": 5.0,
    "notifications.send_digests": 600.0,
    "workflow.escalate_due": 60.0,
    "alliance.follow_events": 60.0,
    "facilities.expire_due": 30.0,
    "facilities.mark_no_shows_due": 60.0,
    "facilities.close_due": 3600.0,
    "facilities.offer_free_time": 120.0,
    "facilities.remind_due": 600.0,
    "facilities.expire_unused": 3600.0,
    "facilities.purge_site_access": 3600.0,
    "alliance.follow_terms": 3600.0,
    "alliance.close_votes_due": 15.0,
    "alliance.follow_documents": 60.0,
    "alliance.follow_memberships": 600.0,
    "alliance.remind_owners": 3600.0,
    "programs.move_calls_due": 15.0,
    "programs.expire_quotations": 3600.0,
    "programs.follow_paid_time": 600.0,
    "programs.purge_enquiries": 3600.0,
    "programs.remind_reviewers": 600.0,
    "programs.follow_cooperation": 3600.0,
    "programs.remind_partners_due": 3600.0,
    "programs.follow_reports": 600.0,
    "programs.follow_legs": 600.0,
    "reports.refresh": 60.0,
    "reports.send_subscriptions": 600.0,
    "reports.check": crontab(hour="2", minute="41"),
    "alliance.answer_data_requests": 600.0,
    "core.tidy": crontab(hour="3", minute="17"),
}
SCHEDULE: dict[str, dict[str, Any]] = {
    # A tick that waited longer than its own period is dropped: the next one does its work.
    name: {"task": name, "schedule": when, "options": {"expires": when if isinstance(when, float) else 3600}}
    for name, when in EVERY.items()
}
