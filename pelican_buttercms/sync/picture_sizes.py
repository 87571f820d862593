"""Pictures in several widths and formats, made with Pillow from the stored media files.

What is made carries the colour profile and no other metadata: no place, camera or preview.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from importlib.util import find_spec
from io import BytesIO
import logging
import os
from typing import Any, Final
import warnings

from pelican_buttercms.clean_text import clean_line
from pelican_buttercms.digests import sha256_hex
from pelican_buttercms.errors import SettingsError
from pelican_buttercms.settings import Settings
from pelican_buttercms.store import MediaFile, MediaStore, Picture
from pelican_buttercms.wording import count_noun

logger = logging.getLogger(__name__)

_MEASURED: Final = {
    "image/avif": "AVIF",
    "image/gif": "GIF",
    "image/jpeg": "JPEG",
    "image/png": "PNG",
    "image/webp": "WEBP",
}
"""The types that Pillow is given, and its decoder for each."""

_MOST_PIXELS: Final = 64_000_000
_LONGEST_SIDE: Final = 16_000
_MOST_AT_ONCE: Final = 4
"""Pictures in memory: one of the largest takes half a gigabyte."""

_OPTIONS: Final[Mapping[str, Mapping[str, Any]]] = {
    "webp": {"quality": 80, "method": 4},
    "avif": {"quality": 60, "speed": 6, "max_threads": 1},
}
_ICC_MOST: Final = 1_000_000


def formats_of(options: Settings) -> tuple[str, ...]:
    """Return the formats that pictures are made in; none where Pillow is missing.

    Raises:
        SettingsError: a format is asked for that this Python cannot make.
    """
    asked = options.image_formats
    if options.media != "download" or asked == ():
        return ()
    if find_spec("PIL") is None:
        if asked is None:
            return ()
        raise SettingsError(
            "BUTTERCMS_IMAGE_FORMATS needs the library Pillow, which is not installed. Install it"
            " with `pip install 'pelican-buttercms[images]'`, or remove the setting."
        )
    from PIL import features  # noqa: PLC0415  (an extra)

    formats = asked or ("webp",)
    for name in formats:
        if not features.check(name):
            raise SettingsError(
                f"BUTTERCMS_IMAGE_FORMATS has {name!r}, which the installed Pillow cannot write."
                " Install a newer Pillow, or remove that format."
            )
    return formats


def recipe_of(options: Settings) -> str:
    """Return all that pictures depend on besides their bytes; "" where none are made."""
    formats = formats_of(options)
    if options.media != "download" or find_spec("PIL") is None:
        return ""
    from PIL import __version__, features  # noqa: PLC0415  (an extra)

    made = [f"{name} {features.version(name)} {_OPTIONS[name]}" for name in formats]
    text = f"1|{__version__}|{options.image_widths if made else ()}|{'|'.join(made)}"
    return sha256_hex(text.encode())


def make_pictures(
    files: Mapping[str, MediaFile | None],
    store: MediaStore,
    options: Settings,
    recipe: str,
    say: Callable[[str], None],
) -> bool:
    """Measure and resize the pictures among files, as far as the store lacks them.

    Each is stored as soon as it is done, so that a build that is killed goes on with the next.
    A picture that cannot be read is a warning, and is shown as it is.

    Returns:
        whether there were any.

    Raises:
        StoreError: a stored file is damaged.
    """
    lacking = {
        file.digest: file
        for file in files.values()
        if file and file.kind in _MEASURED and file.picture is None
    }
    if not lacking:
        return False
    formats = formats_of(options)
    verb = "resizing" if formats else "measuring"
    say(f"{verb} {count_noun(len(lacking), 'picture')}, which are then kept.")
    make = partial(
        _make_or_explain, widths=options.image_widths if formats else (), formats=formats
    )
    pool = ThreadPoolExecutor(min(os.cpu_count() or 1, _MOST_AT_ONCE))  # encoders release the GIL
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's, of pictures that are refused or mended here
            for digest, outcome in zip(lacking, pool.map(make, lacking.values()), strict=True):
                if outcome:
                    store.put_picture(digest, recipe, *outcome)
    finally:
        pool.shutdown(cancel_futures=True)
    return True


def _make_or_explain(
    file: MediaFile, widths: tuple[int, ...], formats: tuple[str, ...]
) -> tuple[Picture, list[tuple[Picture, bytes]]] | None:
    """Return what `_make` returns, or why it fails; None where another build may succeed."""
    data = file.read()
    try:
        return _make(data, file.kind, widths, formats)
    except MemoryError:
        logger.warning("There is not enough memory to resize %s: pages show it as it is", file.name)
        return None
    except Exception as exc:  # noqa: BLE001  (a decoder raises anything for a stranger's bytes)
        return Picture(problem=clean_line(str(exc) or type(exc).__name__, 200)), []


def warn_of_problems(files: Mapping[str, MediaFile | None]) -> None:
    """Log a warning for each picture that could not be read."""
    for url, file in files.items():
        if file and file.picture and file.picture.problem:
            logger.warning(
                "The picture %s could not be resized (%s): pages show it as it is. Replace it in"
                " ButterCMS's media library.",
                clean_line(url, 120),
                file.picture.problem,
            )


def _make(
    data: bytes, kind: str, widths: tuple[int, ...], formats: tuple[str, ...]
) -> tuple[Picture, list[tuple[Picture, bytes]]]:
    """Return the size and colour of a picture, and the smaller ones with their bytes."""
    from PIL import Image, ImageOps  # noqa: PLC0415  (an extra, and slow to import)

    with Image.open(BytesIO(data), formats=[_MEASURED[kind]]) as opened:
        if opened.width * opened.height > _MOST_PIXELS or max(opened.size) > _LONGEST_SIDE:
            raise ValueError(f"{opened.width} x {opened.height} pixels are too many")
        # a JPEG has one picture; what cameras add to it is a preview or a map of brightness
        has_frames = kind != "image/jpeg" and getattr(opened, "is_animated", False)
        if kind == "image/gif" or has_frames:
            return Picture(opened.width, opened.height), []
        profile = opened.info.get("icc_profile") if opened.mode in {"P", "RGB", "RGBA"} else None
        image: Any = ImageOps.exif_transpose(opened)
        if image.mode.startswith("I"):  # 16 bits of grey, which Pillow would cut off at 255
            image = image.convert("I").point(lambda level: level * (1 / 256)).convert("L")
        is_clear = image.has_transparency_data
        image = image.convert("RGBA" if is_clear else "RGB")
    colour = image.convert("RGB").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    shown = "" if is_clear or not isinstance(colour, tuple) else f"#{bytes(colour).hex()}"
    made = [
        (
            Picture(smaller.width, smaller.height, kind=f"image/{name}"),
            _encoded(smaller, name, profile),
        )
        for smaller in _smaller(image, widths)
        for name in formats
    ]
    return Picture(image.width, image.height, shown), made


def _smaller(image: Any, widths: tuple[int, ...]) -> Iterator[Any]:
    """Yield an image in each width, none of them wider than it is."""
    for width in sorted({min(width, image.width) for width in widths}):
        height = max(1, round(image.height * width / image.width))
        yield image if width == image.width else image.resize((width, height), reducing_gap=3)


def _encoded(image: Any, name: str, profile: Any) -> bytes:
    buffer = BytesIO()
    image.info = {}  # nothing but the pixels
    has_profile = isinstance(profile, bytes) and len(profile) <= _ICC_MOST
    image.save(buffer, name, **_OPTIONS[name], icc_profile=profile if has_profile else None)
    return buffer.getvalue()
