"""People, organisations and roles in the administration, to look at."""

from django.contrib import admin

from accounts.models import Affiliation, Organisation, RoleAssignment, User
from core.admin import LookOnly


@admin.register(User)
class UserAdmin(LookOnly):
    list_display = ("name", "email", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff")
    search_fields = ("name", "email", "orcid")
    exclude = ("password", "user_permissions", "groups")


@admin.register(Organisation)
class OrganisationAdmin(LookOnly):
    list_display = ("name", "kind", "country", "status", "ror_id")
    list_filter = ("kind", "status")
    search_fields = ("name", "acronym", "ror_id")


@admin.register(Affiliation)
class AffiliationAdmin(LookOnly):
    list_display = ("user", "organisation", "starts_on", "ends_on", "is_primary")
    list_select_related = ("user", "organisation")
    search_fields = ("user__name", "organisation__name")


@admin.register(RoleAssignment)
class RoleAssignmentAdmin(LookOnly):
    list_display = ("user", "role", "scope_type", "starts_at", "ends_at")
    list_select_related = ("user",)
    list_filter = ("role",)
    search_fields = ("user__name", "user__email")
