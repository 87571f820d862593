"""Downloaded pictures in several widths, with their sizes: `BUTTERCMS_IMAGE_WIDTHS` and formats."""

from io import BytesIO
import re

from PIL import Image
import pytest

from tests.site.conftest import serving_folder

ONE = "https://cdn.buttercms.com/AAA"
BODY = f'<p>Text</p><p><img src="{ONE}" alt="a"></p>'


def picture(size=(1200, 600), form="JPEG", colour=(200, 40, 40), **options):
    """Return the bytes of a picture of one colour."""
    buffer = BytesIO()
    Image.new("RGB", size, colour).save(buffer, form, **options)
    return buffer.getvalue()


@pytest.fixture
def illustrated(site, account):
    """A site with one post, whose body shows one picture."""
    account.media("AAA.jpg", picture())
    account.post("p", body=BODY)
    site.configure(BUTTERCMS_MEDIA="download", BUTTERCMS_IMAGE_WIDTHS=[300, 600, 2000])
    return site


def image_of(site, path="p.html"):
    """Return the attributes of the one image of a page."""
    (tag,) = re.findall(r"<img[^>]*>", site.read(path))
    return dict(re.findall(r' ([a-z]+)="([^"]*)"', tag))


def candidates(site, srcset):
    """Return the sizes of the files in a `srcset`, by their descriptors."""
    found = {}
    for address, width in re.findall(r"(\S+) (\d+)w", srcset):
        path = site.output / address.removeprefix("https://site.example/")
        with Image.open(path) as opened:
            found[int(width)] = opened.size
    return found


def made(site):
    """Return the names of the pictures that were made."""
    return {name for name in site.files() if name.endswith((".webp", ".avif"))}


def test_a_body_has_the_picture_in_each_width_that_it_reaches(illustrated):
    """None is wider than the picture, and its size is on the page."""
    illustrated.build()
    image = image_of(illustrated)
    assert candidates(illustrated, image["srcset"]) == {
        300: (300, 150),
        600: (600, 300),
        1200: (1200, 600),
    }
    assert (image["width"], image["height"], image["loading"]) == ("1200", "600", "lazy")
    assert image["sizes"] == "auto, (max-width: 1200px) 100vw, 1200px"


def test_a_second_build_makes_nothing_and_a_whole_one_has_the_same_bytes(illustrated, sandbox):
    """Pictures are kept by the content of their originals."""
    first = illustrated.build()
    names = made(illustrated)
    kept = {name: (illustrated.output / name).stat().st_mtime_ns for name in names}
    assert len(names) == 3
    illustrated.configure(LOAD_CONTENT_CACHE=False, BUTTERCMS_INCREMENTAL="off")
    illustrated.build()
    assert {name: (illustrated.output / name).stat().st_mtime_ns for name in names} == kept
    other, account = sandbox()
    account.media("AAA.jpg", picture())
    account.post("p", body=BODY)
    other.configure(BUTTERCMS_MEDIA="download", BUTTERCMS_IMAGE_WIDTHS=[300, 600, 2000])
    other.build()
    assert made(other) == names
    assert "could not" not in first


def test_a_replaced_picture_and_other_widths_leave_no_stale_file(illustrated, account):
    """Pages that show it are written again, and what is not shown any more goes."""
    illustrated.configure(BUTTERCMS_MAX_AGE=0)
    illustrated.build()
    old = made(illustrated)
    account.media("AAA.jpg", picture((800, 800)))
    illustrated.build()
    assert candidates(illustrated, image_of(illustrated)["srcset"]).keys() == {300, 600, 800}
    new = made(illustrated)
    assert not old & new
    illustrated.configure(BUTTERCMS_IMAGE_WIDTHS=[400])
    illustrated.build()
    assert candidates(illustrated, image_of(illustrated)["srcset"]) == {400: (400, 400)}
    assert len(made(illustrated)) == 1


def test_avif_stands_in_a_picture_element(illustrated):
    """A browser that cannot show it has the WebP or the original."""
    illustrated.configure(BUTTERCMS_IMAGE_FORMATS=["avif", "webp"])
    illustrated.build()
    page = illustrated.read("p.html")
    source = re.search(r'<picture><source type="image/avif" srcset="([^"]*)"', page)
    assert candidates(illustrated, source[1]).keys() == {300, 600, 1200}
    assert candidates(illustrated, image_of(illustrated)["srcset"]).keys() == {300, 600, 1200}
    assert "></picture>" in page


def test_an_empty_list_of_formats_makes_no_pictures(illustrated):
    """The size is known all the same."""
    illustrated.configure(BUTTERCMS_IMAGE_FORMATS=[])
    illustrated.build()
    image = image_of(illustrated)
    assert "srcset" not in image
    assert image["width"] == "1200"
    assert made(illustrated) == set()


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ('width="300"', ("300", "150")),
        ('height="300px"', ("600", "300px")),
        ('width="50%"', ("50%", None)),
        ('style="width: 3em"', (None, None)),
        ('width="10" height="10"', ("10", "10")),
    ],
)
def test_what_an_editor_has_set_stays(illustrated, account, given, expected):
    """A missing side follows from the other one."""
    account.post("p", body=f'<img {given} loading="eager" src="{ONE}">')
    illustrated.build()
    image = image_of(illustrated)
    assert (image.get("width"), image.get("height")) == expected
    assert image["loading"] == "eager"
    assert not image["sizes"].startswith("auto")


