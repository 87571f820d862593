"""No draft leaks: whatever the mix of statuses, locales, modes and settings."""

from itertools import count
import json

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
import pytest

from pelican_buttercms.emulator import create_app, reads
from pelican_buttercms.emulator.server import serving
from pelican_buttercms.store import Store

STATUS = st.sampled_from(["published", "draft", "scheduled"])
VERSION = st.fixed_dictionaries({"status": STATUS, "overlaid": st.booleans()})
ENTRY = st.fixed_dictionaries(
    {
        "kind": st.sampled_from(["post", "single", "news", "story", "item"]),
        "own": VERSION,
        "german": st.none() | VERSION,
        "refers": st.booleans(),
    }
)
OPTIONS = st.fixed_dictionaries(
    {
        "preview_first": st.booleans(),
        "leaky": st.booleans(),
        "fallback": st.booleans(),
        "levels": st.integers(1, 3),
        "theme": st.sampled_from(["simple", "notmyidea"]),
    }
)


class Writer:
    """Fills an account; every version has words of its own that tell whether they are public."""

    def __init__(self, account, *, leaky):
        self.account = account
        self.leaky = leaky
        self.numbers = count(1)
        self.public = []
        self.pages = []

    def word(self, *, public):
        """Build a word that is nowhere else."""
        word = f"{'Public' if public else 'Secret'}word{next(self.numbers)}x"
        if public:
            self.public.append(word)
        return word

    def entry(self, number, entry):
        """Write one item with all its versions."""
        kind, slug = entry["kind"], f"entry-{number}"
        versions = {None: entry["own"], "de": entry["german"]}
        if kind == "item":
            self.item(number, entry)
            return
        path = {"post": "posts", "single": "single_pages"}.get(kind, f"pages/{kind}")
        for locale, version in versions.items():
            if version is None:
                continue
            values = self.values(kind, version, refers=entry["refers"])
            if locale:
                self.account.translate(f"{path}/{slug}", locale, **values)
            elif kind == "post":
                self.account.post(slug, **values)
            else:
                self.account.page("*" if kind == "single" else kind, slug)
                self._merge(f"{path}/{slug}", values)
            if version["overlaid"] and version["status"] == "published" and not self.leaky:
                draft = self.values(kind, {"status": "draft"}, refers=False)
                self._overlay(f"{path}/{slug}", locale, draft)
        if kind != "post":
            self.pages.append(f"page:{'*' if kind == 'single' else kind}/{slug}")

    def values(self, kind, version, *, refers):
        """Return the fields of a version, with words in each place where a text may be."""
        public = version["status"] == "published"
        word = self.word(public=public)
        tag = f"tag-{self.word(public=public)}".lower() if kind == "post" else ""
        if kind == "post":
            self.account.term("tags", tag)
            values = {"title": word, "body": f"<p>{word}</p>", "summary": word, "tags": [tag]}
        else:
            values = {"name": word, "fields": {"body": f"<p>{word}</p>", "title": word}}
            if refers:
                values["fields"]["related"] = [{"$ref": page} for page in self.pages]
        if version["status"] == "scheduled":
            values["scheduled"] = "2031-01-01T00:00:00.000000Z"
        if self.leaky and not public:
            values["published"] = None  # by which what was never published can be told
        return values | {"status": version["status"]}

    def item(self, number, entry):
        """Write an item; it is published as a whole, and tells no status."""
        public = entry["own"]["status"] == "published" or self.leaky
        status = "published" if public else "draft"
        new = {"id": number, "status": status, "q": self.word(public=public)}
        path = self.account.folder / "collections/faqs.json"
        old = json.loads(path.read_text()) if path.exists() else []
        kept = [{"id": one["meta"]["id"], **one} for one in old]
        self.account.collection(
            "faqs", *[{k: v for k, v in o.items() if k != "meta"} for o in kept], new
        )

    def _merge(self, path, values):
        file = self.account.folder / f"{path}.json"
        file.write_text(json.dumps(json.loads(file.read_text()) | values))

    def _overlay(self, path, locale, draft):
        if locale is None:
            self.account.overlay(path, **draft)
            return
        entry = json.loads((self.account.folder / f"{path}.json").read_text())
        entry["locales"][locale]["draft"] = draft
        (self.account.folder / f"{path}.json").write_text(json.dumps(entry))


