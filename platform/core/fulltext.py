"""Finds long texts by the words in them, in scripts with and without blanks; names are found by `core.search`.

A text's words are kept in a stored column (`words_column`) under an index (`words_index`). Of scripts that write no
blanks every two neighbouring signs are a word: `北京大学` is 北京, 京大 and 大学, and is looked for as all three.
"""

import re
from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Func, GeneratedField, Lookup

from core.search import UNSPACED, fold

LONGEST_WORD = 40
MOST_LETTERS = 300_000
MOST_TERMS = 12  # of what somebody typed are looked at

FUNCTIONS = rf"""
create function words_of(value text) returns tsvector language sql immutable strict parallel safe
return (
    with folded as (select replace(fold(left(value, {MOST_LETTERS})), ';', ' ') as line),
    cut as (
        select regexp_replace(line, '({UNSPACED}{{2}})', ' \1 ', 'g') as line from folded
        union all
        select regexp_replace(
            regexp_replace(line, '(?<!{UNSPACED})({UNSPACED})', ' \1 ', 'g'), '({UNSPACED}{{2}})', ' \1 ', 'g'
        ) from folded
    )
    select array_to_tsvector(coalesce(array_agg(distinct left(word, {LONGEST_WORD})), '{{}}'))
    from cut, string_to_table(line, ' ') as word where word <> ''
);
"""
"""For migrations. Pairs of signs are cut twice, beginning with the first and with the second of every run."""

_RUNS = re.compile(f"{UNSPACED}+|(?:(?!{UNSPACED})[^ ])+")


class Words(Func):
    """`words_of` of several columns, none of them null."""

    def __init__(self, *columns: str) -> None:
        super().__init__(*columns, output_field=SearchVectorField())

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[str | int, ...]]:
        columns = [compiler.compile(source)[0] for source in self.get_source_expressions()]
        joined = " || ' ' || ".join(columns)
        return f"words_of({joined})", ()


def words_column(*columns: str) -> GeneratedField:
    """The stored column with the words of a row's texts."""
    return GeneratedField(expression=Words(*columns), output_field=SearchVectorField(), db_persist=True)


def words_index(name: str, column: str = "search") -> GinIndex:
    return GinIndex(fields=[column], name=name)


@SearchVectorField.register_lookup
class Holds(Lookup):
    """`search__holds=term`: the column has a term of `terms`."""

    lookup_name = "holds"
    prepare_rhs = False

    def get_db_prep_lookup(self, value: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        return "%s", (value,)

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[str | int, ...]]:
        column, parameters = self.process_lhs(compiler, connection)
        term, given = self.process_rhs(compiler, connection)
        return f"{column} @@ {term}::tsquery", (*parameters, *given)


def terms(text: str) -> list[str]:
    """What somebody typed as conditions for `holds`, all of which a text must meet: beginnings of words, and signs
    of scripts without blanks as they stand beside each other."""
    runs = [run for word in fold(text).replace(";", " ").split() for run in _RUNS.findall(word)]
    return list(dict.fromkeys(_term(run) for run in runs))[:MOST_TERMS]


def _term(run: str) -> str:
    if not re.match(UNSPACED, run) or len(run) == 1:
        return f"{_quoted(run[:LONGEST_WORD])}:*"
    return " & ".join(_quoted(run[place : place + 2]) for place in range(len(run) - 1))


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
