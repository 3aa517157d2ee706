"""The components of the design system: they render, say their state in words, and need no inline style or script."""

import re
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace

import pytest
from django import forms
from django.template import RequestContext, Template
from django.test import RequestFactory
from django_cotton.compiler_regex import CottonCompiler
from pytest_django.asserts import assertInHTML

from core.errors import RulesRefuse, Violation
from facilities.models import Facility
from facilities.workflows import BOOKING
from frontend.status import SHAPES, WORDS, look
from programs.workflows.cooperation import PROGRAM

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
SPRITE = (FRONTEND / "static/img/icons.svg").read_text()
AT = datetime(2027, 1, 26, 8, tzinfo=UTC)


def render(source: str, **context) -> str:
    template = Template(CottonCompiler().process(source))
    return template.render(RequestContext(RequestFactory().get("/"), context))


class Ask(forms.Form):
    day = forms.DateField(help_text="The day of the first shift.")
    mode = forms.ChoiceField(choices=[("onsite", "On site"), ("remote", "Remote")], widget=forms.RadioSelect)
    agree = forms.BooleanField(label="For peaceful ends only")


@pytest.mark.parametrize("state", [*BOOKING.states, *PROGRAM.states, *Facility.Status.values])
def test_every_state_has_a_glyph_a_tone_and_a_word(state):
    shown = look(state)
    assert f'id="st-{shown.glyph}"' in SPRITE
    assert shown.tone in ("", "ok", "warn", "bad", "info")
    assert str(shown.word)


def test_every_drawn_state_has_a_word():
    assert SHAPES.keys() <= WORDS.keys()


def test_a_status_says_its_word_beside_the_glyph():
    html = render('<c-status :state="state" />', state="approved")
    assert "#st-ok" in html
    assert "Approved" in html
    assert 'class="st ok"' in html


def test_a_status_may_have_its_own_word():
    assert "Dates missing" in render('<c-status state="in_progress" word="Dates missing" />')


def test_head_shows_path_title_and_actions():
    html = render(
        '<c-head title="B18" :crumbs="crumbs">Core XAFS<c-slot name="actions"><a href="/x">Go</a></c-slot></c-head>',
        crumbs=[{"label": "Instruments", "url": "/instruments/"}, {"label": "B18"}],
    )
    assert '<a href="/instruments/">Instruments</a>' in html
    assert "<h1>B18</h1>" in html
    assert "Core XAFS" in html
    assert '<a href="/x">Go</a>' in html


def test_a_wrong_field_says_what_to_do_and_is_named_by_its_error():
    form = Ask({"mode": "onsite"})
    form.is_valid()
    html = render('<c-errors :form="form" />{{ form.day.as_field_group }}{{ form.agree.as_field_group }}', form=form)
    assert 'href="#id_day"' in html
    assert 'aria-describedby="id_day_helptext id_day_error"' in html
    assert 'id="id_day_error"' in html
    assert "data-errors" in html


def test_a_choice_of_few_is_a_group_with_a_legend():
    html = render("{{ form.mode.as_field_group }}", form=Ask())
    assert "<fieldset" in html
    assertInHTML("<legend>Mode</legend>", html)


def test_a_refusal_lists_every_violation_with_a_link_to_its_field():
    refusal = RulesRefuse("Refused", [Violation("a", "Too long", "units"), Violation("b", "Taken")])
    html = render('<c-errors :refusal="refusal" />', refusal=refusal)
    assert '<a href="#id_units">Too long</a>' in html
    assertInHTML("<li>Taken</li>", html)


def test_no_error_summary_without_errors():
    assert render('<c-errors :form="form" />', form=Ask()).strip() == ""


def test_a_table_of_plain_cells_labels_them_for_a_phone():
    html = render(
        '<c-table :columns="columns" :rows="rows" caption="Use" />',
        columns=[SimpleNamespace(label="Instrument"), SimpleNamespace(label="Hours", numeric=True)],
        rows=[["B18", "1,148"]],
    )
    assert '<th scope="row">B18</th>' in html
    assert '<td data-l="Hours" class="r">1,148</td>' in html


def test_a_reason_is_asked_in_a_form_that_works_without_javascript():
    html = render('<c-reason id="decline" title="Decline" action="/d/" submit="Decline and tell 2 people" />')
    assert 'method="post" action="/d/"' in html
    assert re.search(r'<textarea[^>]*name="note"[^>]* required', html)
    assert "Decline and tell 2 people" in html


def test_a_chart_is_named_by_its_data_and_hidden_from_assistive_technology():
    html = render('<c-chart src="/figure.json" caption="Booked share" />')
    assert 'data-figure="/figure.json"' in html
    assert 'aria-hidden="true"' in html


def test_the_remaining_components_render():
    html = render(
        """
        <c-section id="due" title="Needs you"><c-slot name="aside">Earliest first</c-slot>
        <c-empty title="Nothing waits">Next: training on Thursday</c-empty></c-section>
        <c-note tone="warn">Mind the gap</c-note>
        <c-facts><c-fact label="When" note="6 shifts">{% when at "Europe/London" %}</c-fact></c-facts>
        <c-stages :stages="stages" /><c-mini :stages="stages" label="Draft" />
        <c-stat label="Use" value="83" unit="%" />
        <c-meter used="3" held="2" total="12" label="3 used, 2 held" />
        <c-history :entries="entries" />
        <c-legend choice="Your choice" />
        <c-pages :page="page" />
        """,
        at=AT,
        stages=[{"label": "Draft", "state": "done"}, {"label": "Active", "state": "current", "detail": "month 2"}],
        entries=[{"what": "Requested", "who": "ana", "at": AT, "zone": "Europe/London", "note": "please"}],
        page={"earlier": "", "later": "?after=x", "caption": "1–25"},
    )
    for words in ("Needs you", "Earliest first", "Nothing waits", "Tue 26 Jan 2027, 08:00 GMT", "month 2", "83"):
        assert words in html
    assert 'aria-current="step"' in html
    assert 'href="?after=x"' in html


def templates() -> list[Path]:
    return sorted((FRONTEND / "templates").rglob("*.html"))


@pytest.mark.parametrize("path", templates(), ids=lambda path: str(path.relative_to(FRONTEND)))
def test_templates_have_no_inline_style_or_script(path):
    text = path.read_text()
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"<script(?![^>]*\ssrc=)", text)
    assert "<style" not in text


def test_templates_use_only_icons_that_the_sprite_has():
    for path in templates():
        for name in re.findall(r"""icons\.svg' %}#([a-z][a-z0-9-]*)"|<c-icon name="([a-z0-9-]+)\"""", path.read_text()):
            assert f'id="{name[0] or name[1]}"' in SPRITE, f"{path.name}: {name}"
