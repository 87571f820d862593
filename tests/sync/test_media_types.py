"""Which files a site serves from its own address, judged by their bytes."""

import io
import zipfile

import pytest

from pelican_buttercms.store.media import MEDIA_TYPES
from pelican_buttercms.sync.media_types import media_type

SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'


def zipped(*names):
    """Make an archive with these files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "application/epub+zip" if name == "mimetype" else "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVE", "audio/wav"),
        (b"\x00\x00\x00\x1cftypavif", "image/avif"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4"),
        (b"\x00\x00\x00\x18ftypqt  ", "video/quicktime"),
        (b"\x1aE\xdf\xa3", "video/webm"),
        (b"ID3\x03", "audio/mpeg"),
        (b"%PDF-1.7", "application/pdf"),
        (zipped("a.txt"), "application/zip"),
        (zipped("mimetype"), "application/epub+zip"),
        (
            zipped("[Content_Types].xml", "word/document.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ),
        (SVG.format('<path d="M0 0"/>').encode(), "image/svg+xml"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_known_types(data, kind):
    """Each has an extension of its own."""
    assert media_type(data) == kind
    assert kind in MEDIA_TYPES


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"x",
        b"<!DOCTYPE html><html>",
        b"  <html>",
        b"\xef\xbb\xbf<script>",
        b"<?xml version='1.0'?><html xmlns='http://www.w3.org/1999/xhtml'/>",
        b"<?xml version='1.0'?><rss/>",
        b"alert(1)",
        b"body { color: red }",
        b"{}",
        b"RIFF\x00\x00\x00\x00<script>",
        b"BM<script>",
        b"MZ\x90\x00",
        b"\x7fELF",
        b"#!/bin/sh",
        b"<html><svg xmlns='http://www.w3.org/2000/svg'></svg></html>",
        "<svg xmlns='http://www.w3.org/2000/svg'/>".encode("utf-16"),
    ],
)
def test_what_a_browser_might_run_has_no_type(data):
    """Whatever the server calls it, and whatever its address ends with."""
    assert media_type(data) is None


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<SCRIPT>alert(1)</SCRIPT>",
        '<path onload="alert(1)"/>',
        '<path OnClick="alert(1)"/>',
        '<a xlink:href="javascript:alert(1)"><text>x</text></a>',
        '<a href="java&#10;script:alert(1)"><text>x</text></a>',
        '<a href=" javascript:alert(1)"/>',
        '<image xlink:href="data:image/svg+xml,x"/>',
        '<use href="data:text/html,x"/>',
        "<foreignObject><p>x</p></foreignObject>",
        '<h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script>',
        '<h:iframe xmlns:h="http://www.w3.org/1999/xhtml" src="https://x"/>',
        '<set attributeName="href" to="javascript:alert(1)"/>',
        '<animate attributeName="href" values="javascript:alert(1)"/>',
        '<handler xmlns="http://www.w3.org/2001/xml-events"/>',
        '<x xmlns="">',
        "<path>",
        "&unknown;",
        "<?xml-stylesheet href='x'?>",
    ],
)
def test_a_picture_in_which_something_can_run_has_no_type(inside):
    """Nor has one that is not well formed."""
    assert media_type(SVG.format(inside).encode()) is None


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE svg [<!ENTITY a "b">]>',
        '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        "<?xml-stylesheet href='x'?>",
    ],
)
def test_entities_and_instructions_are_refused(before):
    """They can hide what is said above, or grow to gigabytes."""
    assert media_type((before + SVG.format("")).encode()) is None


def test_pictures_of_drawing_programs_pass():
    """With a document type, descriptions and names of their own."""
    head = (
        '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN"'
        ' "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    )
    inside = (
        '<metadata><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"/></metadata>'
        '<defs><linearGradient id="a"/></defs><use xlink:href="#a"/><style>.a{fill:red}</style>'
    )
    assert media_type((head + SVG.format(inside)).encode()) == "image/svg+xml"
