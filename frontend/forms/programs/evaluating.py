"""The form by which a completed programme is evaluated."""

from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from frontend.forms.blamed import Blamed
from frontend.forms.programs.outcomes import GRADES
from programs.commands.cooperation import Judgement
from programs.models import Evaluation
from programs.models.evaluations import GRADES as GRADED


class EvaluationForm(Blamed, forms.ModelForm):
    """Four grades, what was reached and learnt, and what should follow."""

    class Meta:
        model = Evaluation
        fields = [*GRADED, "reached", "learnt", "advice"]
        widgets = {
            "reached": forms.Textarea(attrs={"rows": 5}),
            "learnt": forms.Textarea(attrs={"rows": 4}),
            "advice": forms.RadioSelect,
        }
        help_texts = {
            "goals": _("Measured by what the programme set out to do."),
            "use": _("Was the time used well, and the money?"),
            "lasting": _("Do its partners go on working together?"),
            "learnt": _("What would be done otherwise another time."),
        }

    def __init__(self, data: Any = None) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        for name in GRADED:
            label = capfirst(str(fields[name].label))
            fields[name] = forms.TypedChoiceField(
                label=label, help_text=fields[name].help_text, coerce=int, choices=[("", _("Choose")), *GRADES]
            )
        fields["advice"].choices = Evaluation.Advice.choices

    def judgement(self) -> Judgement:
        """What the command is told."""
        return Judgement(**self.cleaned_data)
