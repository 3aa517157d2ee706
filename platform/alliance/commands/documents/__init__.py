"""Writes documents: their versions, what makes them valid, who signed them, and the words of their files."""

from alliance.commands.documents.adopting import adopt_by_editor, adopt_version, take_effect_due
from alliance.commands.documents.signing import name_parties, sign_version
from alliance.commands.documents.writing import (
    draft_version,
    edit_version,
    minutes_document,
    move_version,
    read_files_due,
)

__all__ = [
    "adopt_by_editor",
    "adopt_version",
    "draft_version",
    "edit_version",
    "minutes_document",
    "move_version",
    "name_parties",
    "read_files_due",
    "sign_version",
    "take_effect_due",
]
