"""The sample site: Harbour Lane Coffee, built from the account in `cms/` without any network."""

from pathlib import Path

HERE = Path(__file__).parent

SITENAME = "Harbour Lane Coffee"
SITESUBTITLE = "Roasted by the water, at number 9"
SITEURL = ""
DEFAULT_CATEGORY = "Notes"  # of posts that have none
AUTHOR = "Harbour Lane Coffee"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%-d %B %Y"
# Names of months would need a German locale on the machine.
DATE_FORMATS = {"de": "%-d.%-m.%Y", "de-at": "%-d.%-m.%Y"}

PATH = str(HERE / "content")
OUTPUT_PATH = str(HERE / "output")
CACHE_PATH = str(HERE.parent / "cache")
THEME = str(HERE.parent / "themes" / "buttercms")
THEME_TEMPLATES_OVERRIDES = [str(HERE / "templates")]

DELETE_OUTPUT_DIRECTORY = True

# The CMS. For an account of your own, delete the first line and put BUTTERCMS_READ_TOKEN into .env.
BUTTERCMS_API_URL = f"emulator:{HERE / 'cms'}"
BUTTERCMS_PAGE_TYPES = {
    "*": {"template": "single", "url": "{slug}/"},
    "landing-page": {"template": "landing", "url": "{slug}/"},
    "coffee": {"template": "coffee", "url": "coffee/{slug}/"},
}
BUTTERCMS_COLLECTIONS = [
    "origins",
    "producers",
    "team_members",
    "faqs",
    "site_menu",
    "navigation_menu",
    "navigation_menu_item",
]
# Three languages: what is not translated is shown in the next one, and marked so.
BUTTERCMS_LOCALES = {"en": [], "de": ["en"], "de-AT": ["de", "en"]}
BUTTERCMS_X_DEFAULT = "en"
BUTTERCMS_LANG_TEMPLATES = {
    "index": "{lang}/journal/index.html",
    "coffees": "{lang}/coffee/index.html",
    "404": "{lang}/404.html",
    "search": "{lang}/search/index.html",
}
BUTTERCMS_FRONT_PAGE = "landing-page/home"
BUTTERCMS_SEARCH = "pagefind"
BUTTERCMS_MEDIA = "download"  # nothing on the site loads from elsewhere
MENU_COLLECTION = "site_menu"
BUTTERCMS_RELATED = 3
SHOW_NEIGHBORS = True
BREADCRUMBS = TABLE_OF_CONTENTS = SHOW_READING_TIME = TAG_CLOUD = True
SHARE = ["mail", "mastodon", "bluesky"]
INDEX_TITLE = "Journal"
INDEX_SUBTITLE = "Harvests, recipes, and what went wrong this week."

# The journal, beside the front page.
INDEX_SAVE_AS = "journal/index.html"
ARTICLE_URL, ARTICLE_SAVE_AS = "journal/{slug}/", "journal/{slug}/index.html"
ARTICLE_LANG_URL = "{lang}/journal/{slug}/"
ARTICLE_LANG_SAVE_AS = "{lang}/journal/{slug}/index.html"
PAGE_URL, PAGE_SAVE_AS = "{slug}/", "{slug}/index.html"
PAGE_LANG_URL, PAGE_LANG_SAVE_AS = "{lang}/{slug}/", "{lang}/{slug}/index.html"
YEAR_ARCHIVE_URL, YEAR_ARCHIVE_SAVE_AS = "journal/{date:%Y}/", "journal/{date:%Y}/index.html"
CATEGORY_URL, CATEGORY_SAVE_AS = "category/{slug}/", "category/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "tag/{slug}/", "tag/{slug}/index.html"
AUTHOR_URL, AUTHOR_SAVE_AS = "author/{slug}/", "author/{slug}/index.html"
PAGINATION_PATTERNS = [
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]
DEFAULT_PAGINATION = 9
TRANSLATION_FEED_ATOM = "feeds/all-{lang}.atom.xml"

# The list of all coffees: a template that reads the collection, without a page in the CMS.
DIRECT_TEMPLATES = [
    "index",
    "archives",
    "authors",
    "categories",
    "tags",
    "coffees",
    "404",
    "search",
]
SEARCH_URL, SEARCH_SAVE_AS = "search/", "search/index.html"
COFFEES_URL, COFFEES_SAVE_AS = "coffee/", "coffee/index.html"

