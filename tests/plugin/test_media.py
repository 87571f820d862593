"""Media from the site itself: the setting BUTTERCMS_MEDIA."""

import shutil

import pytest

ONE = "https://cdn.buttercms.com/aaa"
LEGACY = "https://d2wzhk7xhrnk1x.cloudfront.net/BBB_boat.jpg"


@pytest.fixture
def illustrated(site, account):
    """A site whose content shows three files, one of them missing."""
    account.media("aaa.png", b"\x89PNG one")
    account.media("BBB.jpg", b"jpeg two")
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
    assert "cdn.buttercms.com/CCC could not be fetched" in printed
    assert (illustrated.output / "media/aaa.png").read_bytes() == b"\x89PNG one"
    legacy = next(name for name in illustrated.files() if name.endswith("BBB_boat.jpg"))
    assert (illustrated.output / legacy).read_bytes() == b"jpeg two"
    post = illustrated.read("p.html")
    assert 'src="https://site.example/media/aaa.png"' in post
    assert f'href="https://site.example/{legacy}"' in post
    assert 'src="https://cdn.buttercms.com/CCC"' in post
    assert "https://site.example/media/aaa.png" in illustrated.read("feeds/all.atom.xml")
    image = f'<img src="https://site.example/{legacy}">'
    expected = f"https://site.example/media/aaa.png||{image}|{image}"
    assert illustrated.read("pages/about.html") == expected


def test_relative_urls_reach_the_files_from_every_depth(illustrated):
    """RELATIVE_URLS holds for media, too."""
    illustrated.configure(RELATIVE_URLS=True)
    illustrated.build()
    assert 'src="./media/aaa.png"' in illustrated.read("p.html")
    assert illustrated.read("pages/about.html").startswith("../media/aaa.png|")


def test_offline_has_the_files_too(illustrated, account):
    """What was downloaded is stored, and what is unchanged keeps its time stamp."""
    illustrated.build()
    written = (illustrated.output / "media/aaa.png").stat().st_mtime_ns
    (account.folder / "media/aaa.png").unlink()
    illustrated.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert (illustrated.output / "media/aaa.png").stat().st_mtime_ns == written
    assert 'src="https://site.example/media/aaa.png"' in illustrated.read("p.html")


def test_offline_without_the_files_is_told(illustrated):
    """Pages show them from the CDN then, which nobody has asked for."""
    illustrated.build()
    shutil.rmtree(illustrated.folder / "cache/buttercms/media")
    printed = " ".join(illustrated.build(env={"BUTTERCMS_OFFLINE": "1"}).split())
    assert "3 media files are not there yet, and BUTTERCMS_OFFLINE is set" in printed
    assert 'src="https://cdn.buttercms.com/aaa"' in illustrated.read("p.html")


def test_without_the_setting_media_stay_at_the_cdn(illustrated):
    """The default changes no URL and writes no file."""
    illustrated.configure(BUTTERCMS_MEDIA="cdn")
    illustrated.build()
    assert f'src="{ONE}"' in illustrated.read("p.html")
    assert not any(name.startswith("media/") for name in illustrated.files())
