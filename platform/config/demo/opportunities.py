"""Places that the demonstration's programmes offer in public: an open exchange with applications, and a school."""

from datetime import datetime, timedelta

from django.core.files.base import ContentFile

from accounts.models import User
from config.demo.people import People
from config.demo.places import Places
from core import clock
from programs.commands import opportunities
from programs.models import Candidacy, Opportunity, Program

STATEMENT = "I would learn to measure in the cell that the group built, and bring it back to my own instrument."


def make_opportunities(places: Places, people: People, *, now: datetime) -> None:
    """Two offers of one programme; two apply for the exchange, one of them has a place to answer."""
    sec = people.named["secretary"]
    program = Program.objects.filter(state="active", alliance=places.alliances["gcasc"]).order_by("number").first()
    if program is None:
        return
    with clock.standing_at(now - timedelta(days=20)):
        exchange = _published(program, _exchange(places, now), by=sec)
        _published(program, _school(places, now), by=sec)
        applied = [_submitted(exchange, person) for person in (people.named["scientist"], people.scientists[-1])]
    with clock.standing_at(now - timedelta(days=3)):
        for rank, row in enumerate(applied, start=1):
            opportunities.rank_candidacy(opportunities.check_candidacy(row, by=sec), rank, by=sec)
        opportunities.offer_place(applied[0], by=sec)


def _published(program: Program, offered: opportunities.Places, *, by: User) -> Opportunity:
    row = opportunities.publish_opportunity(opportunities.draft_opportunity(program, offered, by=by), by=by)
    Opportunity.objects.filter(pk=row.pk).update(is_demo=True)
    return row


def _submitted(offer: Opportunity, person: User) -> Candidacy:
    row = opportunities.start_candidacy(offer, by=person, statement=STATEMENT, supervisor_name="The head of my group")
    file = ContentFile(b"Made up for the demonstration.", name="curriculum-vitae.txt")
    opportunities.add_candidacy_file(row, file, by=person)
    return opportunities.submit_candidacy(row, by=person)


def _exchange(places: Places, now: datetime) -> opportunities.Places:
    return opportunities.Places(
        kind="exchange",
        title="Three months at a beam line of your choice in Berlin",
        title_zh="在柏林自选线站交流三个月",
        host=places.organisations["hzb"],
        places=2,
        starts_on=(now + timedelta(days=75)).date(),
        ends_on=(now + timedelta(days=165)).date(),
        zone="Europe/Berlin",
        opens_at=now - timedelta(days=25),
        closes_at=now + timedelta(days=30),
        text="You work in the group that runs the instrument, take part in user operation and measure a project of "
        "your own for ten shifts.",
        text_zh="您将在运行该仪器的课题组工作，参与用户运行，并以十个班次完成自己的课题。",
        pays="Travel, a room in the guest house and 1,200 EUR a month. (Made up for the demonstration.)",
        pays_zh="差旅费、客舍住宿及每月 1200 欧元。（演示虚构内容）",
        eligibility="Doctoral candidates and scientists within five years of their doctorate, at a member.",
        eligibility_zh="成员单位的博士研究生及获得博士学位五年内的科研人员。",
    )


def _school(places: Places, now: datetime) -> opportunities.Places:
    return opportunities.Places(
        kind="training",
        title="Winter school on diffraction at work",
        title_zh="工况衍射冬季学校",
        host=places.organisations["psi"],
        places=24,
        starts_on=(now + timedelta(days=90)).date(),
        ends_on=(now + timedelta(days=94)).date(),
        zone="Europe/Zurich",
        opens_at=now - timedelta(days=10),
        closes_at=now + timedelta(days=45),
        text="Five days of lectures and practice: cells, detectors, and how to read what changes while you measure.",
        text_zh="为期五天的讲座与实践：样品池、探测器，以及如何解读测量过程中的变化。",
        pays="The school and the meals. Travel is yours.",
        pays_zh="课程与餐食。差旅费自理。",
        eligibility="Everybody; members' people first.",
        eligibility_zh="不限；成员单位人员优先。",
        nomination_needed=True,
    )
