"""The secretariat presses twice and two people of one centre apply at once: one circular, one application."""

from collections import Counter
from functools import partial

import pytest

from alliance.commands import applications as apply
from alliance.commands.circulars import send_circular
from alliance.commands.records import save_record
from alliance.models import Circular, CircularDelivery, MembershipApplication
from core.errors import DomainError
from notifications.models import Message
from tests.alliance.joining import paper, wanted
from tests.alliance.papers import speaks
from tests.races.barrier import at_once
from tests.world import make_user

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_pressed_twice_is_sent_once_and_one_application_of_a_centre_is_taken(world):
    speaks(world, world.bo, world.org_a)
    row = save_record(Circular(alliance=world.alliance, title="New Year", body="Happy New Year"), by=world.sec)
    sent = at_once([partial(send_circular, row, by=by) for by in (world.sec, world.adm, world.sec, world.adm)])
    assert {each.number for each in sent} == {1}
    assert Message.objects.filter(kind="circular").count() == CircularDelivery.objects.count() == 1

    drafts = []
    for person in (world.dan, make_user("eve", world.org_c), make_user("fay", world.org_c)):
        draft = apply.start_application(world.alliance, world.org_c, wanted(), by=person)
        apply.add_application_file(draft, paper(), by=person)
        drafts.append(draft)

    def submitted(draft):
        try:
            return apply.submit_application(draft, by=draft.contact).state
        except DomainError as refusal:
            return refusal.violations[0].rule

    assert Counter(at_once([partial(submitted, each) for each in drafts])) == {"submitted": 1, "one_at_a_time": 2}
    assert MembershipApplication.objects.filter(state="submitted").count() == 1
