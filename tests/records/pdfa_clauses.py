"""What of ISO 19005-2 (PDF/A-2b) can be read off a file's objects, by a library that did not write it.

No validator of the standard is to be had as a package; this is the part of it that a text page can break.
"""

from collections.abc import Iterator
from io import BytesIO

import pikepdf
from defusedxml.ElementTree import fromstring
from pikepdf import Dictionary, Name, Stream

RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
PREDEFINED = {
    "http://purl.org/dc/elements/1.1/",
    "http://ns.adobe.com/xap/1.0/",
    "http://ns.adobe.com/xap/1.0/mm/",
    "http://ns.adobe.com/xap/1.0/t/pg/",
    "http://ns.adobe.com/pdf/1.3/",
    "http://www.aiim.org/pdfa/ns/id/",
    "http://www.aiim.org/pdfa/ns/extension/",
}
FORBIDDEN_ACTIONS = {"/Launch", "/Sound", "/Movie", "/ResetForm", "/ImportData", "/JavaScript", "/Hide", "/Rendition"}


def broken_clauses(data: bytes) -> list[str]:
    """One line for each clause that the file breaks."""
    with pikepdf.open(BytesIO(data)) as pdf:
        return [*_file(data, pdf), *_objects(pdf), *_fonts(pdf), *_colours(pdf), *_metadata(pdf)]


def _file(data: bytes, pdf: pikepdf.Pdf) -> Iterator[str]:
    if not data.startswith(b"%PDF-1.") or data[7:8] not in b"01234567":
        yield "6.1.2: the header names no PDF version up to 1.7"
    if data.split(b"\n")[1][:1] != b"%" or any(byte < 128 for byte in data.split(b"\n")[1][1:5]):
        yield "6.1.2: no comment of four binary bytes after the header"
    if data.rstrip(b"\r\n")[-5:] != b"%%EOF":
        yield "6.1.3: data after the end of file marker"
    if "/ID" not in pdf.trailer or "/Encrypt" in pdf.trailer:
        yield "6.1.3: no file identifier, or encrypted"
    yield from (f"6.1: {problem}" for problem in pdf.check_pdf_syntax())
    if {"/AA", "/OpenAction"} & set(pdf.Root.keys()) or "/Names" in pdf.Root or "/AcroForm" in pdf.Root:
        yield "6.5, 6.6, 6.8: the catalogue has actions, embedded files or a form"
    if "/OCProperties" in pdf.Root and "/AS" in pdf.Root.OCProperties.get("/D", {}):
        yield "6.9: optional content by usage"


def _objects(pdf: pikepdf.Pdf) -> Iterator[str]:
    for found in pdf.objects:
        if isinstance(found, Stream):
            if {"/F", "/FFilter", "/FDecodeParms"} & set(found.keys()):
                yield "6.1.7.1: a stream lies in another file"
            filters = found.get("/Filter", [])
            named = [filters] if isinstance(filters, Name) else list(filters)
            if {"/LZWDecode", "/Crypt"} & {str(each) for each in named}:
                yield "6.1.7.2: a filter that is not allowed"
            if found.get("/Subtype") == "/PS" or "/OPI" in found or "/Ref" in found:
                yield "6.2.9: a form that is not self-contained"
        if isinstance(found, Dictionary):
            if str(found.get("/S", "")) in FORBIDDEN_ACTIONS:
                yield f"6.5.1: action {found.S}"
            if found.get("/Type") == "/ExtGState" and {"/TR", "/HTP"} & set(found.keys()):
                yield "6.2.5: a graphics state with a transfer function"
            if (
                found.get("/Type") == "/Annot"
                and "/AP" not in found
                and found.get("/Subtype") not in ("/Link", "/Popup")
            ):
                yield "6.3.3: an annotation without appearance"


def _fonts(pdf: pikepdf.Pdf) -> Iterator[str]:
    for page in pdf.pages:
        for font in page.Resources.get("/Font", {}).values():
            if font.Subtype == "/Type3":
                continue
            (real,) = font.DescendantFonts if font.Subtype == "/Type0" else (font,)
            if not {"/FontFile", "/FontFile2", "/FontFile3"} & set(real.FontDescriptor.keys()):
                yield f"6.2.11.4: {font.BaseFont} is not embedded"
            if real.get("/Subtype") == "/CIDFontType2" and "/CIDToGIDMap" not in real:
                yield f"6.2.11.3.2: {font.BaseFont} has no CIDToGIDMap"
            if "/ToUnicode" not in font:
                yield f"6.2.11.7: the text of {font.BaseFont} cannot be read out"


def _colours(pdf: pikepdf.Pdf) -> Iterator[str]:
    intents = [each for each in pdf.Root.get("/OutputIntents", []) if each.S == "/GTS_PDFA1"]
    if len(intents) != 1:
        yield "6.2.3: not one output intent"
        return
    profile = intents[0].DestOutputProfile
    colours = {1: b"GRAY", 3: b"RGB ", 4: b"CMYK"}
    if profile.read_bytes()[36:40] != b"acsp" or profile.read_bytes()[16:20] != colours[int(profile.N)]:
        yield "6.2.3: the output intent's profile is no ICC profile of its colours"
    for page in pdf.pages:
        used = {str(operands[0]) for operands, op in pikepdf.parse_content_stream(page) if str(op) in {"cs", "CS"}}
        plain = {str(op) for _, op in pikepdf.parse_content_stream(page)}
        if plain & {"k", "K"} or "/DeviceCMYK" in used:
            yield "6.2.4.3: a device colour that the output intent has not"


def _metadata(pdf: pikepdf.Pdf) -> Iterator[str]:
    with pdf.open_metadata(set_pikepdf_as_editor=False, update_docinfo=False) as xmp:
        if xmp.pdfa_status != "2B":
            yield f"6.6.4: the file says it is {xmp.pdfa_status or 'no PDF/A'}"
        for inside, outside in (("/Title", "dc:title"), ("/Creator", "xmp:CreatorTool"), ("/Producer", "pdf:Producer")):
            value = pdf.docinfo.get(inside)
            if value is not None and str(value) != str(xmp.get(outside)):
                yield f"6.6.3: {inside} and {outside} differ"
    yield from _undefined_properties(pdf.Root.Metadata.read_bytes())
    if pdf.Root.Metadata.get("/Type") != "/Metadata" or pdf.Root.Metadata.get("/Subtype") != "/XML":
        yield "6.6.2.1: the metadata stream has another type"


def _undefined_properties(xmp: bytes) -> Iterator[str]:
    """Properties beyond those of the XMP specification must be described in the file itself."""
    root = fromstring(xmp)
    described = {each.text for each in root.iter("{http://www.aiim.org/pdfa/ns/schema#}namespaceURI")}
    used = {str(each.tag)[1:].partition("}")[0] for part in root.iter(f"{RDF}Description") for each in part}
    for namespace in sorted(used - described - PREDEFINED):
        yield f"6.6.2.3.1: properties of {namespace} are not described"
