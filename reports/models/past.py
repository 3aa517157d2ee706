"""How rows were, kept by triggers of the database, so that a figure can be asked as of an instant of the past."""

from django.db import models


class Past(models.Model):
    """What a row was until `at`; without `was` it did not exist before. Rows are written by the database alone.

    Free text, addresses and names beside accounts are left out (the migration says of each table what): no figure
    needs them, and what is forgotten must not stand here.
    """

    id = models.BigAutoField(primary_key=True)
    relation = models.CharField(max_length=63)
    key = models.CharField(max_length=40)
    at = models.DateTimeField()
    was = models.JSONField(null=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["relation", "at"], name="past_of_relation")]

    def __str__(self) -> str:
        return f"{self.relation} {self.key} {self.at}"


class Rolled(models.Model):
    """Days of an instrument that were rolled up anew at an instant, because something changed; none: all of them."""

    instrument_id = models.UUIDField()
    first = models.DateField(null=True)
    until = models.DateField(null=True)
    at = models.DateTimeField()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["at"], name="rolled_at")]

    def __str__(self) -> str:
        return f"{self.instrument_id} {self.first}"
