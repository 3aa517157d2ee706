"""One report as a block of a page: its answer as table or matrix, and the addresses of chart, files and rows."""

from dataclasses import dataclass
from typing import Any

from frontend.contexts.reports.addresses import address
from frontend.contexts.reports.tables import NARROW, Matrix, Table, flows_matrix, table_of
from reports.periods import Period
from reports.queries.answers import Answer, answer


@dataclass(frozen=True)
class Block:
    """One report as it stands on a page: the answer, and the addresses of its chart, files, rows and definition."""

    seen: Answer
    table: Table | None = None
    matrix: Matrix | None = None

    @property
    def asked(self) -> dict[str, str]:
        return self.seen.query.given

    @property
    def figure_url(self) -> str:
        return address(self.seen.report.name, self.asked, "report_figure")

    @property
    def csv_url(self) -> str:
        return address(self.seen.report.name, self.asked, "report_file", "csv")

    @property
    def xlsx_url(self) -> str:
        return address(self.seen.report.name, self.asked, "report_file", "xlsx")

    @property
    def parquet_url(self) -> str:
        return address(self.seen.report.name, self.asked, "report_file", "parquet")

    @property
    def rows_url(self) -> str:
        return address(self.seen.report.name, self.asked, "report_rows")

    @property
    def page_url(self) -> str:
        return address(self.seen.report.name, self.asked)


def block(name: str, asked: dict[str, str], user: Any, columns: list[str] | None = None) -> Block:
    seen = answer(name, asked, user=user)
    return Block(seen, table=table_of(seen, columns))


def days_of(period: Period) -> dict[str, str]:
    return {"from": period.first.isoformat(), "to": period.until.isoformat()}


def heat_block(asked: dict[str, str], user: Any, of: str) -> Block:
    """Booked share by week as a chart, and the same lines over the whole period as a table."""
    seen = answer("utilisation", {**asked, "of": of}, user=user)
    whole = answer("utilisation", {**asked, "of": of, "by": "total"}, user=user)
    lines = ["facility"] if of == "facility" else ["facility", "instrument"]
    return Block(seen, table=table_of(whole, [*lines, "user_hours", "booked_user_hours", "utilisation"]))


def flows_block(asked: dict[str, str], user: Any, most: int = NARROW) -> Block:
    seen = answer("flows", asked, user=user)
    return Block(seen, matrix=flows_matrix(seen, most=most))
