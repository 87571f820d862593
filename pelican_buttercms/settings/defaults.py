"""The `BUTTERCMS_*` settings: their groups, defaults, and what the documentation says of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

API_URL = "https://api.buttercms.com/v2/"
EMULATOR = "emulator:"


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting's row in the documentation.

    Attributes:
        default: its value where the settings file has none.
        description: what it does, in Markdown; links are relative to `docs/reference/`.
        shown: the default as the documentation has it, where it depends on more.
    """

    default: Any
    description: str
    shown: str | None = None


# The one place where a setting, its default and its description are written: `make docs` makes the
# table of docs/reference/settings.md from it.
GROUPS: dict[str, dict[str, SettingRow]] = {
    "What is pulled": {
        "BUTTERCMS_PAGE_TYPES": SettingRow(
            [],
            'The page types to pull: a list of keys, `"*"` for single pages, or a mapping '
            "from key to options; see [page types](../how-to/page-types.md) and "
            "[choosing content](../how-to/choose-content.md).",
        ),
        "BUTTERCMS_METADATA": SettingRow(
            {},
            'Fields that become metadata for themes and other plugins, such as `{"cover": '
            '"featured_image"}`; see [metadata](../how-to/metadata.md).',
        ),
        "BUTTERCMS_COLLECTIONS": SettingRow(
            [],
            "The keys of the collections to pull, or a mapping from key to options: "
            "`fields.<name>`, `order`, `limit`; see [choosing "
            "content](../how-to/choose-content.md). A legacy content field with a single value is "
            "a collection of one item, whose field is `value`.",
        ),
        "BUTTERCMS_POSTS": SettingRow(
            True,
            "Whether to pull blog posts, with their authors, categories and tags; or which: "
            '`{"category_slug": "tea"}`, `tag_slug`, `author_slug`, `limit`; see '
            "[choosing content](../how-to/choose-content.md).",
        ),
        "BUTTERCMS_FRONT_PAGE": SettingRow(
            None,
            'A page to put at `/`, as `"page-type/slug"` or `"*/slug"`. Set '
            "`INDEX_SAVE_AS` to keep the article index elsewhere.",
        ),
        "BUTTERCMS_DISCOVER": SettingRow(
            True,
            "Also pull page types and collections that references lead to. They get no "
            "pages of their own.",
        ),
        "BUTTERCMS_DANGLING": SettingRow(
            "warn",
            'What to do with references that lead nowhere: `"warn"`, `"fail"`, or '
            '`"drop"` them silently.',
        ),
        "BUTTERCMS_LEVELS": SettingRow(
            1,
            "How deep the API expands references, 1 to 5. References are resolved here, "
            "so 1 is best.",
        ),
    },
    "When, and at what cost": {
        "BUTTERCMS_MAX_AGE": SettingRow(
            None,
            'How old content may be before a build pulls anew: `"10m"`, `"1d"`, '
            '`"1h30m"`, `0` (each time), `"*"` (never again).',
            shown='`"10m"`; `0` where `CI` is set',
        ),
        "BUTTERCMS_MAX_STALE": SettingRow(
            "30d",
            "When the API fails, a build uses stored content up to this age. Older content "
            "is an error.",
        ),
        "BUTTERCMS_STRICT": SettingRow(
            False,
            "Whether a build that had to use older content because the API failed ends with "
            "[exit code 4](exit-codes.md), so that nobody deploys it by mistake. The site is "
            "built all the same.",
        ),
        "BUTTERCMS_RECONCILE": SettingRow(
            "1d",
            "With a webhook's events, a build pulls only what they name. After this time it "
            "pulls everything again, because webhooks get lost. `0` pulls "
            'everything each time, `"*"` never.',
        ),
        "BUTTERCMS_MAX_CALLS": SettingRow(
            None,
            'A bound on API calls: a number for each pull, or `{"pull": 50, "month": '
            "40000}`. A call beyond it is not made.",
        ),
        "BUTTERCMS_MAX_DELETIONS": SettingRow(
            {"share": 0.25, "number": 5},
            "How much of a listing may vanish at once. More is taken for a failure of the "
            "API. `None` accepts every answer.",
        ),
        "BUTTERCMS_OFFLINE": SettingRow(
            False,
            "Build from what is stored, without any network connection.",
        ),
        "BUTTERCMS_CONCURRENCY": SettingRow(
            8,
            "How many requests run at once, 1 to 32.",
        ),
    },
    "Languages": {
        "BUTTERCMS_LOCALES": SettingRow(
            [],
            "The account's locales, by their API slugs, with the fallbacks for missing "
            "translations; see [languages](../how-to/languages.md). Empty is the "
            "account's default locale alone.",
        ),
        "BUTTERCMS_TRANSLATION_ID": SettingRow(
            None,
            "The field that the versions of one post or page have in common, where their "
            "slugs differ.",
        ),
        "BUTTERCMS_LANG_TEMPLATES": SettingRow(
            {},
            'Lists to write for every other language, such as `{"index": "{lang}/index.html"}`.',
        ),
        "BUTTERCMS_X_DEFAULT": SettingRow(
            None,
            'The language for readers of all other languages (`hreflang="x-default"`).',
        ),
    },
    "Drafts": {
        "BUTTERCMS_PREVIEW": SettingRow(
            False,
            "Pull drafts too, store them apart, and build them where they would "
            "be published; see [drafts](../how-to/preview.md).",
        ),
        "BUTTERCMS_ENVIRONMENT": SettingRow(
            None,
            '`"production"`, `"staging"` or `"local"`; `None` guesses it. Production '
            "refuses `BUTTERCMS_PREVIEW`.",
        ),
    },
    "What is written": {
        "BUTTERCMS_MEDIA": SettingRow(
            "cdn",
            '`"download"` serves images and files from your own site instead of '
            "ButterCMS's CDN: pictures, sound, video, PDF, office files and archives, "
            "recognised by their content, each up to 25 MiB. SVG is served if nothing in it "
            "can run. A file that cannot be downloaded stays at the CDN, and one warning names "
            "all of them. It is tried again after ten minutes, then less often, or after "
            "`pelican-buttercms pull`.",
        ),
        "BUTTERCMS_IMAGE_WIDTHS": SettingRow(
            (480, 960, 1440, 1920),
            'With `BUTTERCMS_MEDIA = "download"` and Pillow: the widths in pixels that pictures '
            "are made in, never wider than the picture.",
        ),
        "BUTTERCMS_IMAGE_FORMATS": SettingRow(
            None,
            'The formats of these pictures: `"webp"`, `"avif"` (slow to make) or both. `None` is '
            '`["webp"]` if Pillow is installed; `[]` makes no pictures.',
        ),
        "BUTTERCMS_ALT_MEDIA_TEXT": SettingRow(
            True,
            "Pull the alternative texts of media (`{{ image.alt }}`).",
        ),
        "BUTTERCMS_SITEMAP": SettingRow(
            True,
            "Write `sitemap.xml` when `SITEURL` is set and no sitemap plugin is active.",
        ),
        "BUTTERCMS_ROBOTS": SettingRow(
            False,
            "Write `robots.txt`, which names the sitemap; in previews and where "
            '`BUTTERCMS_ENVIRONMENT` is `"staging"`, it keeps crawlers out. See [search engines]'
            "(../how-to/search-engines.md).",
        ),
        "BUTTERCMS_LLMS": SettingRow(
            False,
            "Write `llms.txt` and a Markdown copy of every article and page, for language models.",
        ),
        "BUTTERCMS_SEARCH": SettingRow(
            "",
            '`"pagefind"` makes a search index of every article and page in `pagefind/`, if it '
            "is installed; see [search](../how-to/search.md).",
        ),
        "BUTTERCMS_RELATED": SettingRow(
            0,
            "How many `article.related_articles` each article has: those with the same tags.",
        ),
        "BUTTERCMS_INDEXNOW_KEY": SettingRow(
            None,
            "The key of IndexNow: its file is written, and `pelican-buttercms notify` sends what "
            "has changed.",
        ),
        "BUTTERCMS_REDIRECTS": SettingRow(
            [],
            "How old addresses of posts and pages live on when `SITEURL` is set: a list of "
            '`"netlify"`, `"cloudflare"`, `"nginx"` and `"html"`; see '
            "[redirects](../how-to/redirects.md).",
        ),
        "BUTTERCMS_REDIRECTS_FILE": SettingRow(
            None,
            "The history of addresses, a file to commit; `None` is `redirects.csv` beside the "
            "content folder.",
        ),
        "BUTTERCMS_JSON_FEEDS": SettingRow(
            False,
            "Write a JSON feed beside each feed of Pelican's, such as `feeds/all.json` beside "
            "`feeds/all.atom.xml`; see [feeds](../how-to/feeds.md).",
        ),
        "BUTTERCMS_STRUCTURED_DATA": SettingRow(
            {},
            "What pages of a type are for search engines, such as products; see "
            "[the head of a page](../how-to/head.md).",
        ),
        "BUTTERCMS_SANITIZE": SettingRow(
            False,
            '`True` lets only harmless HTML through; `{"tags": […], "attributes": {…}}` '
            "allows more.",
        ),
    },
    "Rebuilds": {
        "BUTTERCMS_INCREMENTAL": SettingRow(
            True,
            "A page is rendered again only if something that it shows has changed. "
            '`False` renders everything; `"verify"` renders everything and compares.',
        ),
        "BUTTERCMS_PURE": SettingRow(
            [],
            "The names of filters, tests and functions of yours that always return the same "
            "for the same arguments. Pages that use others are rendered each time.",
        ),
        "BUTTERCMS_KNOWN_PLUGINS": SettingRow(
            [],
            "Plugins of yours, by their names in `PLUGINS`, that read only contents, settings and "
            "files of the site. With plugins that are neither listed here nor tried, "
            "[a build that has nothing to do](../explanation/rebuilds.md) checks every page.",
        ),
        "BUTTERCMS_WORKERS": SettingRow(
            None,
            "Processes that render side by side; by default all cores where `CI` is set, "
            "and one elsewhere.",
        ),
        "BUTTERCMS_CHANGED_FILES": SettingRow(
            None,
            "A file that lists what a build changed in the output, for the deploy step.",
        ),
    },
    "Where content is": {
        "BUTTERCMS_API_URL": SettingRow(
            API_URL,
            "The API's address, or `emulator:FOLDER` to play an account from a folder.",
        ),
        "BUTTERCMS_CACHE_PATH": SettingRow(
            None,
            "Where content is stored; `None` is `buttercms` in Pelican's `CACHE_PATH`.",
        ),
        "BUTTERCMS_SNAPSHOT": SettingRow(
            None,
            "A folder written by `snapshot export` to build from: no token, no store, no "
            'API call. With `BUTTERCMS_MEDIA = "download"`, files that are not there yet '
            "are still fetched, unless `BUTTERCMS_OFFLINE` is set.",
        ),
        "BUTTERCMS_STORE_URL": SettingRow(
            None,
            'Where build runners share their stores, such as `"s3://bucket/folder"`.',
        ),
        "BUTTERCMS_FILES_URL": SettingRow(
            None,
            "Where the files of the content folder are public, for ButterCMS to fetch the "
            "pictures of [published drafts](../tutorials/publish-a-draft.md); `None` is "
            "`SITEURL`.",
        ),
    },
}
DEFAULTS: dict[str, Any] = {
    name: row.default for group in GROUPS.values() for name, row in group.items()
}
FROM_ENVIRONMENT = (
    "BUTTERCMS_API_URL",
    "BUTTERCMS_PREVIEW",
    "BUTTERCMS_OFFLINE",
    "BUTTERCMS_SNAPSHOT",
    "BUTTERCMS_STORE_URL",
    "BUTTERCMS_ENVIRONMENT",
    "BUTTERCMS_INCREMENTAL",
    "BUTTERCMS_INDEXNOW_KEY",
)
