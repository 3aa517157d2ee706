"""`import_techniques`: PaNET's terms, and what is narrower than what by their definitions."""

import io

import pytest
from django.core.management import CommandError, call_command

from core.models import Job
from facilities.imports.panet import Term, hierarchy
from facilities.models import Technique, TechniqueClosure
from facilities.queries.catalogue import instruments_listed, techniques_offered
from facilities.queries.search import search

XRAY = Term("PaNET01012", "x-ray probe technique", [], "", [], ["('definedbyprobe' some 'x-ray')"])
HARD = Term("PaNET01013", "hard x-ray probe technique", [], "", [], ["('definedbyprobe' some 'hard x-ray')"])
PROBE = [Term("PaNET2020002", "x-ray", [], "", [], []), Term("PaNET2020003", "hard x-ray", [], "", ["x-ray"], [])]
POWDER = Term("PaNET01030", "powder diffraction", [], "", ["PaNET:PaNET01022"], [])
DIFFRACTION = Term("PaNET01022", "diffraction", [], "", [], ["('definedbyprocess' some PaNET:PaNET2020018)"])
PROCESS = Term("PaNET2020018", "diffraction", [], "", [], [])


def pairs(*terms: Term) -> set[tuple[str, str]]:
    labels = {term.code: term.label for term in terms}
    return {(labels[low], labels[high]) for low, high in hierarchy(terms)[0]}


def test_an_intersection_is_narrower_than_each_of_its_parts():
    term = Term("PaNET01103", "x-ray powder diffraction", [], "", [], ["x-ray probe technique", "powder diffraction"])
    assert pairs(term, XRAY, POWDER, DIFFRACTION, PROCESS, *PROBE) >= {
        ("x-ray powder diffraction", "x-ray probe technique"),
        ("x-ray powder diffraction", "powder diffraction"),
        ("powder diffraction", "diffraction"),
    }


def test_parts_may_stand_in_brackets():
    term = Term("PaNET01999", "both", [], "", [], ["(PaNET:PaNET01012 and 'powder diffraction')"])
    found = pairs(term, XRAY, POWDER, *PROBE)
    assert {high for low, high in found if low == "both"} == {"x-ray probe technique", "powder diffraction"}


def test_a_narrower_probe_makes_a_narrower_technique():
    assert ("hard x-ray probe technique", "x-ray probe technique") in pairs(XRAY, HARD, *PROBE)
    assert ("x-ray probe technique", "hard x-ray probe technique") not in pairs(XRAY, HARD, *PROBE)


def test_what_meets_a_definition_is_narrower_without_saying_so():
    both = Term("PaNET01100", "x-ray diffraction", [], "", [], ["x-ray probe technique", "diffraction"])
    tagged = Term("PaNET01200", "hard powder", [], "", ["hard x-ray probe technique", "powder diffraction"], [])
    assert ("hard powder", "x-ray diffraction") in pairs(both, tagged, XRAY, HARD, POWDER, DIFFRACTION, PROCESS, *PROBE)


def test_a_label_means_the_technique_in_a_technique_and_the_process_in_a_process():
    sub = Term("PaNET2020019", "coherent diffraction", [], "", ["diffraction"], [])
    found, _unknown = hierarchy([DIFFRACTION, PROCESS, sub, Term("PaNET01026", "atomic", [], "", ["diffraction"], [])])
    assert ("PaNET2020019", "PaNET2020018") in found
    assert ("PaNET01026", "PaNET01022") in found


def test_names_that_nothing_has_are_reported():
    assert hierarchy([Term("PaNET01026", "atomic", [], "", ["owl:Thing", "who knows"], [])]) == ([], ["who knows"])


def test_a_table_of_something_else_is_refused(db, tmp_path):
    path = tmp_path / "ror.csv"
    path.write_text("ror_id,name\n1,x\n")
    with pytest.raises(CommandError, match="not a table of techniques"):
        call_command("import_techniques", str(path))
    assert not Job.objects.exists()


def test_rows_that_are_no_terms_are_refused(db, settings, tmp_path):
    settings.HOME = tmp_path
    path = tmp_path / "panet.csv"
    path.write_text(
        "ID,Label,Parent IRI,Equivalent\nID,A rdfs:label,SC %,EC %\n,,,\n"
        "http://x/PaNET01022,diffraction,,\nhttp://x/other,odd,,\nhttp://x/PaNET01023,,,\nshort\n"
    )
    call_command("import_techniques", str(path), stdout=io.StringIO())
    assert Job.objects.get().result["refused"] == 3
    assert Technique.objects.get().label == "diffraction"


@pytest.mark.data
@pytest.mark.parametrize("file", ["PaNET.csv", "panet_techniques_flat.csv"])
def test_the_published_vocabulary_is_read_whole_and_broad_searches_find_narrower(
    shared_data, world, settings, tmp_path, file
):
    settings.HOME = tmp_path
    path = shared_data / "panet_techniques" / file
    for created in (516, 0):
        call_command("import_techniques", str(path), stdout=io.StringIO())
        result = Job.objects.latest("created_at").result
        assert (result["read"], result["created"], result["refused"]) == (517, created, 0)
    assert Technique.objects.count() == 516  # PaNET01022 has two rows
    narrow = Technique.objects.get(label="x-ray powder diffraction")
    world.instrument_a.techniques.add(narrow)
    for broad in ("powder diffraction", "x-ray probe technique", "photon probe technique", "PaNET01022"):
        assert list(instruments_listed(technique=broad)) == [world.instrument_a], broad
        assert not instruments_listed(technique="neutron probe technique").exists()
    assert "fa-a1" in {row.key for row in search("powder difraction", kinds=["instrument"])}
    placed = set(TechniqueClosure.objects.exclude(ancestor=None).values_list("descendant__code", "ancestor__code"))
    without = [row.label for row in techniques_offered() if len({up for low, up in placed if low == row.code}) == 1]
    assert len(without) < 10
