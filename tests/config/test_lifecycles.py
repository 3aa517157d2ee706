"""The drawn lifecycles: all of them, as they are."""

import sys
from pathlib import Path

from config.lifecycles import LIFECYCLES, page
from workflow.machine import Workflow

ROOT = Path(__file__).resolve().parents[2]


def test_the_page_of_lifecycles_is_what_the_product_follows():
    written = (ROOT / "docs" / "lifecycles.md").read_text(encoding="utf-8")
    assert written == page(), "`manage.py lifecycles` writes it anew"


def test_every_lifecycle_is_drawn():
    drawn = {id(workflow) for group in LIFECYCLES.values() for workflow in group}
    known = {
        f"{name}.{each}"
        for name, module in sys.modules.items()
        if ".workflows" in name
        for each, thing in vars(module).items()
        if isinstance(thing, Workflow) and id(thing) not in drawn
    }
    assert known == set()
