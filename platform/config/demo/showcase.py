"""What the demonstration shows to industry: offers of instruments there are, and a case that says it is made up."""

from typing import Any

from accounts.models import User
from config.demo.places import Places
from core import clock
from facilities.models import Instrument, Technique
from programs.commands.industry import save_shown
from programs.models import ApplicationCase, IndustrialOffer

OFFERS: list[dict[str, Any]] = [
    {
        "at": ("diamond", "I11"),
        "technique": "PaNET01101",
        "readiness": 7,
        "title": "Which phases are in your powder, and how they change with heat",
        "title_zh": "粉末中有哪些物相，受热后如何变化",
        "text": "Send capillaries or come with your own cell: phases, lattice constants and stress from powder "
        "patterns, from 80 K to 1,100 °C. For catalysts, battery materials, medicines and cement.",
        "text_zh": "可邮寄毛细管样品，也可自带样品池现场测量：由粉末衍射图给出物相、晶格常数和应力，"
        "温度范围 80 K 至 1100 °C。适用于催化剂、电池材料、药物和水泥。",
    },
    {
        "at": ("bessy", "IRIS"),
        "technique": "PaNET01109",
        "readiness": 6,
        "title": "Contamination and ageing of polymers, mapped in the infrared",
        "title_zh": "聚合物污染与老化的红外成像",
        "text": "Infrared maps, a few micrometres fine, show where a coating, a seal or a laminate has changed.",
        "text_zh": "数微米分辨率的红外成像显示涂层、密封件或层压材料在何处发生了变化。",
    },
    {
        "at": ("alba", "NCD-SWEET"),
        "technique": "PaNET01188",
        "readiness": 7,
        "title": "Particle sizes and order in gels, fibres and emulsions",
        "title_zh": "凝胶、纤维和乳液中的粒径与有序结构",
        "text": "Small angle scattering from 1 to 300 nm, in flow, under strain or while it dries.",
        "text_zh": "1 至 300 nm 的小角散射，可在流动、拉伸或干燥过程中测量。",
    },
    {
        "at": ("xfel", "MID"),
        "technique": "PaNET01285",
        "readiness": 4,
        "title": "How a material moves within a millionth of a second",
        "title_zh": "材料在百万分之一秒内如何运动",
        "text": "For questions that no other source answers: shock, melting and crystallisation as they happen.",
        "text_zh": "用于其他光源无法回答的问题：冲击、熔化与结晶的实时过程。",
    },
]
CASE: dict[str, Any] = {
    "title": "Example: where a turbine blade's coating begins to crack",
    "title_zh": "示例：涡轮叶片涂层从何处开始开裂",
    "company": "An example company of the demonstration",
    "text": "This case shows how a published case looks; it did not happen.\n\nA maker of coatings asked why its "
    "layers cracked after 400 hours. Diffraction while the sample was heated showed a second phase that grew at the "
    "boundary; with another rate of cooling it did not grow.",
    "text_zh": "此案例仅用于展示已发布案例的样式，并非真实事件。\n\n一家涂层生产商想知道其涂层为何在 400 小时后开裂。"
    "加热过程中的衍射显示界面处生长出第二相；改变冷却速率后，该相不再生长。",
    "source": "Demonstration",
}


def make_showcase(places: Places, *, by: User) -> None:
    alliance, now = places.alliances["gcasc"], clock.now()
    techniques = {row.code: row for row in Technique.objects.all()}
    instruments = {
        (row.facility.slug, row.code): row for row in Instrument.objects.select_related("facility__organisation")
    }
    for said in OFFERS:
        instrument = instruments[said["at"]]
        words = {name: said[name] for name in ("title", "title_zh", "text", "text_zh", "readiness")}
        offer = IndustrialOffer(
            alliance=alliance,
            organisation=instrument.facility.organisation,
            facility=instrument.facility,
            instrument=instrument,
            technique=techniques.get(said["technique"]),
            published_at=now,
            is_demo=True,
            **words,
        )
        save_shown(offer, by=by)
    facility = instruments["diamond", "I11"].facility
    save_shown(ApplicationCase(alliance=alliance, facility=facility, published_at=now, is_demo=True, **CASE), by=by)
