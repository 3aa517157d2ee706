"""The annual report: who may make and read it, what it says, and that its files are what was kept."""

import hashlib
import io
import zipfile

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, transaction
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from core import clock
from core.errors import Invalid, NotPermitted
from core.models import Job
from reports.annual.chapters import KEYS
from reports.annual.content import Wanted, gather
from reports.commands.annual import make_annual_report, order_annual_report
from reports.models import AnnualReport
from reports.queries.annual import annual_reports_visible_to
from reports.registry import REPORTS
from reports.typeset.annual import annual_pdf
from reports.typeset.workbook import annual_xlsx
from tests.reports.history import may_2026

pytestmark = pytest.mark.django_db


@pytest.fixture
def uploads(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def kept(by, **fields):
    """A report as a row, without its files."""
    return AnnualReport.objects.create(
        year=2026, locale="en", title="Annual report 2026", as_of=clock.now(), content={}, by_id=by.pk, by_name=by.name,
        **fields,
    )  # fmt: skip


def gathered(world, *, by=None, public=False, facility=None, chapters=KEYS, locale="en"):
    return gather(Wanted(2026, locale, chapters, facility, public), by=by or world.lea, say=lambda: None)


def test_a_report_is_made_step_by_step_and_kept_with_its_checksums(world, uploads):
    may_2026(world)
    job = order_annual_report(2026, by=world.lea, locale="en", chapters=["cooperation"])
    assert (job.state, job.done) == (Job.State.RUNNING, 0)
    done = make_annual_report(job.pk)
    assert done.state == Job.State.DONE
    assert done.done == done.total, "every step was counted"
    made = AnnualReport.objects.get(pk=done.result["annual_report"])
    with made.pdf.open("rb") as file:
        pdf = file.read()
    assert hashlib.sha256(pdf).hexdigest() == made.pdf_sha256
    with made.xlsx.open("rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == made.xlsx_sha256
    assert annual_pdf(made.content) == pdf, "the file can be set again from what was kept"
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages)
    front = ("Annual report 2026", "Alliance of Centres", "Contents", "The year in numbers", "Delivered hours")
    for said in (*front, "Use from abroad", "Data of", "How the numbers are made", "K16"):
        assert said in text
    assert make_annual_report(job.pk).result == done.result, "a second run does nothing"
    with pytest.raises(ProgrammingError, match="Cannot update or delete"), transaction.atomic():
        made.delete()


def test_its_numbers_are_those_of_the_figures_beside_the_year_before(world):
    may_2026(world)
    numbers = {each["label"]: each for each in gathered(world, chapters=())["headlines"]}
    assert numbers["Delivered hours"]["value"] == 60, "seven shifts of eight hours, four of them lost"
    assert numbers["Delivered hours"]["before"] is None
    assert numbers["From abroad"]["value"] == pytest.approx(48 / 60)
    assert numbers["Members"]["value"] == 2


def test_the_public_edition_has_no_closed_figure_and_no_small_cell(world):
    may_2026(world)
    some = ("cooperation", "governance")
    full, public = gathered(world, chapters=some), gathered(world, chapters=some, public=True)

    def figures(content):
        return {block["name"]: block for chapter in content["chapters"] for block in chapter["figures"]}

    assert not any(REPORTS[name].closed for name in figures(public))
    assert not any("…" in row for block in figures(full).values() for row in block["cells"])
    flows = figures(public)["flows"]
    assert sum("…" in row for row in flows["cells"]) >= 3, "those of one person at least, with what would tell of them"
    assert {each["label"]: each["value"] for each in public["headlines"]}.get("Success rate") is None


def test_a_number_that_is_the_sum_of_hidden_cells_is_not_told(world):
    may_2026(world)
    assert "From abroad" in {each["label"] for each in gathered(world, chapters=())["headlines"]}
    assert "From abroad" not in {each["label"] for each in gathered(world, chapters=(), public=True)["headlines"]}


def test_a_facility_has_the_figures_that_are_about_a_facility(world):
    may_2026(world)
    content = gathered(world, by=world.bo, facility=world.facility_a, chapters=("use", "governance"))
    names = {block["name"] for chapter in content["chapters"] for block in chapter["figures"]}
    assert "delivered-time" in names
    assert "membership" not in names
    assert "FB" not in str([block["cells"] for chapter in content["chapters"] for block in chapter["figures"]])


def test_only_those_who_read_the_figures_in_full_make_and_open_it(world):
    for person in (world.ana, world.dan, world.bob):
        with pytest.raises(NotPermitted):
            order_annual_report(2026, by=person, locale="en", facility=world.facility_a)
    for person in (world.bo, world.bob):
        with pytest.raises(NotPermitted):
            order_annual_report(2026, by=person, locale="en")
    own = kept(world.bo, facility=world.facility_a)
    everybodys = kept(world.lea, is_public=True)
    for person, seen in (
        (world.lea, {own, everybodys}),
        (world.bo, {own, everybodys}),
        (world.bob, {everybodys}),
        (world.dan, {everybodys}),
    ):
        assert set(annual_reports_visible_to(person)) == seen


def test_everything_that_is_wrong_is_said_at_once(world):
    with pytest.raises(Invalid) as refused:
        order_annual_report(1812, by=world.lea, locale="xx", chapters=["weather"])
    assert {each.field for each in refused.value.violations} == {"year", "locale", "chapters"}


def test_the_workbook_has_contents_and_a_sheet_for_each_figure_with_numbers_as_numbers(world):
    may_2026(world)
    content = gathered(world, chapters=("use",))
    paper = annual_xlsx(content)
    assert paper == annual_xlsx(content)
    book = CalamineWorkbook.from_filelike(io.BytesIO(paper))
    figures = [block for chapter in content["chapters"] for block in chapter["figures"]]
    assert len(book.sheet_names) == 2 + len(figures) + 1, "the last, hidden, has what the charts are drawn of"
    rows = book.get_sheet_by_name("1.1").to_python()
    head = next(place for place, row in enumerate(rows) if row[0] == "Facility")
    assert rows[head + 1][0] == "FA"
    assert all(isinstance(value, float) for value in rows[head + 1][5:7])
    assert any("K07" in str(cell) for row in rows[:head] for cell in row)
    parts = zipfile.ZipFile(io.BytesIO(paper))
    charts = [parts.read(name).decode() for name in parts.namelist() if name.startswith("xl/charts/chart")]
    assert sum("<c:barChart>" in chart for chart in charts) >= 2
    assert all("values" in chart for chart in charts)
    assert any("<c:v>Available</c:v>" in chart for chart in charts)
    assert "FA" in {cell for row in book.get_sheet_by_name("values").to_python() for cell in row}
    styles = parts.read("xl/styles.xml").decode()
    assert "#,##0.0" in styles
    assert "0.0%" in styles


def test_it_is_chinese_throughout_where_that_is_asked(world):
    may_2026(world)
    content = gathered(world, chapters=("governance",), locale="zh-hans")
    text = "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(annual_pdf(content))).pages)
    assert "年度报告" in text
    assert "Governance" not in text


def test_pages_and_api_order_list_and_give_files(world, client, uploads):
    may_2026(world)
    client.force_login(world.lea)
    page = client.get("/reports/annual/")
    assert page.status_code == 200
    asked = {"year": 2026, "about": "fa", "locale": "en", "edition": "full", "chapters": ["people"]}
    assert client.post("/reports/annual/", asked).status_code == 302
    assert "0 of" in client.get("/reports/annual/").content.decode()
    assert client.post("/reports/annual/", {**asked, "year": 1812}).status_code == 422
    ordered = client.post(
        "/api/v1/annual-reports",
        {"year": 2026, "chapters": ["governance"], "public": True},
        content_type="application/json",
    )
    assert ordered.status_code == 202
    order = f"/api/v1/annual-reports/orders/{ordered.json()['id']}"
    assert client.get(order).json()["state"] == "running"
    make_annual_report(ordered.json()["id"])
    key = client.get(order).json()["annual_report"]
    assert client.get(f"/reports/annual/{key}/").status_code == 200
    client.logout()
    assert [row["id"] for row in client.get("/api/v1/annual-reports").json()["results"]] == [key]
    assert client.get(f"/api/v1/annual-reports/{key}").json()["content"]["public"]
    for address, begins in ((f"/api/v1/annual-reports/{key}.pdf", b"%PDF"), (f"/reports/annual/{key}.xlsx", b"PK")):
        assert b"".join(client.get(address).streaming_content).startswith(begins)
    full = kept(world.lea)
    assert client.get(f"/reports/annual/{full.pk}.pdf").status_code == 404
    assert client.get(f"/api/v1/annual-reports/{full.pk}").status_code == 404


def test_the_command_writes_both_files_where_they_are_wanted(world, uploads, tmp_path, capsys):
    may_2026(world)
    call_command("annual_report", 2026, chapters="people", out=str(tmp_path))
    assert (tmp_path / "annual-report-2026-en.pdf").read_bytes().startswith(b"%PDF")
    assert (tmp_path / "annual-report-2026-en.xlsx").exists()
    assert "sha256" in capsys.readouterr().out
