"""What comes of granted time: reports are asked for, written, accepted or waived; feedback; publications by DOI."""

from programs.commands.outcomes.feedback import give_feedback
from programs.commands.outcomes.publications import (
    Author,
    Entry,
    add_publication,
    import_publications,
    link_publication,
    unlink_publication,
)
from programs.commands.outcomes.publishing import explain_unpublished, remind_of_publications
from programs.commands.outcomes.reports import (
    accept_report,
    ask_for_reports,
    remind_of_reports,
    return_report,
    submit_report,
    waive_report,
)

__all__ = [
    "Author",
    "Entry",
    "accept_report",
    "add_publication",
    "ask_for_reports",
    "explain_unpublished",
    "give_feedback",
    "import_publications",
    "link_publication",
    "remind_of_publications",
    "remind_of_reports",
    "return_report",
    "submit_report",
    "unlink_publication",
    "waive_report",
]
