"""Which URL gives an image in another size? The CDN's image transformations.

Source: contract, "Media": tasks stand before the handle, as in
`https://cdn.buttercms.com/resize=width:800,height:600,fit:crop/<handle>`.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

CDN = "cdn.buttercms.com"

_FITS = ("clip", "crop", "scale", "max")
_LARGEST = 10_000


def transformed(
    url: str,
    *,
    width: int | None = None,
    height: int | None = None,
    fit: str | None = None,
    align: str | None = None,
    rotate: int | None = None,
    quality: int | None = None,
    format: str | None = None,  # noqa: A002  (the CDN's own word)
) -> str:
    """Give the URL of a transformed image; URLs of other hosts are given back as they are.

    Args:
        url: the image's URL.
        width: in pixels, 1 to 10,000.
        height: in pixels, 1 to 10,000.
        fit: `"clip"`, `"crop"`, `"scale"` or `"max"`.
        align: what a crop keeps, such as `"faces"` or `"top"`.
        rotate: in degrees, 0 to 359.
        quality: of a JPEG, 1 to 100.
        format: of the file, such as `"webp"`.

    Raises:
        ValueError: an argument the CDN does not know.
    """
    _check(width=width, height=height, fit=fit, rotate=rotate, quality=quality)
    if not _is_on_cdn(url):
        return url
    resize = _options(width=width, height=height, fit=fit, align=align)
    tasks = [
        f"resize={resize}" if width or height else "",
        f"rotate=deg:{rotate}" if rotate else "",
        f"quality=value:{quality}" if quality else "",
        f"output=format:{format}" if format else "",
    ]
    base, _, path = url.partition(f"//{CDN}/")
    return f"{base}//{CDN}/" + "/".join([*filter(None, tasks), path])


def srcset(url: str, widths: Iterable[int], **options: int | str | None) -> str:
    """Give the `srcset` of an image in several widths; "" where the host cannot resize.

    A `height` given with the `widths` is the largest width's, and keeps the ratio for the others.
    """
    widths = sorted(set(widths))
    if not _is_on_cdn(url) or not widths:
        return ""
    height = options.pop("height", None)
    sizes = [(w, round(int(height) * w / widths[-1]) if height else None) for w in widths]
    return ", ".join(
        f"{transformed(url, width=w, height=h, **options)} {w}w"  # type: ignore[arg-type]
        for w, h in sizes
    )


def _is_on_cdn(url: str) -> bool:
    try:
        return urlsplit(url).hostname == CDN
    except ValueError:  # an editor's text, such as "http://[": no address at all
        return False


def _options(**options: int | str | None) -> str:
    return ",".join(f"{name}:{value}" for name, value in options.items() if value)


def _check(
    *,
    width: int | None,
    height: int | None,
    fit: str | None,
    rotate: int | None,
    quality: int | None,
) -> None:
    limits = {"width": _LARGEST, "height": _LARGEST, "rotate": 359, "quality": 100}
    given = {"width": width, "height": height, "rotate": rotate, "quality": quality}
    for name, value in given.items():
        if value is not None and not (isinstance(value, int) and 0 <= value <= limits[name]):
            raise ValueError(
                f"butter_image: {name} is a number up to {limits[name]}, not {value!r}"
            )
    if fit is not None and fit not in _FITS:
        raise ValueError(f"butter_image: fit is one of {', '.join(_FITS)}, not {fit!r}")
