"""Pictures of every kind, measured and resized."""

from io import BytesIO

import PIL
from PIL import Image, ImageCms
import pytest

from pelican_buttercms.errors import StoreError
from pelican_buttercms.settings import Environment, Settings
from pelican_buttercms.store import MediaStore
from pelican_buttercms.sync import picture_sizes
from pelican_buttercms.sync.picture_sizes import make_pictures, recipe_of

URL = "https://cdn.buttercms.com/AAA"


def options(tmp_path, **settings):
    """Return settings that make pictures 20 and 40 pixels wide."""
    given = {
        "CACHE_PATH": str(tmp_path / "cache"),
        "PATH": str(tmp_path),
        "BUTTERCMS_API_URL": f"emulator:{tmp_path}",
        "BUTTERCMS_MEDIA": "download",
        "BUTTERCMS_IMAGE_WIDTHS": [20, 40],
    }
    return Settings.from_pelican(given | settings, Environment({}))


def encoded(image, form="PNG", **save):
    """Return the bytes of an image."""
    buffer = BytesIO()
    image.save(buffer, form, **save)
    return buffer.getvalue()


def seen(tmp_path, data, kind="image/png", **settings):
    """Return a file with its pictures, which are made if they lack, and what was said."""
    given, said = options(tmp_path, **settings), []
    with MediaStore(tmp_path) as store:
        if data is not None:
            store.put(URL, data, kind, {})
        recipe = recipe_of(given)
        make_pictures({URL: store.get(URL, recipe)}, store, given, recipe, said.append)
        return store.get(URL, recipe), said


def shown(file):
    """Return the first made picture of a file, opened."""
    return Image.open(BytesIO(file.made[0].read()))


RED = (200, 40, 40)


@pytest.mark.parametrize(
    ("image", "form", "colour"),
    [
        (Image.new("RGB", (80, 40), RED), "PNG", RED),
        (Image.new("CMYK", (80, 40), (0, 204, 204, 51)), "JPEG", (204, 41, 41)),
        (Image.new("L", (80, 40), 128), "JPEG", (128, 128, 128)),
        (Image.new("LA", (80, 40), (128, 255)), "PNG", (128, 128, 128)),
        (Image.new("I;16", (80, 40), 0x8000), "PNG", (128, 128, 128)),
        (Image.new("RGB", (80, 40), RED).quantize(4), "PNG", RED),
        (Image.new("1", (80, 40), 1), "PNG", (255, 255, 255)),
    ],
    ids=lambda value: getattr(value, "mode", None),
)
def test_a_picture_looks_as_it_did(tmp_path, image, form, colour):
    """In every way in which its pixels may be written."""
    file, said = seen(tmp_path, encoded(image, form), f"image/{form.lower()}")
    assert (file.picture.width, file.picture.height, file.picture.problem) == (80, 40, "")
    assert [(one.picture.width, one.picture.height) for one in file.made] == [(20, 10), (40, 20)]
    pixel = shown(file).convert("RGB").getpixel((10, 5))
    assert max(abs(a - b) for a, b in zip(pixel, colour, strict=True)) < 6
    assert said == ["resizing 1 picture, which are then kept."]


@pytest.mark.parametrize("mode", ["RGBA", "P"])
def test_what_one_can_see_through_stays_so(tmp_path, mode):
    """It has no mean colour, as a ground of one would be seen."""
    image = Image.new("RGBA", (80, 40), (0, 0, 0, 0))
    image.paste((*RED, 255), (40, 0, 80, 40))
    data = encoded(image if mode == "RGBA" else image.quantize(4))
    file, _ = seen(tmp_path, data)
    made = shown(file).convert("RGBA")
    assert (made.getpixel((2, 4))[3], made.getpixel((16, 4))[3]) == (0, 255)
    assert file.picture.colour == ""