def test_the_camera_was_held_upright_and_no_place_is_told(illustrated, account):
    """EXIF orientation is obeyed; what is made has no EXIF."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    account.media("AAA.jpg", picture(exif=exif, comment=b"secret"))
    illustrated.build()
    image = image_of(illustrated)
    assert (image["width"], image["height"]) == ("600", "1200")
    assert candidates(illustrated, image["srcset"])[300] == (300, 600)
    for name in made(illustrated):
        with Image.open(illustrated.output / name) as opened:
            assert not opened.getexif()
        assert b"Camera" not in (illustrated.output / name).read_bytes()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("AAA.jpg", picture()[:700], ""),
        ("AAA.png", b"\x89PNG\r\n\x1a\nnone", ""),
        ("AAA.png", picture((9000, 9000), "PNG"), "9000 x 9000 pixels are too many"),
    ],
)
def test_a_broken_or_huge_picture_is_shown_as_it_is(illustrated, account, name, data, why):
    """With a warning that names it, in each build that looks at it."""
    (account.folder / "media/AAA.jpg").unlink()
    account.media(name, data)
    printed = " ".join(illustrated.build().split())
    assert f"The picture {ONE} could not be resized" in printed
    assert why in printed
    image = image_of(illustrated)
    assert "srcset" not in image
    assert (illustrated.output / image["src"].removeprefix("https://site.example/")).is_file()


def test_what_moves_stays_as_it_is(illustrated, account):
    """An animated picture has its size, and no frame of it is taken for the whole."""
    (account.folder / "media/AAA.jpg").unlink()
    frames = [Image.new("RGB", (40, 20), colour) for colour in ("red", "blue")]
    buffer = BytesIO()
    frames[0].save(buffer, "WEBP", save_all=True, append_images=frames[1:], duration=100)
    account.media("AAA.webp", buffer.getvalue())
    illustrated.build()
    image = image_of(illustrated)
    assert "srcset" not in image
    assert (image["width"], image["height"]) == ("40", "20")


def test_templates_have_size_colour_and_widths(illustrated, account):
    """Of a field that is a picture, and of one that is none."""
    account.page("*", "about", photo=ONE, none="x")
    illustrated.write(
        "templates/page.html",
        "{% set size = page.butter.fields.photo|butter_size %}{{ size.width }} {{ size.height }} "
        "{{ size.colour }} {{ page.butter.fields.photo|butter_srcset([9]) }}"
        "[{{ page.butter.fields.none|butter_size }}{{ nothing|butter_size }}]",
    )
    illustrated.configure(BUTTERCMS_PAGE_TYPES=["*"], THEME_TEMPLATES_OVERRIDES=["templates"])
    illustrated.build()
    page = illustrated.read("pages/about.html")
    assert page.startswith("1200 600 #c8")
    assert candidates(illustrated, page).keys() == {300, 600, 1200}
    assert page.endswith("[{}{}]")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("BUTTERCMS_IMAGE_WIDTHS", [0]),
        ("BUTTERCMS_IMAGE_WIDTHS", []),
        ("BUTTERCMS_IMAGE_FORMATS", ["jpeg"]),
        ("BUTTERCMS_IMAGE_FORMATS", "webp"),
    ],
)
def test_a_wrong_setting_is_named(illustrated, name, value):
    """With what it takes."""
    illustrated.configure(**{name: value})
    done = illustrated.pelican()
    assert done.returncode == 2
    assert f"{name} takes a list of" in " ".join(done.stdout.split())
    assert "Traceback" not in done.stdout


PAGE = """<!DOCTYPE html><title>t</title><meta name="viewport" content="width=device-width">
<link rel="stylesheet" href="s.css">{{ article.content }}<p id="below">Below</p>"""
BELOW = "document.getElementById('below').getBoundingClientRect().top"


@pytest.mark.parametrize(("width", "loaded"), [(360, 600), (1280, 1200)])
def test_a_browser_loads_the_right_picture_and_moves_nothing(illustrated, browser, width, loaded):
    """What stands below is in its place before the picture has come."""
    illustrated.configure(RELATIVE_URLS=True, THEME_TEMPLATES_OVERRIDES=["templates"])
    illustrated.write("templates/article.html", PAGE)
    illustrated.build()
    (illustrated.output / "s.css").write_text("img { max-width: 100%; height: auto }")
    held = []
    with serving_folder(illustrated.output) as address:
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.route("**/media/*", lambda route: held.append(route))  # noqa: PLW0108
        with page.expect_request("**/media/*"):
            page.goto(f"{address}p.html", wait_until="domcontentloaded")
        before = page.evaluate(BELOW)
        held[0].continue_()
        page.evaluate("document.querySelector('img').decode()")
        after = page.evaluate(BELOW)
        source = page.evaluate("document.querySelector('img').currentSrc")
        page.close()
    assert before == after > min(width, 1200) / 2 - 20
    with Image.open(illustrated.output / "media" / source.rpartition("/")[2]) as opened:
        assert (opened.format, opened.width) == ("WEBP", loaded)


def test_without_pillow_pages_are_as_they_were_and_a_format_is_refused(illustrated):
    """Nobody needs it who asks for nothing of it."""
    hide = "import sys; sys.modules['PIL'] = None; import importlib.util as _u; _f = _u.find_spec\n"
    hide += "_u.find_spec = lambda name, *rest: None if name == 'PIL' else _f(name, *rest)\n"
    illustrated.fresh = True
    illustrated.configure(hide)
    illustrated.build()
    assert image_of(illustrated).keys() == {"src", "alt"}
    illustrated.configure(hide, BUTTERCMS_IMAGE_FORMATS=["webp"])
    done = illustrated.pelican()
    assert done.returncode == 2
    assert "pip install 'pelican-buttercms[images]'" in " ".join(done.stdout.split())
