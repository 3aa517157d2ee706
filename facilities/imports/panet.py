"""Reads PaNET, the ontology of photon and neutron techniques, and works out which term is broader than which.

Most terms have no parent: they are defined as the intersection of other terms (“x-ray probe technique” and “powder
diffraction”) or by a property (“definedbyprobe some x-ray”). From these definitions follows, as an OWL reasoner would
find for this simple kind of ontology (EL), which term includes which. Source: github.com/ExPaNDS-eu, CC BY 4.0.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from django.utils.translation import gettext as _

from core.tables import Line, Table, WrongFile, read_table

CODE = re.compile(r"PaNET\d{5,7}$")
SPECIFIERS = ("PaNET1", "PaNET2")
"""Beginnings of the codes of what defines techniques (probe, process, purpose) and of how; techniques have PaNET0."""

TEMPLATE = "ID"  # ROBOT's second line says again what each column is


@dataclass(frozen=True)
class Term:
    """A term as its row says. Parents and equivalents are expressions: a label, a code, `(a and b)`, `(r some a)`."""

    code: str
    label: str
    alt_labels: list[str]
    definition: str
    parents: list[str] = field(default_factory=list)
    equivalent: list[str] = field(default_factory=list)


def panet_table(path: Path | str) -> Table:
    """PaNET.csv as published, or the flat table made from it. Raises WrongFile."""
    table = read_table(path)
    for needs in (("ID", "Label", "Parent IRI", "Equivalent"), ("id", "label", "parents", "equivalent_to")):
        if set(needs) <= set(table.columns):
            return table
    raise WrongFile(
        _("“%(file)s” is not a table of techniques: it has no columns ID, Label, Parent IRI and Equivalent.")
        % {"file": table.path.name}
    )


def panet_terms(table: Table) -> Iterator[tuple[Line, Term | None, str]]:
    """Every row that is meant to be a term, or None and why it is not one."""
    flat = "id" in table.columns
    for line in table:
        cells = line.cells
        name, label = (
            (cells.get("id", ""), cells.get("label", "")) if flat else (cells.get("ID", ""), cells.get("Label", ""))
        )
        if name == TEMPLATE or not (name or label or line.problem):
            continue
        code = CODE.search(name)
        if line.problem or not code or not label:
            why = line.problem or (_("there is no label") if code else _("“%(id)s” is no PaNET term") % {"id": name})
            yield line, None, why
        else:
            yield line, _flat(code[0], cells) if flat else _published(code[0], cells), ""


def _published(code: str, cells: dict[str, str]) -> Term:
    def column(start: str) -> list[str]:
        return [value for name, value in cells.items() if name.startswith(start) and value]

    return Term(
        code,
        cells["Label"],
        column("Alt Label"),
        cells.get("Definition", ""),
        column("Parent IRI"),
        column("Equivalent"),
    )


def _flat(code: str, cells: dict[str, str]) -> Term:
    alternatives = [value for name, value in cells.items() if name.startswith("alt_label") and value]
    parents = [value for value in cells["parents"].split(";") if value]
    equivalent = [value for value in cells["equivalent_to"].split(" AND ") if value]
    return Term(code, cells["label"], alternatives, cells.get("definition", ""), parents, equivalent)


def is_technique(code: str) -> bool:
    return not code.startswith(SPECIFIERS)


@dataclass
class _Definition:
    """A conjunction: terms that are included, and properties with the term that they are restricted to."""

    terms: set[str] = field(default_factory=set)
    properties: set[tuple[str, str]] = field(default_factory=set)


def hierarchy(terms: Iterable[Term]) -> tuple[list[tuple[str, str]], list[str]]:
    """Pairs (narrower code, directly broader code), and the expressions that name nothing known.

    A term is narrower than a defined one when all that defines the latter holds for it. Rows of the same code add up.
    """
    terms = list(terms)
    names = _Names(terms)
    told = {term.code: _Definition() for term in terms}
    defined = {term.code: _Definition() for term in terms}
    for term in terms:
        names.read(term.parents, term.code, told[term.code])
        names.read(term.equivalent, term.code, defined[term.code])
    above = {code: set(told[code].terms | defined[code].terms) for code in told}
    properties = {code: told[code].properties | defined[code].properties for code in told}
    while True:
        ancestors = {code: _closure(code, above) for code in above}
        held = {code: set().union(*(properties[up] for up in ancestors[code])) for code in above}
        found = {
            (low, high)
            for high, definition in defined.items()
            if definition.terms or definition.properties
            for low in above
            if high not in ancestors[low] and _satisfies(ancestors[low], held[low], definition, ancestors)
        }
        if not found:
            break
        for low, high in found:
            above[low].add(high)
    return sorted(_direct(above, ancestors)), names.unknown


class _Names:
    """What expressions mean. A label may belong to a technique and to the process of the same name that defines it."""

    def __init__(self, terms: Iterable[Term]) -> None:
        self.codes = {term.code for term in terms}
        self.techniques = {term.label: term.code for term in terms if is_technique(term.code)}
        self.specifiers = {term.label: term.code for term in terms if not is_technique(term.code)}
        self.unknown: list[str] = []

    def read(self, expressions: Iterable[str], subject: str, into: _Definition) -> None:
        """Add what the expressions in the row of `subject` say to a definition."""
        for expression in expressions:
            inner = expression.strip()
            parts = re.split(r"\s+and\s+", inner[1:-1]) if inner.startswith("(") else [inner]
            for part in parts:
                restriction = re.fullmatch(r"'(.+?)'\s+some\s+(.+)", part)
                code = self.code(restriction[2] if restriction else part, is_technique(subject) and not restriction)
                if code and restriction:
                    into.properties.add((restriction[1], code))
                elif code:
                    into.terms.add(code)
                elif part != "owl:Thing":
                    self.unknown.append(part)

    def code(self, text: str, technique: bool) -> str | None:
        name = text.strip().strip("'").removeprefix("PaNET:")
        if name in self.codes:
            return name
        first, then = (self.techniques, self.specifiers) if technique else (self.specifiers, self.techniques)
        return first.get(name) or then.get(name)


def _closure(code: str, above: dict[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = [code]
    while waiting:
        if (term := waiting.pop()) not in found:
            found.add(term)
            waiting += above[term]
    return found


def _satisfies(
    terms: set[str], held: set[tuple[str, str]], definition: _Definition, ancestors: dict[str, set[str]]
) -> bool:
    return definition.terms <= terms and all(
        any(name == relation and value in ancestors[filler] for relation, filler in held)
        for name, value in definition.properties
    )


def _direct(above: dict[str, set[str]], ancestors: dict[str, set[str]]) -> Iterator[tuple[str, str]]:
    """Without the pairs that follow from a parent in between."""
    for low, parents in above.items():
        for high in parents - {low}:
            between = (other for other in parents - {low, high} if high in ancestors[other])
            if all(other in ancestors[high] for other in between):
                yield low, high