def test_a_colour_profile_is_kept(tmp_path):
    """Also of a picture with a palette; one that is far too large is not, nor one of greys."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    image = Image.new("RGB", (80, 40), RED)
    for one in (image, image.quantize(4)):
        file, _ = seen(tmp_path, encoded(one, icc_profile=profile))
        assert shown(file).info["icc_profile"] == profile
    for one, given in ((image, bytes(1_000_001)), (image.convert("L"), profile)):
        file, _ = seen(tmp_path, encoded(one, icc_profile=given))
        assert file.picture.problem == ""
        assert "icc_profile" not in shown(file).info


def test_a_jpeg_with_a_second_picture_inside_is_one_picture(tmp_path):
    """Cameras add previews and maps of brightness."""
    image, other = (Image.new("RGB", (80, 40), colour) for colour in ("red", "blue"))
    data = encoded(image, "MPO", save_all=True, append_images=[other])
    file, _ = seen(tmp_path, data, "image/jpeg")
    assert len(file.made) == 2
    assert shown(file).convert("RGB").getpixel((10, 5))[0] > 200


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("image/gif", encoded(Image.new("RGB", (80, 40)), "GIF")),
        ("image/svg+xml", b"<svg xmlns='http://www.w3.org/2000/svg' width='80'/>"),
        ("image/png", encoded(Image.new("1", (16_001, 1)))),
        ("image/png", encoded(Image.new("1", (8001, 8000)))),
        ("image/png", encoded(Image.new("1", (14_000, 14_000)))),
        ("image/png", encoded(Image.effect_noise((80, 40), 50))[:-200]),
        ("image/png", encoded(Image.new("RGB", (80, 40)), "JPEG")),
    ],
    ids=["gif", "svg", "wide", "large", "bomb", "truncated", "disguised"],
)
def test_of_some_nothing_is_made(tmp_path, kind, data):
    """They move, scale by themselves, fill the memory, or are not what they are called."""
    file, _ = seen(tmp_path, data, kind)
    assert file.made == ()
    assert file.read() == data
    sizes = {"image/gif": (80, 40), "image/png": (0, 0)}
    assert (file.picture and (file.picture.width, file.picture.height)) == sizes.get(kind)
    assert bool(file.picture and file.picture.problem) == (kind == "image/png")


def test_what_was_made_is_kept_until_the_recipe_changes(tmp_path, monkeypatch):
    """Other widths, formats or another Pillow; a broken one is not looked at again either."""
    data = encoded(Image.new("RGB", (80, 40), RED))
    assert seen(tmp_path, data)[1] != []
    assert seen(tmp_path, None)[1] == []
    assert seen(tmp_path, None, BUTTERCMS_IMAGE_WIDTHS=[30])[1] != []
    assert seen(tmp_path, None, BUTTERCMS_IMAGE_FORMATS=["avif"])[0].made[0].kind == "image/avif"
    measured, said = seen(tmp_path, None, BUTTERCMS_IMAGE_FORMATS=[])
    assert (measured.made, said) == ((), ["measuring 1 picture, which are then kept."])
    assert seen(tmp_path, None)[1] == []
    monkeypatch.setattr(PIL, "__version__", "99.0")
    assert seen(tmp_path, None)[1] != []
    assert seen(tmp_path, b"\x89PNG")[1] != []
    assert seen(tmp_path, None)[1] == []


def test_a_lack_of_memory_is_not_kept(tmp_path, monkeypatch, caplog):
    """Another build may have more."""
    data = encoded(Image.new("RGB", (80, 40), RED))

    def fail(*_):
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr(picture_sizes, "_encoded", fail)
        assert seen(tmp_path, data)[0].picture is None
    assert "not enough memory" in caplog.text
    assert len(seen(tmp_path, None)[0].made) == 2


def test_a_damaged_file_is_no_problem_of_its_picture(tmp_path):
    """It is one of the store, and is not kept when the file has been fetched again."""
    data = encoded(Image.new("RGB", (80, 40), RED))
    with MediaStore(tmp_path) as store:
        store.put(URL, data, "image/png", {})
        store._database.set(f"file/{store.get(URL).digest}", b"other")
    with pytest.raises(StoreError, match="is damaged in"):
        seen(tmp_path, None)
    assert len(seen(tmp_path, data)[0].made) == 2


def test_what_was_made_before_an_end_is_kept(tmp_path, monkeypatch):
    """A build that is interrupted has stored whole pictures only; the next one makes the rest."""
    given, said = options(tmp_path), []
    recipe = recipe_of(given)
    whole = picture_sizes._make
    pictures = [encoded(Image.new("RGB", (80, 40 + number), RED)) for number in range(5)]
    urls = [f"{URL}{number}" for number in range(5)]

    def interrupted(data, *rest):
        if data == pictures[2]:
            raise KeyboardInterrupt
        return whole(data, *rest)

    with MediaStore(tmp_path) as store:
        for url, data in zip(urls, pictures, strict=True):
            store.put(url, data, "image/png", {})
        monkeypatch.setattr(picture_sizes, "_make", interrupted)
        with pytest.raises(KeyboardInterrupt):
            make_pictures(
                {url: store.get(url, recipe) for url in urls}, store, given, recipe, said.append
            )
        files = [store.get(url, recipe) for url in urls]
        assert [bool(file.picture) for file in files] == [True, True, False, False, False]
        monkeypatch.undo()
        make_pictures(dict(zip(urls, files, strict=True)), store, given, recipe, said.append)
        assert all(len(store.get(url, recipe).made) == 2 for url in urls)
    assert [line.split(",")[0] for line in said] == ["resizing 5 pictures", "resizing 3 pictures"]
