"""Changes of what a secretariat keeps: a part of the fields, under the version that was read."""

from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from alliance.commands.records import Kept, save_record


class Patch(serializers.Serializer[Any]):
    """What is not given stays. Without `version` the change is made whatever somebody else wrote since."""

    version = serializers.IntegerField(required=False, help_text="the version that you read; another answers 409")


def changed_record(form: type[serializers.Serializer[Any]], row: Kept, request: Request, *, by: Any) -> Any:
    """The row with what the body says. Raises ValidationError, and as `save_record`."""
    given = form(row, data=request.data, partial=True)
    given.is_valid(raise_exception=True)
    for name, value in given.validated_data.items():
        setattr(row, name, value)
    return save_record(row, by=by)
