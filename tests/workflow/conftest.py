"""A subject of no field (an organisation) whose handler only notes what it was told, and routes for it."""

from types import SimpleNamespace

import pytest

SUBJECT = "accounts.organisation"
OFFICE = {"zone": "Europe/Berlin"}


class Recorder:
    """A handler that takes the subject's lock and remembers its calls."""

    def __init__(self):
        self.calls, self.conflicts = [], {}

    def lock(self, subject_id):
        from accounts.models import Organisation

        Organisation.objects.select_for_update().get(pk=subject_id)

    def may_decide(self, user, subject):
        return self.conflicts.get(user.pk, "")

    def on_approved(self, subject_id, *, by, note, process):
        self.calls.append(("approved", subject_id, by.pk, note, process.state))

    def on_declined(self, subject_id, *, by, note, process):
        self.calls.append(("declined", subject_id, by.pk, note, process.state))

    def summary(self, subject):
        return subject.name


@pytest.fixture
def handler(monkeypatch):
    from workflow.approvals import handlers

    recorder = Recorder()
    monkeypatch.setitem(handlers._handlers, SUBJECT, recorder)
    owner = handlers.OwnerType("facilities.manage_routes", lambda row: row)
    monkeypatch.setitem(handlers._owners, "facilities.facility", owner)
    return recorder


@pytest.fixture
def desk(world, handler):
    """Makes routes at facility A and sends org_c through them."""
    from core.rows import insert
    from workflow.approvals import RouteDraft, StepDraft, prepare, save_route
    from workflow.models import Task

    scope = ("facilities.facility", world.facility_a.pk)

    def step(name="Manager", role="facility_manager", position=1, **fields):
        return StepDraft(position, name, role, **fields)

    def route(*steps, by=world.bo, **fields):
        return save_route(world.facility_a, SUBJECT, RouteDraft("Route", scope, steps, **fields), by=by)

    def send(route, subject=world.org_c, facts=None, **fields):
        rows = prepare(
            subject,
            route=route,
            title=f"About {subject}",
            facts={"units": "5", "mode": "onsite"} | (facts or {}),
            working_hours=OFFICE,
            **fields,
        )
        insert([rows.process, *rows.tasks])
        return rows.process

    def task(name, process):
        return Task.objects.get(process=process, name=name)

    return SimpleNamespace(step=step, route=route, send=send, task=task, scope=scope)
