"""Pictures that are made and kept, in builds of every kind."""

import re

import pytest

from pelican_buttercms.store import MediaStore

from .test_pictures import candidates, image_of, made, picture

ONE = "https://cdn.buttercms.com/AAA"
LEGACY = "https://d2wzhk7xhrnk1x.cloudfront.net/BBB_boat.jpg"
MAKING = "ButterCMS: resizing 2 pictures, which are then kept."
KILLED = """
import os
from pelican_buttercms.sync import picture_sizes as _sizes
_encoded, _calls = _sizes._encoded, []
def _killing(*given):
    _calls.append(given)
    return _encoded(*given) if len(_calls) < 6 else os.kill(os.getpid(), 9)
_sizes._encoded = _killing
_sizes._MOST_AT_ONCE = 1
"""


@pytest.fixture
def gallery(site, account):
    """A site whose posts show a picture of each host."""
    account.media("AAA.jpg", picture(colour=(9, 9, 200)))
    account.media("BBB.jpg", picture((1000, 500)))
    account.post("one", body=f'<img src="{ONE}">', featured_image=ONE)
    account.post("two", body=f'<img src="{LEGACY}">')
    site.configure(
        BUTTERCMS_MEDIA="download",
        BUTTERCMS_IMAGE_WIDTHS=[300, 600, 800],
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.write("templates/article.html", '{% include "buttercms/meta.html" %}{{ article.content }}')
    return site


def output(site):
    """Return every file of the output."""
    return {name: (site.output / name).read_bytes() for name in site.files()}


def test_both_hosts_have_them_and_the_card_says_its_size(gallery):
    """A build says that it makes pictures, and the next one, offline, makes none."""
    assert MAKING in gallery.build()
    assert len(made(gallery)) == 6
    assert re.search(r'srcset="\S+/media/BBB_boat-\w+\.webp 300w', gallery.read("two.html"))
    page = gallery.read("one.html")
    assert '<meta property="og:image:width" content="1200">' in page
    assert '<meta property="og:image:height" content="600">' in page
    assert "og:image:width" not in gallery.read("two.html")
    whole = output(gallery)
    assert "resizing" not in gallery.build("-d", env={"BUTTERCMS_OFFLINE": "1"})
    assert output(gallery) == whole


def test_other_widths_are_made_offline(gallery):
    """The originals are here."""
    gallery.build()
    gallery.configure(BUTTERCMS_IMAGE_WIDTHS=[400])
    assert MAKING in gallery.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert candidates(gallery, image_of(gallery, "one.html")["srcset"]) == {400: (400, 200)}
    assert len(made(gallery)) == 2


def test_a_build_that_is_killed_meanwhile_leaves_a_whole_store(gallery):
    """The next one makes what lacks, and its site is as it would have been."""
    gallery.configure(KILLED)
    assert gallery.pelican().returncode == -9
    assert gallery.command("verify").returncode == 0
    gallery.configure()
    assert "resizing 1 picture," in gallery.build()
    whole = output(gallery)
    assert len(made(gallery)) == 6
    (gallery.folder / "cache").rename(gallery.folder / "before")
    gallery.build("-d")
    assert output(gallery) == whole


def test_two_workers_write_what_one_writes(gallery, account):
    """Also what their pages alone show."""
    for number in range(30):
        account.post(f"p{number}", body=f'<img src="{ONE if number % 2 else LEGACY}">')
    gallery.configure(BUTTERCMS_WORKERS=1)
    gallery.build()
    alone = output(gallery)
    gallery.configure(BUTTERCMS_WORKERS=2)
    gallery.build("-d")
    assert output(gallery) == alone


def test_a_preview_has_the_pictures_of_drafts(gallery, account):
    """A site without drafts has none of them."""
    account.media("CCC.jpg", picture((700, 350)))
    account.post("draft", status="draft", body='<img src="https://cdn.buttercms.com/CCC">')
    gallery.build()
    assert not any("CCC" in name for name in gallery.files())
    gallery.configure(BUTTERCMS_PREVIEW=True)
    gallery.build()
    assert sum("CCC" in name for name in made(gallery)) == 3


def test_pruning_keeps_the_pictures_of_these_settings(gallery):
    """Those that were made by others are dropped."""
    gallery.build()
    gallery.configure(BUTTERCMS_IMAGE_WIDTHS=[400])
    gallery.build()
    assert "6 media files:" in gallery.command("prune", "--dry-run").stdout
    assert "6 media files:" in gallery.command("prune").stdout
    assert "0 media files: 0 bytes" in gallery.command("prune").stdout
    assert gallery.command("verify").returncode == 0
    assert "resizing" not in gallery.build("-d", env={"BUTTERCMS_OFFLINE": "1"})
    assert len(made(gallery)) == 2


def test_a_damaged_picture_is_found_and_made_again(gallery):
    """The build names the command that repairs it."""
    gallery.build()
    whole = output(gallery)
    with MediaStore(gallery.folder / "cache/buttercms") as media:
        names = sorted(media._database.names("picture/", 9e9))
        digest = re.search(rb'"digest":"(\w{64})"', media._database.get(names[0]))[1].decode()
        media._database.set(f"file/{digest}", b"other")
    done = gallery.pelican("-d")
    assert done.returncode != 0
    assert "doctor --repair" in done.stdout
    assert "A picture made of the media file" in gallery.command("verify").stdout
    assert gallery.command("doctor", "--repair").returncode == 0
    assert gallery.command("verify").returncode == 0
    assert "resizing 1 picture," in gallery.build("-d")
    assert output(gallery) == whole
