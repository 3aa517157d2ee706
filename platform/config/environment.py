"""Typed readers of environment variables; `.env.example` lists every variable they are asked for."""

import os
from pathlib import Path

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


class BadEnvironment(SystemExit):
    """A variable has a value that cannot be used; ends the process with one sentence."""


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, str(default)).strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise BadEnvironment(f"{name} must be one of 1, 0, true, false, yes, no; it is {value!r}.")


def number(name: str, default: int) -> int:
    value = os.environ.get(name, str(default)).strip()
    try:
        return int(value)
    except ValueError:
        raise BadEnvironment(f"{name} must be a whole number; it is {value!r}.") from None


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


def one_of(name: str, choices: tuple[str, ...], default: str) -> str:
    value = text(name, default)
    if value not in choices:
        raise BadEnvironment(f"{name} must be one of {', '.join(choices)}; it is {value!r}.")
    return value


def home(name: str, default: Path) -> Path:
    """The folder of all run-time state, made if need be; it must be writable."""
    folder = Path(text(name) or default).expanduser().resolve()
    try:
        (folder / "run").mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadEnvironment(
            f"The home folder {folder} cannot be made ({error.strerror}): set {name} to a folder you may write to."
        ) from None
    if not (os.access(folder, os.W_OK | os.X_OK) and os.access(folder / "run", os.W_OK | os.X_OK)):
        raise BadEnvironment(f"You may not write to the home folder {folder}: set {name} to one you may write to.")
    return folder
