"""PDF pages carry the fonts of their text with them, whatever the machine has installed."""

from io import BytesIO

from pypdf import PdfReader

from core.typesetting import typeset


def test_chinese_is_typeset_with_the_font_that_is_installed_with_the_product(tmp_path):
    template = tmp_path / "page.typ"
    template.write_text(
        '#set text(font: ("Libertinus Serif", "Noto Serif SC"), fallback: false)\n#json(bytes(sys.inputs.data)).words'
    )
    page = PdfReader(BytesIO(typeset(template, {"words": "Photon 光子"}))).pages[0]
    assert page.extract_text().strip() == "Photon 光子"
    fonts = {
        str(font["/BaseFont"]).split("+")[1] for font in (f.get_object() for f in page["/Resources"]["/Font"].values())
    }
    assert {name.partition("-")[0] for name in fonts} == {"LibertinusSerif", "NotoSerifSC"}
