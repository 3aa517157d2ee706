"""A refusal in words: what is wrong, whose rule it is, and who may set it aside."""

from django.utils.translation import gettext as _

from core.errors import Violation


def explained(violation: Violation) -> str:
    """The sentence of a violation, with its rule's source and override right; input that cannot be read has neither."""
    if not violation.source:
        return str(violation.message)
    if violation.override_by:
        return _("%(what)s (Rule: %(source)s. May be overridden by: %(who)s.)") % {
            "what": violation.message,
            "source": whose(violation.source),
            "who": violation.override_by,
        }
    return _("%(what)s (Rule: %(source)s. Nobody may override it.)") % {
        "what": violation.message,
        "source": whose(violation.source),
    }


def whose(source: str) -> str:
    """Where a rule comes from, for people: a policy names its own source."""
    if source == "instrument":
        return _("settings of the instrument")
    if source == "opening hours":
        return _("opening hours")
    if source[:1].isdigit() or source.startswith("R-"):
        return _("common rule %(number)s") % {"number": source}
    return source
