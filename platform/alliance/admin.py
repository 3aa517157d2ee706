"""The alliance's record, members and news in the administration; saving is the command of the secretariat."""

from typing import Any

from django.contrib import admin
from django.db.models import Model
from django.forms import ModelForm
from django.http import HttpRequest

from alliance.commands.records import save_record
from alliance.models import Alliance, Membership, NewsItem
from core.permissions import allowed


class Kept(admin.ModelAdmin):
    """Who holds `right` on an alliance writes here; nothing is deleted."""

    right = "alliance.manage_members"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._manages(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._manages(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._manages(request)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return self._manages(request)

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: ModelForm, change: bool) -> None:
        save_record(obj, by=request.user)

    def _manages(self, request: HttpRequest) -> bool:
        return any(allowed(request.user, self.right, alliance) for alliance in Alliance.objects.all())


@admin.register(Alliance)
class AllianceAdmin(Kept):
    list_display = ("acronym", "name", "founded_on", "seat")


@admin.register(Membership)
class MembershipAdmin(Kept):
    """To look at only: memberships change by their own commands, each with its day and reason."""

    list_display = ("organisation", "alliance", "member_class", "joined_on", "left_on")
    list_select_related = ("organisation", "alliance")
    list_filter = ("alliance", "member_class")
    search_fields = ("organisation__name",)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False


@admin.register(NewsItem)
class NewsItemAdmin(Kept):
    right = "alliance.publish"
    list_display = ("title", "section", "published_at", "alliance")
    list_filter = ("section",)
    search_fields = ("title",)
