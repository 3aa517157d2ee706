"""Which organisations work together in programmes: the rows behind the cooperation matrix."""

from collections.abc import Iterator
from uuid import UUID

from django.db import connection

from programs.workflows import RUNNING

PAIRS = """
select one.program_id, one.organisation_id, other.organisation_id
from programs_partner one
join programs_partner other on other.program_id = one.program_id and other.organisation_id > one.organisation_id
join programs_program program on program.id = one.program_id
where program.state = any(%s)
order by one.program_id, one.organisation_id, other.organisation_id
"""
"""By hand, because the ORM cannot join a table to itself on an inequality."""


def partner_pairs() -> Iterator[tuple[UUID, UUID, UUID]]:
    """(programme, organisation, other organisation), each pair of a programme once, of programmes that count as
    cooperation (K18): approved, and not called off before they began."""
    with connection.cursor() as cursor:
        cursor.execute(PAIRS, [sorted(RUNNING)])
        while rows := cursor.fetchmany(5000):
            yield from rows
