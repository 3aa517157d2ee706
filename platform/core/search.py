"""Finds rows by what people type: beginnings of words, without accents, in any script, with small typing errors.

A searchable model has a stored column `search` (`search_column`), a trigram index on it (`search_index`) and triggers
that learn its words (`LEARN_WORDS`). The column holds the row's names, folded, each between `· ` and ` ·`:
`· esrf · european synchrotron radiation facility ·`. So `like '% sync%'` finds the beginning of a word and
`like '%· esrf ·%'` a whole name; Chinese, which has no blanks, is found anywhere by `like '%北京%'`. A misspelt word is
first corrected from the words that names are made of, which costs the same whether it occurs once or often.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_, or_
from typing import Any, TypeVar

import pgtrigger
from django.contrib.postgres.indexes import GinIndex
from django.db import connection, transaction
from django.db.models import Func, GeneratedField, Index, Model, Q, QuerySet, TextField

M = TypeVar("M", bound=Model)

FEW = 5  # with fewer finds than this, misspellings are looked for as well
MOST_WORDS = 8  # of what somebody typed are looked at
SHORTEST_MISSPELT = 4  # letters; of shorter words every other word is a neighbour
SHORT = 5  # letters; in words up to this length one may be wrong, in longer ones two
SIMILAR = 0.35  # pg_trgm's word similarity of candidates; “tsnighua” and “tsinghua” have 0.38
CANDIDATES = 60

_LETTERS = str.maketrans("øłđðıħŧ", "olddiht") | str.maketrans({"æ": "ae", "œ": "oe", "ß": "ss", "þ": "th"})
_MARKS = re.compile("[\u0300-\u036f]+")
_BREAKS = re.compile(
    "[\u0001-\u002f\u003a\u003c-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f\uff00-\uff0f]+"
)
UNSPACED = "[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\U00020000-\U0003ffff]"
"""Letters of scripts without blanks: Thai, Lao, Japanese, Chinese. A large table has an index of the rows with them
(`unspaced_index`), for two characters are too few for trigrams."""

_UNSPACED = re.compile(UNSPACED)

FUNCTIONS = r"""
create function fold(value text) returns text language sql immutable strict parallel safe
return trim(regexp_replace(
    replace(replace(replace(replace(translate(
        lower(regexp_replace(normalize(value, nfkd), '[\u0300-\u036f]+', '', 'g')), 'øłđðıħŧ', 'olddiht'),
        'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th'),
    '[\u0001-\u002f\u003a\u003c-\u0040\u005b-\u0060\u007b-\u00bf\u2000-\u206f\u3000-\u303f\uff00-\uff0f]+', ' ', 'g'));

create function search_names(names text[]) returns text language sql immutable strict parallel safe
return '· ' || coalesce((
    select string_agg(regexp_replace(fold(name), ' ?; ?', ' · ', 'g'), ' · ' order by place)
    from unnest(names) with ordinality as given(name, place) where name <> ''
), '') || ' ·';
"""
"""`fold` and what a search column holds, for migrations. Both are immutable, so that a stored column may use them, and
need no extension. `;` separates alternative names in the sources (ROR's acronyms), so it begins a new one here."""


def fold(text: str) -> str:
    """As the SQL function: lower case, no accents, letters that do not decompose spelt out, a blank for every break."""
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", text))
    small = "".join(low if len(low := letter.lower()) == 1 else letter for letter in bare)
    return _BREAKS.sub(" ", small.translate(_LETTERS)).strip(" ")


class Names(Func):
    """`search_names` of text columns and of columns with lists of text, and after them words that are no names."""

    def __init__(self, *names: str, lists: Sequence[str] = (), also: Sequence[str] = ()) -> None:
        super().__init__(*names, *lists, *also, output_field=TextField())
        self.lists, self.also = len(names), len(names) + len(lists)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> tuple[str, tuple[str | int, ...]]:
        columns = [compiler.compile(source)[0] for source in self.get_source_expressions()]
        names = [f"array[{', '.join(columns[: self.lists])}]::text[]"]
        names += [f"{column}::text[]" for column in columns[self.lists : self.also]]
        also = "".join(f" || ' / ' || fold({column}::text)" for column in columns[self.also :])
        return f"search_names({' || '.join(names)}){also}", ()


def search_column(*names: str, lists: Sequence[str] = (), also: Sequence[str] = ()) -> GeneratedField:
    """The stored column with the folded names of a row; `also` (a city) is found, but does not rank as a name."""
    return GeneratedField(expression=Names(*names, lists=lists, also=also), output_field=TextField(), db_persist=True)


def search_index(name: str) -> GinIndex:
    return GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name=name)


def unspaced_index(name: str) -> Index:
    return Index(fields=["id"], condition=Q(search__regex=UNSPACED), name=name)


def _learn(name: str, operation: Any) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=operation,
        referencing=pgtrigger.Referencing(new="changed"),
        func=pgtrigger.Func(f"""
            insert into core_searchword (word)
            select distinct given.word from changed, unnest(string_to_array(search, ' ')) as given(word)
            where length(given.word) >= {SHORTEST_MISSPELT}
              and not exists (select from core_searchword known where known.word = given.word)
            order by 1 on conflict do nothing;
            return null;
        """),
    )


LEARN_WORDS = [_learn("learn_words_of_new_rows", pgtrigger.Insert), _learn("learn_words_of_changes", pgtrigger.Update)]


def words(text: str) -> list[str]:
    """The folded words of what somebody typed, without repetitions."""
    return list(dict.fromkeys(fold(text).replace(";", " ").split()))[:MOST_WORDS]


def distances(word: str, known: str) -> list[int]:
    """How far `word` is from every beginning of `known`, by length: letters to insert, drop, replace or swap.

    Optimal string alignment; the last is the distance of the two.
    """
    before: list[int] = []
    row = list(range(len(known) + 1))
    for i, letter in enumerate(word, start=1):
        above, row, earlier = row, [i], before
        for j, wanted in enumerate(known, start=1):
            cost = min(above[j] + 1, row[j - 1] + 1, above[j - 1] + (letter != wanted))
            if i > 1 and j > 1 and letter == known[j - 2] and word[i - 2] == wanted:
                cost = min(cost, earlier[j - 2] + 1)
            row.append(cost)
        before = above
    return row


def _nearness(word: str, known: str) -> int:
    """The distance to a word or to a beginning of it of about the same length, for people search while they type."""
    row = distances(word, known[: len(word) + 3])
    beginnings = row[max(len(word) - 1, 1) : len(word) + 2]
    return min([*beginnings, row[-1] if len(known) <= len(word) + 3 else len(word)])


def corrections(typed: Sequence[str]) -> list[list[str]]:
    """For each word the words it may be meant for: known words nearest to it, and itself where it begins a known one.

    One letter may be wrong in words of up to five letters, two in longer ones; a beginning of a word counts as well.
    Known words are looked at only if there are no others.
    """
    long = [word for word in typed if len(word) >= SHORTEST_MISSPELT and not _UNSPACED.search(word)]
    known = _known(long)
    doubtful = [word for word in long if word not in known] or long
    return [_meant(word, word in known) if word in doubtful else [word] for word in typed]


def _known(given: Sequence[str]) -> set[str]:
    """Those words that some name has or begins with."""
    if not given:
        return set()
    asked = ", ".join("exists (select from core_searchword where word like %s)" for _word in given)
    with connection.cursor() as cursor:
        cursor.execute(f"select {asked}", [f"{word}%" for word in given])
        return {word for word, here in zip(given, cursor.fetchone(), strict=True) if here}


def _meant(word: str, known: bool) -> list[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"set local pg_trgm.word_similarity_threshold = {SIMILAR}")
        cursor.execute(
            "select word from core_searchword where %(word)s <%% word and not starts_with(word, %(word)s)"
            " order by word_similarity(%(word)s, word) desc, length(word), word limit %(most)s",
            {"word": word, "most": CANDIDATES},
        )
        near = [(_nearness(word, other), other) for (other,) in cursor.fetchall()]
    best = min((nearness for nearness, _other in near), default=len(word))
    if best > (1 if len(word) <= SHORT else 2):
        return [word]
    return [word] * known + [other for nearness, other in near if nearness == best][:MOST_WORDS]


def _begins(word: str, column: str) -> Q:
    if _UNSPACED.search(word):
        return Q(**{f"{column}__contains": word, f"{column}__regex": UNSPACED})
    return Q(**{f"{column}__contains": f" {word}"})


def having(
    rows: QuerySet[M], alternatives: Sequence[Sequence[str]], columns: Sequence[str] = ("search",)
) -> QuerySet[M]:
    """Rows in which every word, or one of those it may be meant for, begins a word of one of the columns."""
    groups = (reduce(or_, (_begins(word, column) for word in group for column in columns)) for group in alternatives)
    return rows.filter(reduce(and_, groups, Q()))


def as_typed(typed: Sequence[str]) -> list[list[str]]:
    """The words of a text taken literally, for `having`."""
    return [[word] for word in typed]


def matching(rows: QuerySet[M], text: str, columns: Sequence[str] = ("search",)) -> QuerySet[M]:
    """Those of `rows` that `text` finds, misspellings included where few match as typed; all of them for no text."""
    typed = words(text)
    exact = having(rows, as_typed(typed), columns)
    if not typed or len(exact.order_by().values_list("pk")[:FEW]) == FEW:
        return exact
    return having(rows, corrections(typed), columns)


@dataclass(frozen=True)
class Asked:
    """The conditions of `matching`, and ranks, as SQL text with parameters: for one statement over several tables.

    As querysets the same cost 11 ms of Python and 5 ms of PostgreSQL at every key somebody presses, so 0.6 and 3.
    """

    text: str
    alternatives: Sequence[Sequence[str]]

    @property
    def parameters(self) -> dict[str, str]:
        """For `begins` and `rank`."""
        whole = " ".join(words(self.text))
        found = {"whole": f"%· {whole} ·%", "begin": f"%· {whole}%", "unspaced": UNSPACED}
        found |= {f"typed{place}": _pattern(word) for place, word in enumerate(words(self.text))}
        for place, group in enumerate(self.alternatives):
            found |= {f"meant{place}_{number}": _pattern(word) for number, word in enumerate(group)}
        return found

    def begins(self, *columns: str) -> str:
        """Every word, or one that it may be meant for, begins a word of one of the columns."""
        groups = []
        for place, group in enumerate(self.alternatives):
            ways = [_like(word, c, f"meant{place}_{n}") for n, word in enumerate(group) for c in columns]
            groups.append(f"({' or '.join(ways)})")
        return " and ".join(groups)

    def rank(self, column: str) -> str:
        """0 whole names, 1 names that begin so, 2 other finds, 3 what may have been meant."""
        typed = [_like(word, column, f"typed{place}") for place, word in enumerate(words(self.text))]
        return (
            f"case when {column} like %(whole)s then 0 when {column} like %(begin)s then 1"
            f" when {' and '.join(typed)} then 2 else 3 end"
        )


def _pattern(word: str) -> str:
    return f"%{word}%" if _UNSPACED.search(word) else f"% {word}%"


def _like(word: str, column: str, parameter: str) -> str:
    like = f"{column} like %({parameter})s"
    return f"({like} and {column} ~ %(unspaced)s)" if _UNSPACED.search(word) else like
