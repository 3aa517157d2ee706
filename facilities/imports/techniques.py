"""Finds the vocabulary's term for the way a facility writes a technique."""

from collections import Counter
from collections.abc import Iterable

from core.search import fold
from facilities.models import Technique
from facilities.queries.catalogue import techniques_offered

SYNONYMS = {
    "liquid diffraction": "neutron diffraction",
    "muon level crossing resonance": "muon spin resonance",
    "neutron amorphous": "neutron diffraction",
    "neutron diffraction with isotopic substitution": "neutron diffraction",
    "neutron spectroscopy": "inelastic neutron spectroscopy",
    "protein crystallography": "macromolecular crystallography",
    "radio frequency musr": "muon spin resonance",
    "reactor direct geometry spectroscopy": "inelastic neutron spectroscopy",
    "reactor indirect geometry spectroscopy": "inelastic neutron spectroscopy",
    "sans": "small angle neutron scattering",
    "tof direct geometry spectroscopy": "inelastic neutron spectroscopy",
    "tof indirect geometry diffraction": "neutron diffraction",
    "tof indirect geometry spectroscopy": "inelastic neutron spectroscopy",
    "triple axis spectroscopy": "inelastic neutron spectroscopy",
}
"""Usual names of neutron and muon scattering, with the PaNET term each is a kind of."""


class Vocabulary:
    """The terms that are here, by folded label; counts the labels for which there is none."""

    def __init__(self) -> None:
        self.unknown: Counter[str] = Counter()
        self._terms: dict[str, Technique] = {}
        for term in techniques_offered().only("id", "code", "label", "alt_labels"):
            for label in (*term.alt_labels, term.label):
                self._terms[fold(label)] = term

    def terms(self, labels: Iterable[str]) -> list[Technique]:
        """The terms of some labels, each once."""
        found = {}
        for label in labels:
            name = fold(label)
            term = self._terms.get(name) or self._terms.get(SYNONYMS.get(name, ""))
            if term:
                found[term.pk] = term
            else:
                self.unknown[label] += 1
        return list(found.values())