# a build takes a second: what fails is shown as it was found
@settings(
    max_examples=15, phases=[Phase.explicit, Phase.generate], suppress_health_check=[*HealthCheck]
)
@given(entries=st.lists(ENTRY, min_size=2, max_size=5), options=OPTIONS)
def test_nothing_of_a_draft_is_in_a_live_build(sandbox, entries, options):
    """Not in the output, feeds, sitemap, search index, store, or an exported snapshot.

    Nor after a preview into the same folder and store; and not from an API that gives drafts to
    those who did not ask for them, alone or inside other pages: as far as they were never
    published. What a live listing gives with a time of publication is live.
    """
    site, account = sandbox()
    writer = Writer(account, leaky=options["leaky"])
    account.settings(locales=["en", "de"], behaviour={"page_status": "present"})
    account.post("anchor", title="Anchor")
    account.collection("faqs", {"id": 900, "q": "Anchor?"})
    for page_type in ("*", "news", "story"):
        account.page(page_type, f"anchor-{'single' if page_type == '*' else page_type}")
    for number, entry in enumerate(entries, start=1):
        writer.entry(number, entry)
    configure(site, options)
    with pytest.MonkeyPatch.context() as patch:
        if options["leaky"]:
            honest = reads.View
            patch.setattr(reads, "View", lambda locale=None, *_: honest(locale, True))
        with serving(create_app(account.folder)) as url:
            build(site, url, options)
    shown = {
        path: (site.output / path).read_bytes().decode(errors="replace") for path in site.files()
    }
    shown["the search index"] = (site.folder / "index.toml").read_text()
    shown["the store"] = stored(site)
    # without authors, categories and tags: those are public, though only a draft may have them
    for path in (site.folder / "snapshot").glob("*/[ip]*/**/*.json"):
        shown[str(path)] = path.read_text()
    assert any("snapshot" in place for place in shown)
    for place, text in shown.items():
        assert "secretword" not in text.lower(), place
    if not options["leaky"]:
        everything = "\n".join(shown.values()).lower()
        assert all(word.lower() in everything for word in writer.public)


def configure(site, options):
    """Show everything that could show a draft."""
    site.write(
        "templates/article.html",
        '{% extends "!theme/article.html" %}{% block content %}{{ super() }}'
        "{% for q in buttercms.collections.faqs %}{{ q.fields.q }}{% endfor %}"
        "{% set fields = article.butter.fields %}"
        "{% if fields %}{% for r in fields.related or [] %}{{ r.name }}"
        "{% endfor %}{% endif %}{% endblock %}",
    )
    site.configure(
        PLUGINS=["pelican_buttercms", "search"],
        BUTTERCMS_LOCALES={"en": [], "de": ["en"] if options["fallback"] else []},
        BUTTERCMS_PAGE_TYPES={"*": {}, "news": {}, "story": {"as": "article"}},
        BUTTERCMS_COLLECTIONS=["faqs"],
        BUTTERCMS_LEVELS=options["levels"],
        BUTTERCMS_MAX_AGE=0,
        BUTTERCMS_DANGLING="drop",
        THEME=options["theme"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
        FEED_ALL_ATOM="feeds/all.atom.xml",
        TAG_FEED_ATOM="feeds/tag-{slug}.atom.xml",
    )


def build(site, url, options):
    """Build the live site, perhaps after a preview in the same place."""
    environ = {
        "BUTTERCMS_API_URL": f"{url}/v2/",
        "BUTTERCMS_READ_TOKEN": "x",
        "PATH": site.path_with_stork(),
    }
    if options["preview_first"]:
        site.build(env=environ | {"BUTTERCMS_PREVIEW": "1"})
    site.build(env=environ)
    exported = site.command("snapshot", "export", "snapshot", env=environ)
    assert exported.returncode == 0, exported.stderr


def stored(site):
    """Return everything that the store holds of the live account."""
    from datetime import UTC, datetime

    with Store(site.folder / "cache/buttercms", lambda: datetime.now(UTC)) as store:
        live = [scope for scope in store.scopes() if scope.mode == "live"]
        found = [raw for s in live for g in store.generations(s) for raw in store.records(g)]
    assert len(live) == 2
    # an author, category or tag is public whether or not anything public has it
    return json.dumps([raw.data for raw in found if raw.key.kind in {"post", "page", "item"}])
