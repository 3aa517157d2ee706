"""Forms of calls and questionnaires."""

from frontend.forms.calls.editing import (
    CallEditor,
    CriteriaEditor,
    DatesEditor,
    DeadlinesEditor,
    DetailsEditor,
    JudgingEditor,
    OffersEditor,
    WindowsEditor,
)
from frontend.forms.calls.rules import RulesEditor

EDITORS: dict[str, type[CallEditor]] = {
    editor.name: editor
    for editor in (
        DetailsEditor,
        DatesEditor,
        OffersEditor,
        WindowsEditor,
        DeadlinesEditor,
        RulesEditor,
        CriteriaEditor,
        JudgingEditor,
    )
}
"""The pages of a call's task list, in their order."""
