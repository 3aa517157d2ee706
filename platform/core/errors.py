"""What a command says when it refuses: a code for machines, a message for people, every violation, alternatives."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext as _


@dataclass(frozen=True)
class Violation:
    """One rule that refuses. `source` says where the rule comes from; `field` names the input it is about.

    `overridable` and `override_by` say whether it may be set aside, and who may do so, in words.
    """

    rule: str
    message: str
    field: str = ""
    overridable: bool = False
    source: str = ""
    override_by: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"message": str(self.message)}


@dataclass
class DomainError(Exception):
    """A command refuses. `status` is the HTTP status an edge answers with; `details` are further members of the
    problem document, such as the conflicts of every date of a series."""

    message: str
    code: str = "refused"
    violations: Sequence[Violation] = field(default_factory=tuple)
    alternatives: Sequence[dict[str, Any]] = field(default_factory=tuple)
    status: int = 422
    details: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        return str(self.message)


class Invalid(DomainError):
    """The input cannot be read or is incomplete (400)."""

    def __init__(self, message: str, violations: Sequence[Violation] = (), code: str = "invalid") -> None:
        super().__init__(message, code, violations, status=400)


class NotPermitted(DomainError):
    """Seen, but not yours to do (403)."""

    def __init__(self, message: str, code: str = "not_permitted") -> None:
        super().__init__(message, code, status=403)


class NotFound(DomainError):
    """Absent, or not yours to see (404)."""

    def __init__(self, message: str = "", code: str = "not_found") -> None:
        super().__init__(message or _("Nothing is here, or it is not yours to see."), code, status=404)


class WrongState(DomainError):
    """The move does not start from this state (409)."""

    def __init__(self, message: str, code: str = "wrong_state") -> None:
        super().__init__(message, code, status=409)


class TooMany(DomainError):
    """Too often from here or for this account (429); `seconds` says when to try again."""

    def __init__(self, message: str, seconds: int) -> None:
        super().__init__(message, "too_many", status=429)
        self.seconds = seconds


class SlotTaken(DomainError):
    """Somebody else holds the time (409); `alternatives` are the nearest legal slots."""

    def __init__(
        self, message: str, violations: Sequence[Violation] = (), alternatives: Sequence[dict[str, Any]] = ()
    ) -> None:
        super().__init__(message, "slot_taken", violations, alternatives, status=409)


class RulesRefuse(DomainError):
    """One or more rules of the domain refuse (422); `violations` lists every one."""

    def __init__(
        self, message: str, violations: Sequence[Violation], alternatives: Sequence[dict[str, Any]] = ()
    ) -> None:
        super().__init__(message, "rules_refuse", violations, alternatives, status=422)
