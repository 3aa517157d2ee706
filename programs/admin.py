"""In the administration: joint programmes, to look at; what is shown to industry, to write by the command."""

from typing import Any

from django.contrib import admin
from django.forms import ModelForm
from django.http import HttpRequest

from alliance.admin import Kept
from core.admin import LookOnly
from programs.commands.industry import save_shown
from programs.models import ApplicationCase, IndustrialOffer, Program


@admin.register(Program)
class ProgramAdmin(LookOnly):
    list_display = ("number", "title", "kind", "state", "lead_organisation", "submitted_at", "approved_at")
    list_select_related = ("lead_organisation",)
    list_filter = ("state", "kind")
    search_fields = ("number", "title", "acronym")


class Shown(Kept):
    """What an alliance shows to industry; public from the instant of `published_at`."""

    right = "alliance.publish"
    list_filter = ("alliance", "technique")
    search_fields = ("title",)

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        save_shown(obj, by=request.user)


@admin.register(IndustrialOffer)
class IndustrialOfferAdmin(Shown):
    list_display = ("title", "organisation", "technique", "readiness", "published_at")
    list_select_related = ("organisation", "technique")
    autocomplete_fields = ("facility", "organisation", "instrument")


@admin.register(ApplicationCase)
class ApplicationCaseAdmin(Shown):
    list_display = ("title", "company", "facility", "published_at")
    autocomplete_fields = ("facility",)
    list_select_related = ("facility",)
