"""The rows behind a report: bookings, sessions, decisions or programmes that its numbers come from."""

from datetime import UTC, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce, NullIf
from django.db.models import F, Value

from facilities.models import Booking, Session
from facilities.queries.bookings import bookings_visible_to
from programs.models import Program
from programs.queries import programs_visible_to
from programs.workflows import RUNNING
from reports.models import TAKEN
from reports.parameters import Query
from reports.permissions import reader_of
from reports.registry import Report
