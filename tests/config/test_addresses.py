"""The addresses of the API: each can be reached."""

import re

from config.urls import api_patterns

VALUES = {"uuid": "0190b5c4-0000-7000-8000-000000000000", "int": "7", "report": "usage", "table": "csv", "paper": "pdf"}


def test_no_address_stands_behind_one_that_takes_all_of_its_requests():
    patterns = api_patterns()
    for place, pattern in enumerate(patterns):
        address = re.sub(r"<(\w+):\w+>", lambda found: VALUES.get(found[1], "anything"), str(pattern.pattern))
        first = next((number for number, each in enumerate(patterns) if each.resolve(address)), None)
        assert first == place, pattern.pattern
