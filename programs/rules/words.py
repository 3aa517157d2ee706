"""Counts words the way a limit of words means it, in scripts with and without blanks between them."""

import re

WORD = re.compile(
    r"[\u3400-\u4dbf\u4e00-\u9fff\u3040-\u30ff]|[^\W_](?:[^\W_\u3400-\u9fff\u3040-\u30ff]|['’.,/_-](?=\w))*"
)


def words_in(text: str) -> int:
    """How many words a text has: runs of letters and digits, hyphenated ones as one; a Han or kana sign is one each."""
    return len(WORD.findall(text))
