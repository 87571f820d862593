"""URLs of images in other sizes: the CDN's image transformations.

Source: contract, "Media": tasks stand before the handle, as in
`https://cdn.buttercms.com/resize=width:800,height:600,fit:crop/<handle>`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
import re
from typing import Any, Final
from urllib.parse import urlsplit

from jinja2 import Undefined

CDN = "cdn.buttercms.com"

OPTIONS: Final = ("width", "height", "fit", "align", "rotate", "quality", "format", "tasks")

_FITS: Final = ("clip", "crop", "scale", "max")
_LARGEST: Final = {"width": 10_000, "height": 10_000, "rotate": 359, "quality": 100}
_WORDS: Final = {
    "align": re.compile(r"[a-z]+|\[[a-z]+,[a-z]+\]"),
    "format": re.compile(r"[a-z0-9]+"),
}
_TASK: Final = re.compile(r"[a-z][a-z0-9_]*")
_TASK_VALUE: Final = re.compile(r"-?[A-Za-z0-9_.]+")


def transformed(url: str, **options: Any) -> str:
    """Return the URL of a transformed image; URLs of other hosts are returned as they are.

    Args:
        url: the image's URL.
        options: `width` and `height` in pixels, 1 to 10,000; `fit`, which is "clip", "crop",
            "scale" or "max"; `align`, what a crop keeps, such as "faces" or "top"; `rotate` in
            degrees, 0 to 359; `quality` of a JPEG, 1 to 100; `format` of the file, such as "webp";
            `tasks`, any others by their names, such as `{"blur": {"amount": 5}, "monochrome": {}}`.
            One that is None or undefined is not asked for.

    Raises:
        ValueError: an option that is not among these, or a value the CDN does not know.
    """
    asked = _checked(options)
    if not _is_on_cdn(url):
        return url
    sides = [f"{n}:{asked[n]}" for n in ("width", "height", "fit", "align") if asked.get(n)]
    has_size = asked.get("width") or asked.get("height")
    tasks = [
        f"resize={','.join(sides)}" if has_size else "",
        f"rotate=deg:{asked['rotate']}" if asked.get("rotate") else "",
        *asked.get("tasks", ()),
        f"quality=value:{asked['quality']}" if asked.get("quality") else "",
        f"output=format:{asked['format']}" if asked.get("format") else "",
    ]
    base, _, path = url.partition(f"//{CDN}/")
    return f"{base}//{CDN}/" + "/".join([*filter(None, tasks), path])


def srcset(url: str, widths: Iterable[int], **options: Any) -> str:
    """Return the `srcset` of an image in several widths; "" where the host cannot resize.

    A `height` given with the `widths` is the largest width's, and keeps the ratio for the others.

    Raises:
        ValueError: see `transformed`.
    """
    widths = sorted({_checked({"width": width})["width"] for width in widths})
    asked = _checked(options)
    if not _is_on_cdn(url) or not widths:
        return ""
    height = asked.pop("height", None)
    sizes = [(w, round(height * w / widths[-1]) if height else None) for w in widths]
    return ", ".join(f"{transformed(url, width=w, height=h, **asked)} {w}w" for w, h in sizes)


def _is_on_cdn(url: str) -> bool:
    try:
        return urlsplit(url).hostname == CDN
    except ValueError:  # an editor's text, such as "http://[": no address at all
        return False


def _checked(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return the options that are asked for."""
    for name in options:
        if name not in OPTIONS:
            raise ValueError(f"{name!r} is no option: they are {', '.join(OPTIONS)}")
    asked = {n: v for n, v in options.items() if v is not None and not isinstance(v, Undefined)}
    for name, value in asked.items():
        most = _LARGEST.get(name)
        if most and (type(value) is not int or not 0 <= value <= most):
            raise ValueError(f"{name} is a number up to {most}, not {value!r}")
        if name == "fit" and value not in _FITS:
            raise ValueError(f"fit is one of {', '.join(_FITS)}, not {value!r}")
        if name == "tasks":
            asked[name] = _read_tasks(value)
        if name in _WORDS and not _WORDS[name].fullmatch(str(value)):
            raise ValueError(f"{name} is a word such as 'top' or 'webp', not {value!r}")
    return asked


def _read_tasks(tasks: Any) -> list[str]:
    """Return tasks as the CDN's addresses have them."""
    is_mapping = isinstance(tasks, Mapping)
    if not is_mapping or not all(isinstance(options, Mapping) for options in tasks.values()):
        raise ValueError(f"tasks is a mapping such as {{'blur': {{'amount': 5}}}}, not {tasks!r}")
    return [_task(name, options) for name, options in tasks.items()]


def _task(name: Any, options: Mapping[Any, Any]) -> str:
    if not all(_TASK.fullmatch(str(word)) for word in (name, *options)):
        raise ValueError(f"the task {name!r} or one of its options is no name such as 'blur'")
    parts = ",".join(f"{option}:{_task_value(name, value)}" for option, value in options.items())
    return f"{name}={parts}" if parts else str(name)


def _task_value(name: str, value: Any) -> str:
    if isinstance(value, list | tuple):
        return f"[{','.join(_task_value(name, one) for one in value)}]"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    if not _TASK_VALUE.fullmatch(text):
        raise ValueError(f"the task {name!r} takes numbers, words and lists of them, not {value!r}")
    return text
