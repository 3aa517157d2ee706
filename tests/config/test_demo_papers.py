"""The demonstration's documents: what is known stands there, what is not stays empty and is seen by nobody outside."""

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.commands import grant_role
from alliance.models import Alliance
from alliance.queries.documents import charter_in_force, documents_listed
from config.demo.papers import make_papers
from tests.alliance.papers import a_resolution


@pytest.mark.django_db
def test_the_charter_is_in_force_as_excerpts_and_titles_alone_are_the_editors(world):
    anso = Alliance.objects.create(slug="anso", name="ANSO", acronym="ANSO", zone="Asia/Shanghai")
    grant_role(world.sec, "secretariat", anso, by=world.system)
    a_resolution(world)
    make_papers(world.alliance, anso, by=world.sec)
    charter = charter_in_force(world.alliance)
    assert charter is not None
    assert (charter.adopted_by.reference, "Article 5" in charter.text) == ("2019/1", False)
    told = ["charter", "new-year-letter-2019"]
    assert [row.slug for row in documents_listed(AnonymousUser(), world.alliance)] == told
    assert [row.slug for row in documents_listed(world.sec, world.alliance)] == [
        "charter", "declaration-2021", "new-year-letter-2019", "statements-2018",
    ]  # fmt: skip
    assert not documents_listed(AnonymousUser(), anso)
