"""What an app that is decided about registers, so that decisions take effect within the deciding transaction."""

from collections.abc import Callable
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from core import audit, permissions
from workflow.models import Process


class Handler(Protocol):
    """A module or object with these functions; registered in the app's `AppConfig.ready`."""

    def lock(self, subject_id: UUID, /) -> Any:
        """Take the row locks that own the subject's invariants; called before processes and tasks are locked."""

    def may_decide(self, user: Any, subject: Any, /) -> str:
        """Why this person has a conflict of interest with the subject; empty when there is none."""

    def on_approved(self, subject_id: UUID, /, *, by: Any, note: str, process: Process) -> Any:
        """The last step agreed. Raise a DomainError to refuse: nothing of the decision is kept then."""

    def on_declined(self, subject_id: UUID, /, *, by: Any, note: str, process: Process) -> Any:
        """A step declined; the process and all its tasks have ended."""

    def summary(self, subject: Any, /) -> str:
        """One line that tells the subject apart in an inbox."""


_handlers: dict[str, Handler] = {}


def register(subject_type: str, handler: Handler) -> None:
    """Let `handler` answer for subjects of a type (`app.model`). Raises ValueError when another one does already."""
    if _handlers.setdefault(subject_type, handler) is not handler:
        raise ValueError(f"{subject_type} has a handler already")


def handler_for(subject_type: str) -> Handler:
    """Raises KeyError when no app has registered."""
    return _handlers[subject_type]


def load_subject(subject_type: str, subject_id: UUID) -> Model:
    """The row a process or task is about."""
    model: Any = apps.get_model(subject_type)
    subject: Model = model._default_manager.get(pk=subject_id)
    return subject


_owners: dict[str, tuple[str, Callable[[Any], Model]]] = {}


def register_owner(owner_type: str, permission: str, container: Callable[[Any], Model]) -> None:
    """Let rows of a type own routes; who holds `permission` on an owner's container may edit them."""
    _owners[owner_type] = permission, container


def require_editor(user: Any, owner: Model) -> None:
    """Raise NotPermitted unless the person may edit the routes of `owner`."""
    permission, container = _owners[audit.label(owner)]
    permissions.require(user, permission, container(owner))
