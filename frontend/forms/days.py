"""Days and instants as forms take them: of years that every zone can show and every calendar can go on from."""

from datetime import UTC, date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from frontend.timeline import FIRST_YEAR, LAST_YEAR


class DayField(forms.DateField):
    default_validators: Any = [
        MinValueValidator(date(FIRST_YEAR, 1, 1)),
        MaxValueValidator(date(LAST_YEAR - 1, 12, 31)),
    ]


class InstantField(forms.DateTimeField):
    default_validators: Any = [
        MinValueValidator(datetime(FIRST_YEAR, 1, 1, tzinfo=UTC)),
        MaxValueValidator(datetime(LAST_YEAR, 1, 1, tzinfo=UTC)),
    ]
