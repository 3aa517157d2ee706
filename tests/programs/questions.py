"""Questionnaires for tests."""


def asking(key, kind="text", **fields):
    return {"key": key, "kind": kind, "label": {"en": key.capitalize(), "zh": "问"}, **fields}


def choosing(key, *options, **fields):
    rows = [{"key": each, "label": {"en": each.capitalize(), "zh": "项"}} for each in options]
    return asking(key, "choice", options=rows, **fields)


def of(*questions):
    return {"sections": [{"key": "all", "title": {"en": "All", "zh": "全部"}, "questions": list(questions)}]}


HAZARD = of(
    choosing("hazard", "no", "yes", required=True),
    choosing("kind", "toxic", "radioactive", required=True, when={"question": "hazard", "is": ["yes"]}),
    asking("licence", required=True, when={"question": "kind", "is": ["radioactive"]}),
)
