"""What an app that is decided about registers, so that decisions take effect within the deciding transaction."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.apps import apps
from django.db.models import Model

from core import audit, permissions
from core.errors import NotFound
from core.lookup import find
from workflow.models import Process

Part = tuple[datetime, datetime]
"""From and until, half-open."""


class Handler(Protocol):
    """A module or object with these functions; registered in the app's `AppConfig.ready`."""

    def lock(self, subject_id: UUID, /) -> Any:
        """Take the row locks that own the subject's invariants; called before processes and tasks are locked."""

    def may_decide(self, user: Any, subject: Any, /) -> str:
        """Why this person has a conflict of interest with the subject; empty when there is none."""

    def organisation(self, subject: Any, /) -> UUID | None:
        """The organisation that asks, for steps that keep its own people apart."""

    def narrow(self, subject_id: UUID, part: Part, /, *, by: Any, note: str, process: Process) -> Mapping[str, Any]:
        """A step agrees to less time than was asked: make the subject so; the facts of the process that are others now.

        Raise a DomainError to refuse: nothing of the decision is kept then.
        """

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


@dataclass(frozen=True)
class OwnerType:
    """Who holds `permission` on the container of an owner may edit its routes, whose roles are held there."""

    permission: str
    container: Callable[[Any], Model]


_owners: dict[str, OwnerType] = {}


def register_owner(owner_type: str, permission: str, container: Callable[[Any], Model]) -> None:
    """Let rows of a type own routes; who holds `permission` on an owner's container may edit them."""
    _owners[owner_type] = OwnerType(permission, container)


def scope_of(owner: Model) -> tuple[str, UUID]:
    """The container (type, id) on which the roles of an owner's steps are held."""
    container = _owners[audit.label(owner)].container(owner)
    return audit.label(container), container.pk


def may_edit(user: Any, owner: Model) -> bool:
    """Whether the person may edit the routes of `owner`."""
    known = _owners[audit.label(owner)]
    return permissions.allowed(user, known.permission, known.container(owner))


def require_editor(user: Any, owner: Model) -> None:
    """Raise NotPermitted unless the person may edit the routes of `owner`."""
    known = _owners[audit.label(owner)]
    permissions.require(user, known.permission, known.container(owner))


def find_owner(user: Any, key: str) -> Model:
    """The owner with that id or slug, of any type, whose routes the person may edit. Raises NotFound."""
    for owner_type in _owners:
        model: Any = apps.get_model(owner_type)
        try:
            owner: Model = find(model._default_manager.all(), key)
        except NotFound:
            continue
        if may_edit(user, owner):
            return owner
    raise NotFound()
