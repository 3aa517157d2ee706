"""Documents of both alliances as far as facts are known of them; what is not known stays empty."""

from typing import Any

from alliance.commands.documents import adopt_by_editor, adopt_version, draft_version, move_version, sign_version
from alliance.commands.records import save_record
from alliance.models import Alliance, Document, Membership, Signature
from alliance.queries.membership import active_memberships
from config.demo.governance import FOUNDED

EXCERPT = """*Excerpts; the other articles are not public.*

## Article 2

An alliance of science centers, national laboratories and science cities: international, non-governmental,
non-confidential and non-profit, for peaceful ends only.

## Article 3

Cooperation and communication, mutual development, complementary strengths, and discussion of topics of common
interest, with emphasis on medium- to large-scale research infrastructures.

## Article 4

Founding members that can be read: ALBA, Dalian Coherent Light Source, Diamond, European Spallation Source ERIC,
European XFEL, FELIX Laboratory, Forschungszentrum Jülich, Guangdong Songshan Lake Science City, Helmholtz-Zentrum
Berlin.
"""


LETTER = """*What later sources tell of it; its own words are not kept here.*

The letter names Yin Hejun, Joel Mesot and Wolfgang Marquardt as the chairs of the first three conferences, tells of the
Secretary General who was elected with the first chairman, and announces a Frontier Forum on large-scale facilities for
the first half of 2020. The Secretary Office apologises that it could not circulate information in advance.
"""

LETTER_ZH = """*后来的资料对此信的介绍；此处未保存原文。*

信中列出前三届大会主席阴和俊、Joel Mesot 和 Wolfgang Marquardt，介绍与首任主席同时当选的秘书长，
并预告于2020年上半年举办大装置前沿论坛。秘书处就未能提前分发有关信息致歉。
"""


def make_papers(gcasc: Alliance, anso: Alliance, *, by: Any) -> None:
    """After the resolutions: that of the founding day adopts the charter; amended articles are not known."""
    charter = _document(gcasc, by, "charter", "charter", "Charter of the alliance", "联盟章程", signed_by_members=True)
    first = move_version(draft_version(charter, by=by, text=EXCERPT), "propose", by=by)
    first = adopt_version(first, gcasc.resolutions.get(decided_on=FOUNDED), by=by)
    for member in active_memberships(gcasc, FOUNDED).filter(member_class=Membership.Class.FOUNDING):
        sign_version(first, member.organisation, by=by, name="", method=Signature.Method.PAPER, signed_on=FOUNDED)
    letter = _document(
        gcasc, by, "report", "new-year-letter-2019", "New Year letter of the Secretary Office, 2019",
        "秘书处2019年新年致函", needs_resolution=False,
    )  # fmt: skip
    english = draft_version(letter, by=by, text=LETTER)
    chinese = draft_version(letter, by=by, text=LETTER_ZH, language="zh-hans", number=1)
    move_version(chinese, "propose", by=by)
    adopt_by_editor(move_version(english, "propose", by=by), by=by)
    _document(
        gcasc, by, "statement", "statements-2018",
        "Statements Towards the Establishment of the alliance (2018)", "关于成立联盟的声明（2018年）",
    )  # fmt: skip
    _document(gcasc, by, "declaration", "declaration-2021", "Declaration of the conference of 2021", "2021年大会宣言")
    _document(anso, by, "action_plan", "action-plan", "Action plan", "行动计划")


def _document(alliance: Alliance, by: Any, kind: str, slug: str, title: str, title_zh: str, **fields: Any) -> Document:
    row = Document(
        alliance=alliance, kind=kind, slug=slug, title=title, title_zh=title_zh, access=Document.Access.PUBLIC,
        is_demo=True, **fields,
    )  # fmt: skip
    save_record(row, by=by)
    return row
