"""Changes to a questionnaire that is being built: each gives the new content and leaves the old one as it was."""

import re
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

from django.utils.text import slugify

from core.search import fold

Built = dict[str, Any]


def find_section(content: Mapping[str, Any], key: str) -> Built:
    """The section of that key. Raises KeyError."""
    rows: dict[str, Built] = {row["key"]: row for row in content.get("sections", ())}
    return rows[key]


def find_question(content: Mapping[str, Any], section: str, key: str) -> Built:
    """The question of that key in a section. Raises KeyError."""
    rows: dict[str, Built] = {row["key"]: row for row in find_section(content, section).get("questions", ())}
    return rows[key]


def with_section(content: Mapping[str, Any], key: str | None, texts: Mapping[str, Any]) -> Built:
    """A section with other texts; a new one at the end where no key is given."""
    after = _copied(content)
    if key is None:
        taken = [row["key"] for row in after["sections"]]
        after["sections"].append({"key": free_key(taken, texts["title"]["en"], "section"), "questions": [], **texts})
    else:
        find_section(after, key).update(texts)
    return after


def with_question(content: Mapping[str, Any], section: str, key: str | None, question: Mapping[str, Any]) -> Built:
    """A question asked otherwise, under the key that its answers have; a new one at the end of the section."""
    after = _copied(content)
    rows = find_section(after, section).setdefault("questions", [])
    if key is None:
        rows.append({"key": free_key(_taken(after), question["label"]["en"], "question"), **question})
    else:
        place = [row["key"] for row in rows].index(key)
        rows[place] = {"key": key, **question}
    return after


def without(content: Mapping[str, Any], section: str, key: str | None = None) -> Built:
    """Without a question, or without a whole section; what is not there is no error."""
    after = _copied(content)
    if key is None:
        after["sections"] = [row for row in after["sections"] if row["key"] != section]
        return after
    found = find_section(after, section)
    found["questions"] = [row for row in found["questions"] if row["key"] != key]
    return after


def moved(content: Mapping[str, Any], section: str, key: str | None, step: int) -> Built:
    """A question within its section, or a section among the sections, one place up (-1) or down (1), as far as it
    goes."""
    after = _copied(content)
    rows = after["sections"] if key is None else find_section(after, section)["questions"]
    place = [row["key"] for row in rows].index(section if key is None else key)
    to = max(0, min(len(rows) - 1, place + step))
    rows.insert(to, rows.pop(place))
    return after


def options_from(labels: Sequence[tuple[str, str]], known: Sequence[Mapping[str, Any]]) -> list[Built]:
    """Options by their words in English and Chinese, in order.

    An option whose words stay keeps its key, and so does one that is only reworded in its place: answers name keys.
    """
    by_words = {row["label"].get("en", ""): row["key"] for row in known}
    kept = [by_words.get(english) for english, _chinese in labels]
    for place, row in enumerate(known[: len(labels)]):
        if kept[place] is None and row["key"] not in kept:
            kept[place] = row["key"]
    found: list[Built] = []
    for key, (english, chinese) in zip(kept, labels, strict=True):
        taken = [row["key"] for row in found] + [each for each in kept if each]
        own = key if key and key not in [row["key"] for row in found] else free_key(taken, english, "option")
        found.append({"key": own, "label": {"en": english, "zh": chinese}})
    return found


def free_key(taken: Sequence[str], label: str, otherwise: str) -> str:
    """A key that is not taken, made of the words of a label; `new` is never one, for it means one that is not there."""
    taken = [*taken, "new"]
    words = re.sub(r"[^a-z0-9]+", "_", slugify(fold(label)))[:40].strip("_")
    wanted = words if words[:1].isalpha() else otherwise
    return next(
        key for key in (wanted, *(f"{wanted}_{number}" for number in range(2, len(taken) + 3))) if key not in taken
    )


def _copied(content: Mapping[str, Any]) -> Built:
    after = deepcopy(dict(content))
    after.setdefault("sections", [])
    return after


def _taken(content: Mapping[str, Any]) -> list[str]:
    return [row["key"] for section in content["sections"] for row in section.get("questions", ())]
