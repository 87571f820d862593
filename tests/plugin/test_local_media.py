"""Media from the site itself: the setting BUTTERCMS_MEDIA."""

import shutil

import pytest

ONE = "https://cdn.buttercms.com/AAA"
PNG = b"\x89PNG\r\n\x1a\n"
JPEG = b"\xff\xd8\xff two"
LEGACY = "https://d2wzhk7xhrnk1x.cloudfront.net/BBB_boat.jpg"


def named(site, beginning):
    """Return the one file of the site that begins so."""
    (name,) = (one for one in site.files() if f"{beginning}." in one.replace("-", "."))
    return name


@pytest.fixture
def illustrated(site, account):
    """A site whose content shows three files, one of them missing."""
    account.media("AAA.png", PNG + b"one")
    account.media("BBB.jpg", JPEG)
    missing = "https://cdn.buttercms.com/CCC"
    body = f'<p><img src="{ONE}"> <a href="{LEGACY}">boat</a> <img src="{missing}"></p>'
    account.post("p", body=body, featured_image=ONE)
    account.page("*", "about", photo=ONE, body=f'<img src="{LEGACY}">')
    site.write(
        "templates/page.html",
        "{{ page.butter.fields.photo|butter_image(width=9) }}|"
        "{{ page.butter.fields.photo|butter_srcset([9]) }}|{{ page.content }}|"
        "{{ page.butter.fields.body|butter_html }}",
    )
    site.configure(
        BUTTERCMS_MEDIA="download",
        BUTTERCMS_PAGE_TYPES=["*"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    return site


def test_files_are_written_and_linked_under_siteurl(illustrated):
    """In bodies, feeds, filters and WYSIWYG fields; what cannot be had stays at the CDN."""
    printed = illustrated.build()
    assert "1 media file could not be fetched" in printed
    assert "cdn.buttercms.com/CCC (the answer was 404)" in printed
    one, legacy = named(illustrated, "AAA"), named(illustrated, "BBB_boat")
    assert (illustrated.output / one).read_bytes() == PNG + b"one"
    assert (illustrated.output / legacy).read_bytes() == JPEG
    post = illustrated.read("p.html")
    assert f'src="https://site.example/{one}"' in post
    assert f'href="https://site.example/{legacy}"' in post
    assert 'src="https://cdn.buttercms.com/CCC"' in post
    assert f"https://site.example/{one}" in illustrated.read("feeds/all.atom.xml")
    image = f'<img src="https://site.example/{legacy}">'
    expected = f"https://site.example/{one}||{image}|{image}"
    assert illustrated.read("pages/about.html") == expected


def test_relative_urls_reach_the_files_from_every_depth(illustrated):
    """RELATIVE_URLS holds for media, too."""
    illustrated.configure(RELATIVE_URLS=True)
    illustrated.build()
    one = named(illustrated, "AAA")
    assert f'src="./{one}"' in illustrated.read("p.html")
    assert illustrated.read("pages/about.html").startswith(f"../{one}|")


def test_offline_has_the_files_too(illustrated, account):
    """What was downloaded is stored, and what is unchanged keeps its time stamp."""
    illustrated.build()
    file = illustrated.output / named(illustrated, "AAA")
    written = file.stat().st_mtime_ns
    (account.folder / "media/AAA.png").unlink()
    illustrated.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert file.stat().st_mtime_ns == written
    assert f'src="https://site.example/media/{file.name}"' in illustrated.read("p.html")


def test_a_replaced_picture_is_another_file(illustrated, account):
    """The address at the CDN stays; the pages that show it are written again, the rest are not."""
    illustrated.configure(BUTTERCMS_MAX_AGE=0)
    illustrated.build()
    old = named(illustrated, "AAA")
    account.media("AAA.png", PNG + b"replaced")
    illustrated.build()
    new = named(illustrated, "AAA")
    assert new != old
    assert (illustrated.output / new).read_bytes() == PNG + b"replaced"
    for path in ("p.html", "pages/about.html", "feeds/all.atom.xml"):
        assert new in illustrated.read(path)
        assert old not in illustrated.read(path)


@pytest.mark.parametrize("name", ["AAA.html", "AAA.js", "AAA.svg", "AAA.xml", "AAA.png"])
def test_nothing_that_a_browser_runs_is_served_by_the_site(illustrated, account, name):
    """Whatever the CDN calls it; the address at the CDN stays."""
    (account.folder / "media/AAA.png").unlink()
    account.media(name, b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>")
    printed = illustrated.build()
    assert "of no type that a site serves" in printed
    assert not any(b"alert(1)" in file.read_bytes() for file in illustrated.output.glob("media/*"))
    assert f'src="{ONE}"' in illustrated.read("p.html")


def test_offline_without_the_files_is_told(illustrated):
    """Pages show them from the CDN then, which nobody has asked for."""
    illustrated.build()
    shutil.rmtree(illustrated.folder / "cache/buttercms/media")
    printed = " ".join(illustrated.build(env={"BUTTERCMS_OFFLINE": "1"}).split())
    assert "3 media files are not there yet, and BUTTERCMS_OFFLINE is set" in printed
    assert 'src="https://cdn.buttercms.com/AAA"' in illustrated.read("p.html")


def test_without_the_setting_media_stay_at_the_cdn(illustrated):
    """The default changes no URL and writes no file."""
    illustrated.configure(BUTTERCMS_MEDIA="cdn")
    illustrated.build()
    assert f'src="{ONE}"' in illustrated.read("p.html")
    assert not any(name.startswith("media/") for name in illustrated.files())
