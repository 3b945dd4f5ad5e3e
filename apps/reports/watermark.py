"""送审稿 across every page of a Word file, as Word itself writes a watermark, so that Word, WPS and LibreOffice show it.

It is put in after the template is filled: no template can leave it out.
"""

from typing import Any
from xml.sax.saxutils import escape  # nosec B406 # writes, reads nothing

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

_SHAPE = """
<w:r {namespaces} xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"
     xmlns:w10="urn:schemas-microsoft-com:office:word">
  <w:rPr><w:noProof/></w:rPr>
  <w:pict>
    <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
                 path="m@7,l@8,m@5,21600l@6,21600e">
      <v:formulas>
        <v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/><v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/>
        <v:f eqn="sum 21600 0 @3"/><v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
        <v:f eqn="if @0 @4 21600"/><v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/>
        <v:f eqn="mid @6 @7"/><v:f eqn="sum @6 0 @5"/>
      </v:formulas>
      <v:path textpathok="t" o:connecttype="custom"
              o:connectlocs="@9,0;@10,10800;@11,21600;@12,10800" o:connectangles="270,180,90,0"/>
      <v:textpath on="t" fitshape="t"/>
    </v:shapetype>
    <v:shape id="PowerPlusWaterMarkObject{number}" o:spid="_x0000_s20{number}" type="#_x0000_t136" alt="{text}"
             style="position:absolute;margin-left:0;margin-top:0;width:420pt;height:140pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
             o:allowincell="f" fillcolor="#ececec" stroked="f">
      <v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{text}"/>
      <w10:wrap anchorx="margin" anchory="margin"/>
    </v:shape>
  </w:pict>
</w:r>
"""


def stamp(word: Any, text: str) -> None:
    """Lay `text` behind each page of a python-docx document."""
    number = 49
    for section in word.sections:
        for header in _headers(word, section):
            number += 1
            header.is_linked_to_previous = False
            shape = _SHAPE.format(namespaces=nsdecls("w"), number=number, text=escape(text, {'"': "&quot;"}))
            header.paragraphs[0]._p.append(parse_xml(shape))


def _headers(word: Any, section: Any) -> list[Any]:
    """Those that are shown: of odd pages, of even ones where they differ, of the first where it differs."""
    found = [section.header]
    if word.settings.odd_and_even_pages_header_footer:
        found.append(section.even_page_header)
    if section.different_first_page_header_footer:
        found.append(section.first_page_header)
    return found
