"""The files of a site that `init` writes: new ones whole, and lines added to those that exist."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
import re
import stat
from typing import Any

from pelican_buttercms.errors import SettingsError
from pelican_buttercms.filesystem import read_regular, written_aside
from pelican_buttercms.plugin.settings_file import read_file

_PACKAGE = Path(__file__).resolve().parent.parent
_OWN_ONLY = 0o600
_BEGIN = "# begin: added by `pelican-buttercms init`; change what you like"
_END = "# end: added by `pelican-buttercms init`"
_DEPLOYED = {
    "github": (".github/workflows/publish.yml",),
    "netlify": (
        "netlify.toml",
        "netlify/buttercms-store/index.js",
        "netlify/buttercms-store/manifest.yml",
        "netlify/functions/reconcile.mjs",
    ),
}


@dataclass(frozen=True)
class FileChange:
    """A file that is created, or gets lines at its end.

    Attributes:
        path: the file.
        added: the bytes that are added, or all of a new file.
        before: what the file has now, None where there is none.
        is_secret: whether its text is not shown, and only its owner may read it.
    """

    path: Path
    added: bytes
    before: bytes | None = None
    is_secret: bool = False

    def write(self) -> None:
        """Write the file whole.

        Raises:
            OSError: the disk fails; what was there is as it was.
        """
        target = self.path.resolve()  # a symbolic link stays one
        target.parent.mkdir(parents=True, exist_ok=True)
        mode = _OWN_ONLY if self.is_secret else None
        if self.before is not None and not self.is_secret:
            mode = stat.S_IMODE(target.stat().st_mode)
        content = (self.before or b"") + self.added
        with written_aside(target, content, mode=mode, durable=True) as aside:
            if (read_regular(target) if target.is_file() else None) != self.before:
                raise SettingsError(
                    f"{target} has changed meanwhile, and was left as it is. Run `pelican-buttercms"
                    " init` again."
                )
            aside.replace(target)


def new_file(path: Path, text: str) -> Iterator[FileChange]:
    """Yield a file, unless something is there already."""
    if not path.exists() and not path.is_symlink():
        yield FileChange(path, text.encode())


def add_lines(
    path: Path, lines: Iterable[str], known: str = "", *, is_secret: bool = False
) -> Iterator[FileChange]:
    """Yield the lines that a file lacks, or a new file of them.

    Args:
        path: the file.
        lines: what it should have, in order.
        known: what the file is known to hold in another form.
        is_secret: whether only its owner may read it.

    Raises:
        SettingsError: its bytes are not text in UTF-8.
    """
    before = read_regular(path) if path.exists() else None
    text = _text(path, before or b"")
    present = {_plain(line) for line in [*text.splitlines(), *known.splitlines()]}
    missing = [line for line in lines if _plain(line) not in present]
    if missing:
        yield FileChange(path, _appended(text, missing), before, is_secret)


def _plain(line: str) -> str:
    """Return a line of `.gitignore` without the slashes that change nothing for one folder."""
    return re.sub(r"^(!?)/", r"\1", line.strip()).rstrip("/")


def _text(path: Path, data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise SettingsError(
            f"{path} is not text in UTF-8, so nothing can be added to it. Save it as UTF-8, and run"
            " `pelican-buttercms init` again."
        ) from None


def _appended(text: str, lines: Iterable[str]) -> bytes:
    newline = "\r\n" if "\r\n" in text else "\n"
    first = newline if text and not text.endswith("\n") else ""
    return (first + "".join(f"{line}{newline}" for line in lines)).encode()


def ignore_lines(site: Mapping[str, Any], folder: Path) -> list[str]:
    """Return the lines for `.gitignore`, with the folders that the settings name."""
    output = _inside(site.get("OUTPUT_PATH", "output"), folder)
    cache = _inside(site.get("CACHE_PATH", "cache"), folder)
    lines = ["/.env", *([f"/{output}/"] if output else [])]
    lines += [f"/{cache}/*", f"!/{cache}/snapshots/"] if cache else []
    return [*lines, "__pycache__/"]


def _inside(path: Any, folder: Path) -> str | None:
    full = (folder / str(path)).resolve()
    if full != folder.resolve() and full.is_relative_to(folder.resolve()):
        return full.relative_to(folder.resolve()).as_posix()
    return None


def env_file(path: Path, token: str) -> Iterator[FileChange]:
    """Yield the read token for `.env`.

    Raises:
        SettingsError: it is not a token's text, or the file's bytes are not text.
    """
    if not re.fullmatch(r"[A-Za-z0-9_.~+/=-]{1,500}", token):
        raise SettingsError(
            "What was given as the read token cannot be one: tokens have letters and digits only."
            " Copy it from ButterCMS: Settings, API Tokens."
        )
    yield from add_lines(path, [f"BUTTERCMS_READ_TOKEN={token}"], is_secret=True)


def new_settings(path: Path, name: str, values: Mapping[str, Any]) -> Iterator[FileChange]:
    """Yield a settings file for a site that has none."""
    lines = [
        '"""The settings of this site: https://docs.getpelican.com/en/stable/settings.html."""',
        "",
        "from pelican_buttercms import theme_path",
        "",
        f"SITENAME = {name!a}",
        'SITEURL = ""  # publishconf.py may have the public address',
        'TIMEZONE = "UTC"',
        'DEFAULT_LANG = "en"',
        'PATH = "content"',
        'OUTPUT_PATH = "output"',
        "THEME = theme_path()",
        'PLUGINS = ["pelican_buttercms"]',
        "",
        *_assignments(values),
        "",
    ]
    yield from new_file(path, "\n".join(lines))


