"""What a thing says at one moment, as plain data: hashed, frozen on submission, compared part by part."""

import hashlib
import json
from typing import Any

Content = dict[str, Any]


def sha256_of(content: Content) -> str:
    """The fingerprint of a content: of its JSON with sorted keys and no blanks, in UTF-8."""
    text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def changed_between(before: Content, after: Content) -> dict[str, list[Any]]:
    """Field by field, the old and the new value of what differs."""
    return {name: [before[name], after[name]] for name in after if before.get(name) != after[name]}
