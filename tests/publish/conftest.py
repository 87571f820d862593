"""The sample account's content, small records, and drafts for the tests of publishing."""

from datetime import timedelta
from pathlib import Path

import pytest

from pelican_buttercms.content import Key, RawRecord
from pelican_buttercms.publish.drafts.raw_draft import LocalFile, RawDraft
from pelican_buttercms.publish.resolve.account_schema import AccountSchema
from pelican_buttercms.publish.resolve.resolve import resolve
from pelican_buttercms.settings import Settings
from pelican_buttercms.settings.locales import Locale
from pelican_buttercms.settings.page_types import PageType
from pelican_buttercms.store.snapshots import read_snapshot
from tests.records import item_record, page_record

FIRST = "/v2/pages/news/first"
ADA = "/v2/content/?keys=team[_id=12]"
PICTURE = "https://cdn.buttercms.com/abc"


@pytest.fixture(scope="session")
def options():
    """Make checked settings."""

    def make(**settings):
        defaults = {
            "api_url": "https://api.buttercms.com/v2/",
            "cache_path": Path("cache"),
            "max_age": timedelta(0),
        }
        return Settings(**(defaults | settings))

    return make


@pytest.fixture(scope="session")
def sample(root):
    """All records of the sample account, of its three locales."""
    versions = read_snapshot(root / "cache" / "snapshots" / "harbour-lane").versions
    return [raw for records in versions.values() for raw in records]


@pytest.fixture(scope="session")
def sample_known(sample, options):
    """What the sample account teaches."""
    locales = (Locale("en", "en"), Locale("de", "de"), Locale("de-AT", "de-at"))
    return AccountSchema.from_records(sample, options(locales=locales))


@pytest.fixture(scope="session")
def page():
    """Make a raw page of a few fields, named by its slug."""

    def make(slug, page_type="news", **fields):
        return page_record(slug, fields, page_type, name=slug)

    return make


@pytest.fixture(scope="session")
def item():
    """Make a raw collection item of a few fields."""
    return item_record


@pytest.fixture(scope="session")
def known(options):
    """Learn from a few records."""

    def make(*records, bodies=None, **settings):
        types = {name: PageType(name, fields={"body": f}) for name, f in (bodies or {}).items()}
        return AccountSchema.from_records(records, options(page_types=types, **settings))

    return make


@pytest.fixture(scope="session")
def draft():
    """Make what a file says; a page of `news` unless something else is named."""

    def make(name="draft.md", **words):
        kind = words.pop("kind", "page")
        group = "news" if kind == "page" else ""
        defaults = {"group": group, "slug": "" if kind == "item" else "new"}
        return RawDraft(Path("drafts") / name, kind, **(defaults | words))

    return make


@pytest.fixture(scope="session")
def understand():
    """Resolve one draft; local files are those that are named. Gives the draft and problems."""

    def run(raw, known, files=(), others=()):
        def find(words, path):
            name = words.removeprefix("{static}")
            is_there = name in files
            return (
                LocalFile(f"https://site.example/{name}", Path(name), words) if is_there else None
            )

        drafts, problems = resolve([raw, *others], known, find)
        return drafts[0], problems

    return run


@pytest.fixture(scope="session")
def fields(understand, draft):
    """Resolve the fields of a page of `news`; gives values by dotted name, and problems."""

    def run(known, files=(), **written):
        result, problems = understand(draft(fields=written), known, files)
        return {
            ".".join(path[1:]): value
            for path, value in result.values.items()
            if path[0] == "fields"
        }, problems

    return run


@pytest.fixture(scope="session")
def small(known, page, item):
    """An account of two page types and a collection, with a field of each kind."""
    filled = {
        "title": "A title",
        "body": "<p>x</p>",
        "price": 3,
        "shown": True,
        "photo": PICTURE,
        "up": FIRST,
        "related": [FIRST],
        "lead": ADA,
        "mixed": "",
        "seo": {"title": "x", "up": FIRST},
        "parts": [{"type": "hero", "fields": {"image": PICTURE, "up": FIRST}}],
        "rows": [{"label": "x", "up": FIRST}],
    }
    return known(
        page("first", **filled),
        page("both", **(filled | {"mixed": "words"})),
        page("both", "blog"),
        page("second", "blog"),
        page("about", None),
        item("team", 12, name="Ada"),
        RawRecord(
            Key("author", "", "ada"),
            {"slug": "ada", "first_name": "Ada", "last_name": "Lane", "email": "ada@x.example"},
        ),
        RawRecord(Key("category", "", "news-slug"), {"slug": "news-slug", "name": "News"}),
        RawRecord(Key("tag", "", "hot"), {"slug": "hot", "name": "Hot"}),
    )
