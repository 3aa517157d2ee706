"""Facilities, instruments, bookings and accounts of time in the administration, to look at."""

from django.contrib import admin

from core.admin import LookOnly
from facilities.models import Allocation, Block, Booking, Equipment, Facility, Instrument, Session, Technique


@admin.register(Facility)
class FacilityAdmin(LookOnly):
    list_display = ("name", "kind", "status", "country", "zone")
    list_filter = ("kind", "status")
    search_fields = ("name", "acronym")


@admin.register(Instrument)
class InstrumentAdmin(LookOnly):
    list_display = ("code", "name", "facility", "unit", "capacity", "is_bookable")
    list_select_related = ("facility",)
    list_filter = ("unit",)
    search_fields = ("code", "name")


@admin.register(Technique)
class TechniqueAdmin(LookOnly):
    list_display = ("label", "code", "label_zh")
    search_fields = ("label", "code")


@admin.register(Equipment)
class EquipmentAdmin(LookOnly):
    list_display = ("code", "name", "kind", "facility", "capacity", "person", "is_active")
    list_select_related = ("facility", "person")
    list_filter = ("kind",)
    search_fields = ("code", "name")


@admin.register(Block)
class BlockAdmin(LookOnly):
    list_display = ("facility", "instrument", "kind", "period", "reason")
    list_select_related = ("facility", "instrument")
    list_filter = ("kind",)


@admin.register(Booking)
class BookingAdmin(LookOnly):
    list_display = ("reference", "instrument", "period", "state", "requester", "units", "unit")
    list_select_related = ("instrument", "requester")
    list_filter = ("state",)
    search_fields = ("number", "title")


@admin.register(Allocation)
class AllocationAdmin(LookOnly):
    list_display = ("team", "instrument", "granted", "held", "used", "unit", "valid_until")
    list_select_related = ("team", "instrument")


@admin.register(Session)
class SessionAdmin(LookOnly):
    list_display = ("instrument", "starts_at", "ends_at", "units", "lost_units", "source")
    list_select_related = ("instrument",)
