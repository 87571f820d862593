"""The types of media files that a site may serve, judged by their bytes and by nothing else."""

from __future__ import annotations

import re
from xml.parsers import expat

_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"fLaC", "audio/flac"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"\x00\x00\x01\x00", "image/vnd.microsoft.icon"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav"}
_ZIPPED = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)
_BRANDS = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}

_SVG = "http://www.w3.org/2000/svg"
_SVG_ELEMENTS = frozenset(
    """a animateMotion circle clipPath defs desc ellipse feBlend feColorMatrix feComponentTransfer
    feComposite feConvolveMatrix feDiffuseLighting feDisplacementMap feDistantLight feDropShadow
    feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology feOffset
    fePointLight feSpecularLighting feSpotLight feTile feTurbulence filter g image line
    linearGradient marker mask metadata mpath path pattern polygon polyline radialGradient rect stop
    style svg switch symbol text textPath title tspan use view""".split()  # noqa: SIM905
)
_SVG_METADATA = (
    "http://creativecommons.org/ns#",
    "http://purl.org/dc/",
    "http://sodipodi.sourceforge.net/",
    "http://web.resource.org/cc/",
    "http://www.inkscape.org/",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
)
_SVG_LINK = re.compile(r"\s*(#|https?://|data:image/(png|jpeg|gif|webp)[;,])", re.IGNORECASE)
_BETWEEN = "|"  # in no namespace's address


def media_type(data: bytes) -> str | None:
    """Return the type of a file, None for one that a site must not serve from its own address.

    What a browser would run as a page (HTML, XML, scripts) has no type here, whatever the server
    calls it. An SVG has one if nothing in it can run.
    """
    for beginning, kind in _BEGINNINGS:
        if data.startswith(beginning):
            return kind
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return _BRANDS.get(data[8:12], "video/mp4")
    if data.startswith(b"PK\x03\x04"):
        if data[30:58] == b"mimetypeapplication/epub+zip":
            return "application/epub+zip"
        return next((kind for folder, kind in _ZIPPED if folder in data), "application/zip")
    return "image/svg+xml" if _is_plain_svg(data) else None


def _is_plain_svg(data: bytes) -> bool:
    """Return whether a file is an SVG of static elements: no script, handler, entity or page."""
    if b"<svg" not in data[:4096] or b"\x00" in data[:4096]:
        return False
    parser = expat.ParserCreate(namespace_separator=_BETWEEN)
    is_first = True

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal is_first
        namespace, _, element = name.rpartition(_BETWEEN)
        is_svg = namespace == _SVG and element in _SVG_ELEMENTS
        if not is_svg and (is_first or not namespace.startswith(_SVG_METADATA)):
            raise ValueError(f"the element {name}")
        if is_first and element != "svg":
            raise ValueError(f"the root {name}")
        is_first = False
        for path, value in attributes.items():
            attribute = path.rpartition(_BETWEEN)[2].lower()
            if attribute.startswith("on") or (
                attribute in {"href", "src"} and not _SVG_LINK.match(value)
            ):
                raise ValueError(f"the attribute {path}")

    def refuse(*_parts: object) -> None:
        raise ValueError("a document type or a processing instruction")

    parser.StartElementHandler = start
    parser.StartDoctypeDeclHandler = _check_doctype
    parser.EntityDeclHandler = refuse
    parser.ProcessingInstructionHandler = refuse
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, RecursionError, MemoryError, LookupError):
        return False
    return not is_first


def _check_doctype(_name: str, _system: str | None, _public: str | None, has_subset: int) -> None:
    if has_subset:  # where entities are declared
        raise ValueError("a document type with declarations")
