"""Forms of what an alliance publishes: documents and their versions, signatures, news and circulars."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import Organisation
from alliance.models import Alliance, Circular, Document, NewsItem
from alliance.workflows.documents import VERSION
from frontend.forms.blamed import Blamed
from frontend.forms.calls.editing import LocalInstant, instant, on_the_clock
from frontend.forms.days import DayField
from frontend.forms.filters import Filters


class DocumentFilters(Filters):
    """What a list of documents shows; `states` are offered to those who see more than what is adopted."""

    q = forms.CharField(
        label=_("Title or text"), required=False, max_length=100, widget=forms.TextInput(attrs={"type": "search"})
    )
    kind = forms.ChoiceField(label=_("Type"), required=False, choices=[("", _("All types")), *Document.Kind.choices])
    state = forms.ChoiceField(label=_("State"), required=False, choices=[("", _("All")), *VERSION.choices])
    alliance = forms.ChoiceField(label=_("Alliance"), required=False)

    def __init__(self, data: Any, *, alliances: list[Alliance] | None = None, states: bool = False) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["alliance"].choices = [(row.slug, row.acronym) for row in alliances or []]
        if len(alliances or []) < 2:
            del fields["alliance"]
        if not states:
            del fields["state"]

    def asked(self) -> dict[str, str]:
        given = self.cleaned_data if self.is_valid() else {}
        return {"text": given.get("q", ""), "kind": given.get("kind", ""), "state": given.get("state", "")}


class RecordForm(Blamed, forms.ModelForm):
    """A row that the secretariat keeps; the command checks it. `version` is the one that was read."""

    def __init__(self, data: Any = None, *, instance: Any, **options: Any) -> None:
        super().__init__(data, instance=instance, **options)
        self.fields["version"] = forms.IntegerField(
            widget=forms.HiddenInput, required=False, initial=instance.version, min_value=1
        )

    def _post_clean(self) -> None:
        """The command checks the row; the form only reads what was typed."""

    def row(self) -> Any:
        """The row with what was typed."""
        for name in self._meta.fields or ():
            if name in self.cleaned_data:
                setattr(self.instance, name, self.cleaned_data[name])
        self.instance.version = self.cleaned_data["version"] or self.instance.version
        return self.instance


class DocumentForm(RecordForm):
    """What a document is, who may read it, how it becomes valid and who signs it."""

    parties = forms.ModelMultipleChoiceField(
        label=_("Parties that sign it"),
        help_text=_("For an agreement of a few; nobody for what all members sign."),
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Document
        fields = [
            "kind", "title", "title_zh", "summary", "summary_zh", "authors", "access", "body", "event",
            "needs_resolution", "signed_by_members",
        ]  # fmt: skip

    def __init__(self, data: Any = None, *, instance: Document, **options: Any) -> None:
        super().__init__(data, instance=instance, **options)
        fields: dict[str, Any] = self.fields
        alliance = instance.alliance
        fields["body"].queryset = alliance.bodies.order_by("name", "id")
        fields["event"].queryset = alliance.events.order_by("title", "id")
        members = Organisation.objects.filter(memberships__alliance=alliance, memberships__left_on=None)
        now = instance.parties.values("organisation")
        fields["parties"].queryset = (members | Organisation.objects.filter(pk__in=now)).distinct().order_by("name")
        fields["parties"].initial = [] if instance._state.adding else list(now.values_list("organisation", flat=True))


class VersionForm(Blamed, forms.Form):
    """The text or the file of a version; a new one says its language and number as well."""

    text = forms.CharField(
        label=_("Text"), required=False, max_length=300_000, widget=forms.Textarea(attrs={"rows": 14}), strip=False
    )
    file = forms.FileField(
        label=_("File"), required=False, help_text=_("What it is, is found from its content. Readers save it.")
    )
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    number = forms.TypedChoiceField(
        label=pgettext_lazy("reference", "Number"), coerce=int, required=False, empty_value=None
    )
    note = forms.CharField(
        label=_("What changed"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(
        self, data: Any = None, files: Any = None, *, numbers: list[int] | None = None, **options: Any
    ) -> None:
        super().__init__(data, files, **options)
        fields: dict[str, Any] = self.fields
        if numbers is None:
            del fields["language"], fields["number"]
        else:
            fields["number"].choices = [(number, f"v{number}") for number in numbers]
            fields["number"].initial = numbers[0]


class SignForm(Blamed, forms.Form):
    """For which organisation somebody signs; the secretariat records what was signed on paper, with its day."""

    organisation = forms.ModelChoiceField(label=_("Organisation"), queryset=Organisation.objects.none())
    name = forms.CharField(label=_("Signed by"), max_length=200)
    signed_on = DayField(
        label=_("Signed on paper on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, data: Any = None, *, organisations: Any, records: bool, **options: Any) -> None:
        super().__init__(data, **options)
        fields: dict[str, Any] = self.fields
        fields["organisation"].queryset = organisations
        if not records:
            del fields["signed_on"]


class NewsForm(RecordForm):
    """A piece of news in both languages, with its times on the alliance's clock."""

    published_at = LocalInstant(
        label=_("Published"), required=False, help_text=_("Empty: a draft. A time to come publishes it then.")
    )
    embargo_until = LocalInstant(label=_("Embargo until"), required=False, help_text=_("Nobody reads it before."))

    class Meta:
        model = NewsItem
        fields = [
            "section", "title", "title_zh", "body", "body_zh", "source", "source_zh", "published_at", "embargo_until",
            "event",
            "organisation",
        ]  # fmt: skip

    def __init__(self, data: Any = None, *, instance: NewsItem, **options: Any) -> None:
        zone = instance.alliance.zone
        times = {name: on_the_clock(getattr(instance, name), zone) for name in ("published_at", "embargo_until")}
        super().__init__(data, instance=instance, initial={**times, **options.pop("initial", {})}, **options)
        fields: dict[str, Any] = self.fields
        fields["event"].queryset = instance.alliance.events.order_by("title", "id")
        members = Organisation.objects.filter(memberships__alliance=instance.alliance)
        fields["organisation"].queryset = members.distinct().order_by("name", "id")

    def clean_published_at(self) -> Any:
        return instant(self.cleaned_data["published_at"], self.instance.alliance.zone)

    def clean_embargo_until(self) -> Any:
        return instant(self.cleaned_data["embargo_until"], self.instance.alliance.zone)


class CircularForm(RecordForm):
    """A letter to the members in both languages."""

    class Meta:
        model = Circular
        fields = ["title", "title_zh", "body", "body_zh"]


class WithdrawForm(Blamed, forms.Form):
    """Why something is taken back."""

    note = forms.CharField(label=_("Reason"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
