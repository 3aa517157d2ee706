"""Forms of reviews: scores beside the text, the panel's own score, and what staff say of a leg."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.errors import Violation
from core.names import local
from facilities.models import Instrument
from frontend.forms.blamed import Blamed
from programs.commands.feasibility import Judgement
from programs.commands.reviews import Written
from programs.models import Assessment, Criterion, Feasibility, Review, SafetyReview, ScoreScale

SCORE = "score_"
LONG = forms.Textarea(attrs={"rows": 5})


class Writing(Blamed, forms.Form):
    """A score for each criterion, on the panel's scale, and the two comments."""

    comment_to_applicant = forms.CharField(label=_("For the applicant"), required=False, widget=LONG)
    comment_to_panel = forms.CharField(label=_("For the panel only"), required=False, widget=LONG)

    def __init__(self, data: Any, *, review: Review, criteria: Iterable[Criterion], scale: ScoreScale) -> None:
        given = {row.criterion.slug: row.value for row in review.scores.all()}
        super().__init__(
            data,
            initial={
                "comment_to_applicant": review.comment_to_applicant,
                "comment_to_panel": review.comment_to_panel,
            },
        )
        written = dict(self.fields)
        scores: dict[str, forms.Field] = {
            SCORE + row.slug: forms.DecimalField(
                label=local(row, "name"),
                help_text=local(row, "help"),
                required=False,
                initial=given.get(row.slug),
                widget=forms.NumberInput(
                    attrs={"min": f"{scale.lowest:f}", "max": f"{scale.highest:f}", "step": f"{scale.step:f}"}
                ),
            )
            for row in criteria
        }
        self.fields = {**scores, **written}

    def shown_at(self, violation: Violation) -> str:
        return violation.field.replace("scores.", SCORE)

    def written(self) -> Written:
        said = self.cleaned_data
        scores = {name.removeprefix(SCORE): value for name, value in said.items() if name.startswith(SCORE)}
        return Written(
            {slug: value for slug, value in scores.items() if isinstance(value, Decimal)},
            said["comment_to_applicant"],
            said["comment_to_panel"],
        )


class Discussion(Blamed, forms.Form):
    """What the panel says of a proposal."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    comment_to_applicant = forms.CharField(label=_("For the applicant"), required=False, widget=LONG)
    comment_to_management = forms.CharField(label=_("For the management"), required=False, widget=LONG)
    final_score = forms.DecimalField(
        label=_("Score set by the panel"), help_text=_("Empty: the mean of the reviews counts."), required=False
    )
    final_reason = forms.CharField(label=_("Why it differs from the mean"), required=False, widget=LONG)

    def __init__(self, data: Any, *, assessment: Assessment) -> None:
        names = ("version", "comment_to_applicant", "comment_to_management", "final_score", "final_reason")
        super().__init__(data, initial={name: getattr(assessment, name) for name in names})


class Declaring(Blamed, forms.Form):
    """Who must not judge a proposal, and why; `people` may be named by those who lead."""

    person = forms.ModelChoiceField(User.objects.none(), label=_("Who"), required=False, empty_label=_("Myself"))
    reason = forms.CharField(
        label=_("What the conflict is"),
        widget=LONG,
        help_text=_("In a few words. The office of the call reads it; the applicant does not."),
    )

    def __init__(self, data: Any = None, *, people: Any) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        if people is None:
            del fields["person"]
        else:
            fields["person"].queryset = people
            fields["person"].label_from_instance = lambda row: local(row, "name")


class FeasibilityForm(Blamed, forms.Form):
    """What the instrument's people say of a leg."""

    result = forms.ChoiceField(label=_("Result"), choices=Feasibility.Result.choices, widget=forms.RadioSelect)
    units = forms.DecimalField(label=_("Units you recommend"), required=False)
    note = forms.CharField(label=_("For the applicant"), required=False, widget=LONG)
    internal_note = forms.CharField(label=_("For the panel only"), required=False, widget=LONG)
    offers = forms.ModelMultipleChoiceField(
        Instrument.objects.none(),
        label=_("Instruments that could do it instead"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, data: Any, *, offers: Any) -> None:
        super().__init__(data)
        field = self.fields["offers"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = offers

    def judgement(self) -> Judgement:
        said = self.cleaned_data
        return Judgement(said["result"], said["units"], said["note"], said["internal_note"], list(said["offers"]))


class SafetyForm(Blamed, forms.Form):
    """The safety class of a leg and the conditions that its bookings carry."""

    result = forms.ChoiceField(label=_("Safety class"), choices=SafetyReview.Result.choices, widget=forms.RadioSelect)
    conditions = forms.CharField(
        label=_("Conditions"),
        help_text=_("They are shown with every booking of this leg."),
        required=False,
        widget=LONG,
    )
    note = forms.CharField(label=_("Note"), required=False, widget=LONG)
