"""What a file really is: found from its first bytes, for a name proves nothing."""

import codecs

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"PK\x03\x04", "application/zip"),
)
TEXT = "text/plain"
UNKNOWN = "application/octet-stream"
SUFFIXES: dict[str, frozenset[str]] = {
    "application/pdf": frozenset({"pdf"}),
    "image/png": frozenset({"png"}),
    "image/jpeg": frozenset({"jpg", "jpeg"}),
    "application/zip": frozenset({"zip", "docx", "xlsx", "odt", "ods"}),
    TEXT: frozenset({"txt", "csv", "cif", "md", "xyz", "pdb"}),
}
"""The endings of a name that fit each kind of content. Anything else is not taken: it may be a program."""
HEAD = 4096


def kind_of(head: bytes) -> str:
    """The media type of a file that begins with `head` (at least HEAD bytes of it, or all)."""
    for magic, mime in MAGIC:
        if head.startswith(magic):
            return mime
    return TEXT if _is_text(head) else UNKNOWN


def suffix_of(name: str) -> str:
    return name.rpartition(".")[2].lower() if "." in name else ""


def is_what_it_says(name: str, mime: str) -> bool:
    """Whether the ending of a file's name fits its content."""
    return suffix_of(name) in SUFFIXES.get(mime, frozenset())


def _is_text(head: bytes) -> bool:
    """UTF-8 without control characters; a sign cut in two at the end does not count against it."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(head, final=False)
    except UnicodeDecodeError:
        return False
    return all(sign >= " " or sign in "\t\n\r\f" for sign in text)
