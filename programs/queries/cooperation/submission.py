"""What a submission is judged by, who has answered, and what changed since somebody looked."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.admin.utils import label_for_field
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Organisation
from alliance.models import Alliance
from alliance.queries import main_alliance, memberships
from core import audit, clock, times
from core.errors import Violation
from facilities.models import Facility
from programs.frozen import Content, consent
from programs.frozen.cooperation import part_of
from programs.models import Confirmation, Partner, Program, ProgramVersion
from programs.rules import cooperation as rules
from programs.workflows.cooperation import PROGRAM

LIST_LABELS = {
    "themes": gettext_lazy("themes"),
    "partners": gettext_lazy("partners"),
    "milestones": gettext_lazy("milestones"),
    "entitlements": gettext_lazy("facility time"),
}


def home_alliance(organisation: Organisation) -> Alliance | None:
    """The alliance in which an organisation proposes: one it is a member of, the main one first; else the main one."""
    today = clock.now().date()
    alliances = Alliance.objects.filter(memberships__organisation=organisation).order_by("-is_main", "name", "id")
    for alliance in alliances.distinct():
        if memberships(alliance, today).filter(organisation=organisation).exists():
            return alliance
    return main_alliance()


def submission_facts(program: Program) -> rules.Facts:
    """What the rules of submission look at, as of today."""
    today = clock.now().date()
    members = set(memberships(program.alliance, today).values_list("organisation_id", flat=True))
    return rules.Facts(
        title=program.title,
        summary=program.summary,
        peaceful_use=program.peaceful_use,
        starts_on=program.starts_on,
        ends_on=program.ends_on,
        has_lead_person=program.lead_person_id is not None,
        partners=tuple(
            rules.PartnerFacts(
                name=partner.organisation.name,
                country=partner.organisation.country,
                is_lead=partner.role == Partner.Role.LEAD,
                is_member=partner.organisation_id in members,
                is_active=partner.organisation.status == Organisation.Status.ACTIVE,
            )
            for partner in program.partners.select_related("organisation")
        ),
        time=tuple(
            rules.TimeFacts(
                instrument=f"{row.instrument.code}, {row.instrument.facility}",
                units=row.units,
                is_bookable=row.instrument.is_bookable
                and row.instrument.archived_at is None
                and row.instrument.facility.status != Facility.Status.CLOSED,
                cycle_fits=row.cycle is None or row.cycle.facility_id == row.instrument.facility_id,
                cycle_ends_on=row.cycle.period.upper.date() if row.cycle else None,
            )
            for row in program.entitlements.select_related("instrument__facility", "cycle")
        ),
        milestones=tuple(program.milestones.values_list("title", "due_on")),
        today=today,
        min_members=settings.PROGRAM_MIN_MEMBERS,
        min_countries=settings.PROGRAM_MIN_COUNTRIES,
    )


def current_version(program: Program) -> ProgramVersion | None:
    """The version frozen last, None before the first submission."""
    return program.versions.order_by("-number").first()


def standing_answers(version: ProgramVersion) -> dict[Any, Confirmation]:
    """The latest answer of each organisation on a version, by organisation id."""
    answers = version.confirmations.select_related("organisation", "by", "carried_from__version").order_by(
        "created_at", "id"
    )
    return consent.standing(answers)


def answers_that_hold(version: ProgramVersion | None, content: Content) -> dict[Any, Confirmation]:
    """Those who confirmed a version and whose part of another content is the same, by organisation id."""
    if version is None:
        return {}
    partners = [row["organisation"] for row in content["partners"]]
    return consent.answers_that_hold(standing_answers(version), version.content, content, partners, part_of)


@dataclass(frozen=True)
class PartnerAnswer:
    """A partner and what its signatory said about the current version: confirmed, refused or not yet."""

    partner: Partner
    answer: Confirmation | None

    @property
    def state(self) -> str:
        if self.answer is None:
            return "asked"
        return "confirmed" if self.answer.confirmed else "refused"


def partner_answers(program: Program) -> list[PartnerAnswer]:
    """All partners, the lead first, with their answers on the current version."""
    version = current_version(program)
    answers = standing_answers(version) if version else {}
    partners = program.partners.select_related("organisation").order_by("organisation__name", "id")
    ranked = sorted(partners, key=lambda row: row.role != Partner.Role.LEAD)
    return [PartnerAnswer(partner, answers.get(partner.organisation_id)) for partner in ranked]


def field_label(name: str) -> str:
    """A field as people call it."""
    return str(LIST_LABELS[name] if name in LIST_LABELS else label_for_field(name, Program))


def changes_since(program: Program, version: int) -> list[Violation]:
    """What others did after `version`, one entry for each field, for the person whose save was refused."""
    entries = audit.history(program).filter(data__version__gt=version)
    found = []
    for entry in entries:
        words = {"who": entry.actor_name, "at": times.moment(entry.at, "UTC")}
        for name, (_old, new) in entry.data.get("changes", {}).items():
            what = _("%(who)s changed “%(field)s” at %(at)s; it now reads: %(new)s")
            shown = new if isinstance(new, str) else _("see below")
            found.append(
                Violation("changed_meanwhile", what % (words | {"field": field_label(name), "new": shown}), name)
            )
        if entry.verb in PROGRAM.by_name:
            move = PROGRAM.find(entry.verb)
            message = _("%(who)s: “%(move)s” at %(at)s") % (words | {"move": move.label})
            found.append(Violation("changed_meanwhile", message))
    return found
