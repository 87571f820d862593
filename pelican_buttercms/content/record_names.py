"""The records that a name on the command line means, whole or only its end."""

from __future__ import annotations

from collections.abc import Iterable

from pelican_buttercms.content.raw_records import Key


def find_keys(name: str, keys: Iterable[Key]) -> list[Key]:
    """Return the keys that a name means: the one of that whole name, or all that it ends.

    `hello` and `landing-page/home` are short for `posts/hello` and `pages/landing-page/home`; the
    stored text, `page/landing-page/home`, is understood too.
    """
    name = name.strip().strip("/")
    names = {key: str(key) for key in keys}
    whole = [key for key, known in names.items() if name in (known, key.stored.replace("//", "/"))]
    return whole or sorted(key for key, known in names.items() if known.endswith(f"/{name}"))