PLUGINS = ["pelican_buttercms"]

# The words of the theme and of templates/, in the other languages; what is not here stays English.
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "de-at": "Deutsch (Österreich)"}
_GERMAN = {
    # the site's own texts
    SITESUBTITLE: "Am Wasser geröstet, in Nummer 9",
    INDEX_SUBTITLE: "Ernten, Rezepte und was diese Woche schiefging.",
    # languages
    "English": "Englisch",
    "Languages": "Sprachen",
    "Also in": "Auch auf",
    "Not translated yet: shown in {language}.": "Noch nicht übersetzt: hier auf {language}.",
    # the frame of a page
    "Skip to the content": "Zum Inhalt springen",
    "Menu": "Menü",
    "Front page": "Startseite",
    "You are here": "Du bist hier",
    "Main": "Hauptmenü",
    "Dark mode": "Dunkle Ansicht",
    "This is a draft. It is not published.": "Dies ist ein Entwurf. Er ist nicht veröffentlicht.",
    "Content of": "Inhalt vom",
    "Feed": "Feed",
    # search
    "Search": "Suche",
    "Search this site": "Diese Website durchsuchen",
    "Close": "Schließen",
    "Results: {count}": "Treffer: {count}",
    "Nothing was found.": "Nichts gefunden.",
    "The search does not work here.": "Die Suche geht hier nicht.",
    "Searching needs JavaScript. These are all articles.": (
        "Zum Suchen braucht es JavaScript. Dies sind alle Artikel."
    ),
    # lists
    "Archives": "Archiv",
    "Categories": "Kategorien",
    "Category": "Kategorie",
    "Tags": "Schlagwörter",
    "Tag": "Schlagwort",
    "Authors": "Wer hier schreibt",
    "Pages": "Seiten",
    "Page": "Seite",
    "page": "Seite",
    "← Newer": "← Neuere",
    "Older →": "Ältere →",
    "%d %b": "%d.%m.",
    "Nothing is here yet.": "Hier ist noch nichts.",
    "Scrollable": "Zum Blättern",
    "Licence": "Lizenz",
    # where nothing is
    "Not found": "Nicht gefunden",
    "Nothing is here": "Hier ist nichts",
    "The page may have moved, or the address may have a slip in it.": (
        "Die Seite ist vielleicht umgezogen, oder in der Adresse ist ein Fehler."
    ),
    "To the front page": "Zur Startseite",
    # an article
    "Copy": "Kopieren",
    "Copied": "Kopiert",
    "Load content from {host}": "Inhalt von {host} laden",
    "{minutes} min read": "{minutes} Minuten Lesezeit",
    "Contents": "Inhalt",
    "Series": "Reihe",
    "Read next": "Weiterlesen",
    "Share": "Teilen",
    "Updated": "Geändert am",
    "Articles before and after": "Artikel davor und danach",
    "Older": "Älter",
    "Newer": "Neuer",
    # a coffee, and the list of all
    "Our coffees": "Unsere Kaffees",
    "Each says where it comes from and what it tastes of.": (
        "Jeder sagt, woher er kommt und wonach er schmeckt."
    ),
    "All of them": "Alle",
    "Light roast": "Helle Röstung",
    "Medium roast": "Mittlere Röstung",
    "Dark roast": "Dunkle Röstung",
    "Light": "Hell",
    "Medium": "Mittel",
    "Dark": "Dunkel",
    "sold out": "ausverkauft",
    "sold out for now": "zurzeit ausverkauft",
    "Origin": "Herkunft",
    "Grown by": "Angebaut von",
    "Roast": "Röstung",
    "Harvested": "Geerntet",
    "Favourite of": "Lieblingskaffee von",
    "How to brew it": "So brühst du ihn",
    "metres above the sea": "Meter über dem Meer",
    "If you like this one": "Wenn du den magst",
    # single pages
    "Address": "Adresse",
    "E-mail": "E-Mail",
    "Telephone": "Telefon",
    "Who we are": "Wer wir sind",
    "Drinks": "Trinkt",
    "learnt from": "gelernt bei",
}
LABELS = {
    "de": _GERMAN,
    "de-at": _GERMAN | {"How to brew it": "So brühst du ihn auf"},
}
