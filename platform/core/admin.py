"""What every page of the administration keeps to: looking is free, writing goes through commands."""

from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.models import AuditEntry, Job

admin.site.site_header = admin.site.site_title = "Yanqi"
admin.site.index_title = _("Administration")
# What packages that come before ours have registered (groups, e-mail addresses, tokens) writes past the commands.
for model in tuple(admin.site._registry):
    admin.site.unregister(model)


class LookOnly(admin.ModelAdmin):
    """Rows to look at: commands alone write them, so that no rule is passed by."""

    list_per_page = 50
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(AuditEntry)
class AuditEntryAdmin(LookOnly):
    list_display = ("at", "actor_name", "verb", "object_type", "from_state", "to_state", "note")
    list_filter = ("object_type", "verb")
    search_fields = ("actor_name", "object_id", "request_id")


@admin.register(Job)
class JobAdmin(LookOnly):
    list_display = ("created_at", "kind", "state", "done", "total", "message")
    list_filter = ("kind", "state")
