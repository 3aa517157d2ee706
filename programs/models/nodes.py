"""Nodes: the places at which a joint laboratory or a research centre works, each hosted by one of its partners."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.identifiers import validate_country
from accounts.models import Organisation
from core.models import Versioned
from programs.models.cooperation import Program
from programs.workflows.nodes import NODE

NODED = frozenset({Program.Kind.JOINT_LAB, Program.Kind.RESEARCH_CENTER})
"""The types of programme that have nodes (S004: joint laboratories, research centres)."""


class Node(Versioned):
    """A part of a joint laboratory at one centre, with a head, a place and tasks, since a day and until a day."""

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="nodes")
    host = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="nodes_hosted")
    name = models.CharField(_("name"), max_length=200)
    head = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="nodes_headed")
    city = models.CharField(_("city"), max_length=120, blank=True, default="")
    country = models.CharField(_("country"), max_length=2, blank=True, default="", validators=[validate_country])
    tasks = models.TextField(_("tasks"), max_length=2000)
    since = models.DateField(_("since"))
    until = models.DateField(_("until, this day included"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=NODE.choices, default="planned")

    class Meta:
        ordering = ["program_id", "since", "name", "id"]
        triggers = [NODE.guard()]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "name"], condition=~Q(state="cancelled"), name="node_name_once_in_a_programme"
            ),
            models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="node_ends_after_start"),
            models.CheckConstraint(condition=~Q(state="closed") | Q(until__isnull=False), name="closed_node_has_ended"),
        ]

    def __str__(self) -> str:
        return self.name