def added_settings(
    path: Path, site: Mapping[str, Any], values: Mapping[str, Any]
) -> Iterator[FileChange]:
    """Yield a marked section for a settings file, with what it does not have yet.

    Raises:
        SettingsError: the file with this section does not run, or is not text.
    """
    lines = list(_assignments({n: value for n, value in values.items() if n not in site}))
    plugins = site.get("PLUGINS")
    # without PLUGINS, Pelican finds every installed plugin, and a list would end that
    if plugins is not None and not any("buttercms" in str(plugin) for plugin in plugins):
        lines.insert(0, 'PLUGINS = ["pelican_buttercms", *PLUGINS]')
    if not lines:
        return
    before = read_regular(path)
    change = FileChange(path, _appended(_text(path, before), ["", _BEGIN, *lines, _END]), before)
    with written_aside(path.resolve(), before + change.added, suffix=".py") as aside:
        read_file(str(aside), {})
    yield change


def _assignments(values: Mapping[str, Any]) -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, list):
            items = ", ".join(f'"{item}"' if _is_simple(item) else ascii(item) for item in value)
            note = '  # "*" are pages without a type' if name == "BUTTERCMS_PAGE_TYPES" else ""
            yield f"{name} = [{items}]{note if '*' in value else ''}"
            if name == "BUTTERCMS_COLLECTIONS" and "BUTTERCMS_API_URL" not in values:
                yield '# BUTTERCMS_LOCALES = ["en", "de"]  # needed if the account has locales'
        else:
            yield f'{name} = "{value}"'


def _is_simple(text: str) -> bool:
    return re.fullmatch(r"[\w.*-]+", text, re.ASCII) is not None


def sample_account(folder: Path) -> Iterator[FileChange]:
    """Yield the files of a small account; `account.json` comes last and says that it is whole."""
    source = _PACKAGE / "starter" / "cms"
    paths = sorted(path for path in source.rglob("*") if path.is_file())
    if not (folder / "account.json").exists():
        for path in sorted(paths, key=lambda path: path.name == "account.json"):
            yield from new_file(folder / path.relative_to(source), path.read_text())


def deployment(folder: Path, target: str, settings: str, address: str) -> Iterator[FileChange]:
    """Yield what a build service needs: its own files, `publishconf.py` and `requirements.txt`."""
    packaged = _PACKAGE / "starter" / "deploy"
    source = packaged if packaged.is_dir() else _PACKAGE.parent / "sample_site"
    for name in _DEPLOYED.get(target, ()):
        yield from new_file(folder / name, (source / name).read_text())
    yield from add_lines(folder / "requirements.txt", ["pelican-buttercms"])
    lines = [
        '"""The settings of the public site."""',
        "",
        "from pathlib import Path",
        "import sys",
        "",
        "sys.path.insert(0, str(Path(__file__).parent))",
        f"from {settings} import *",
        "",
        f"SITEURL = {address.rstrip('/')!a}",
        "",
    ]
    yield from new_file(folder / "publishconf.py", "\n".join(lines))
