"""Keeps the garbage collector from walking over loaded code again and again."""

import gc
import sys
from typing import Any


def spare_loaded_code() -> None:
    """From now on what full collections find alive once more modules are loaded is not looked at again.

    A web process holds a million objects that live as long as it does: Django's, and pandas' and Plotly's once the
    first figure is asked for. Each full collection walked over all of them, 250 to 350 ms in the midst of a request.
    They are frozen only when modules were loaded since, so that the garbage of requests stays collectable.
    """
    known = 0

    def freeze(phase: str, info: dict[str, Any]) -> None:
        nonlocal known
        if phase == "stop" and info["generation"] == 2 and len(sys.modules) > known:
            known = len(sys.modules)
            gc.freeze()

    gc.callbacks.append(freeze)
    gc.collect()
