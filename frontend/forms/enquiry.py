"""The enquiry of a visitor for a company, and what keeps machines from sending it."""

from typing import Any

from django import forms
from django.core import signing
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from accounts.identifiers import country_codes
from frontend.forms.blamed import Blamed
from frontend.forms.public import countries, offer
from programs.commands import industry

QUICKEST = 3
"""Seconds that a person takes at least; who is quicker is asked to send again."""
OLDEST = 24 * 3600
SALT = "enquiry"


class VisitorForm(Blamed, forms.Form):
    """No more than an answer needs. `website` is hidden from people; `opened` says when the page was made."""

    company = forms.CharField(label=gettext_lazy("Company"), max_length=200)
    name = forms.CharField(label=gettext_lazy("Your name"), max_length=200)
    email = forms.EmailField(
        label=gettext_lazy("E-mail"),
        help_text=gettext_lazy("You get a message there to confirm the enquiry; nobody else sees the address."),
    )
    country = forms.ChoiceField(label=gettext_lazy("Country"), required=False)
    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=200,
        help_text=gettext_lazy("It may be published; say nothing secret here."),
    )
    question = forms.CharField(
        label=gettext_lazy("What is to be found out"), max_length=5000, widget=forms.Textarea(attrs={"rows": 6})
    )
    website = forms.CharField(
        label=gettext_lazy("Leave this empty"),
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )
    opened = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        offer(self, "country", [("", "—"), *countries(country_codes())[1:]])
        self.fields["opened"].initial = signing.dumps("", salt=SALT)

    def clean(self) -> dict[str, Any] | None:
        """A machine fills the field that people do not see, or is quicker than reading; a page may also be too old."""
        if self.cleaned_data.get("website"):
            raise forms.ValidationError(_("Leave the last field empty."))
        given = self.cleaned_data.get("opened", "")
        try:
            signing.loads(given, salt=SALT, max_age=OLDEST)
        except signing.BadSignature:
            self._open_anew()
            raise forms.ValidationError(_("The page was open too long. Please send it once more.")) from None
        try:
            signing.loads(given, salt=SALT, max_age=QUICKEST)
        except signing.SignatureExpired:
            return self.cleaned_data
        raise forms.ValidationError(_("That was very quick. Please read it once more and send it again."))

    def _open_anew(self) -> None:
        typed = {name: self.data.get(name, "") for name in self.fields}
        self.data = {**typed, "opened": signing.dumps("", salt=SALT)}

    def visitor(self) -> industry.Visitor:
        return industry.Visitor(self.cleaned_data["name"], self.cleaned_data["email"], get_language() or "en")

    def enquiry(self) -> industry.Enquiry:
        said = self.cleaned_data
        return industry.Enquiry(said["company"], said["title"], said["question"], country=said["country"])
