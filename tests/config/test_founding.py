"""Every row of docs/founding-documents.md names tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAMED = re.compile(r"(tests/[\w/]+\.py)::(test_\w+)")


def test_what_the_founding_documents_name_is_shown_by_tests_that_exist():
    rows = [
        row for row in (ROOT / "docs/founding-documents.md").read_text("utf-8").splitlines() if row.startswith("| ")
    ]
    for row in rows[1:]:
        named = NAMED.findall(row)
        assert named, row
        for file, name in named:
            assert re.search(rf"^def {name}\(", (ROOT / file).read_text("utf-8"), re.M), f"{file}::{name}"


def test_fixtures_one_to_six_are_found_by_their_number():
    tests = "\n".join(path.read_text("utf-8") for path in (ROOT / "tests/alliance").glob("test_*.py"))
    for number in range(1, 7):
        assert re.search(rf"^def test_(f\d_)*f{number}_", tests, re.M), f"F{number}"
