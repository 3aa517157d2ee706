"""How Django draws forms: with our field template, so that `{{ field.as_field_group }}` is a label, hint and error."""

from django.forms.renderers import TemplatesSetting


class Forms(TemplatesSetting):
    form_template_name = "forms/form.html"
    field_template_name = "forms/field.html"
