"""Reads the JSON of a request: one object, of text that PostgreSQL can keep."""

import re
from typing import Any

import orjson
from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser

NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class JSON(BaseParser):
    media_type = "application/json"

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> dict[str, Any]:
        body: bytes = stream.read()
        try:
            found = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(_("This is not JSON: %(why)s.") % {"why": error}) from error
        if not isinstance(found, dict):
            raise ParseError(_("The body must be a JSON object."))
        if NUL.search(body):
            raise ParseError(_("A text holds a NUL character."))
        return found
