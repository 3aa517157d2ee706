"""Joint programmes in the administration, to look at."""

from django.contrib import admin

from core.admin import LookOnly
from programs.models import Program


@admin.register(Program)
class ProgramAdmin(LookOnly):
    list_display = ("number", "title", "kind", "state", "lead_organisation", "submitted_at", "approved_at")
    list_select_related = ("lead_organisation",)
    list_filter = ("state", "kind")
    search_fields = ("number", "title", "acronym")
