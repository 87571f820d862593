"""The sample site: Harbour Lane Coffee, built from the account in `cms/` without any network."""

from pathlib import Path

HERE = Path(__file__).parent

SITENAME = "Harbour Lane Coffee"
SITESUBTITLE = "Roasted by the water, at number 9"
SITEURL = ""
AUTHOR = "Harbour Lane Coffee"
TIMEZONE = "Europe/London"
DEFAULT_LANG = "en"
DEFAULT_DATE_FORMAT = "%-d %B %Y"

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
BUTTERCMS_FRONT_PAGE = "landing-page/home"
BUTTERCMS_MEDIA = "download"  # nothing on the site loads from elsewhere
MENU_COLLECTION = "site_menu"
INDEX_TITLE = "Journal"
INDEX_SUBTITLE = "Harvests, recipes, and what went wrong this week."

# The journal, beside the front page.
INDEX_SAVE_AS = "journal/index.html"
ARTICLE_URL, ARTICLE_SAVE_AS = "journal/{slug}/", "journal/{slug}/index.html"
PAGE_URL, PAGE_SAVE_AS = "{slug}/", "{slug}/index.html"
YEAR_ARCHIVE_URL, YEAR_ARCHIVE_SAVE_AS = "journal/{date:%Y}/", "journal/{date:%Y}/index.html"
CATEGORY_URL, CATEGORY_SAVE_AS = "category/{slug}/", "category/{slug}/index.html"
TAG_URL, TAG_SAVE_AS = "tag/{slug}/", "tag/{slug}/index.html"
AUTHOR_URL, AUTHOR_SAVE_AS = "author/{slug}/", "author/{slug}/index.html"
PAGINATION_PATTERNS = [
    (1, "{base_name}/", "{base_name}/index.html"),
    (2, "{base_name}/page/{number}/", "{base_name}/page/{number}/index.html"),
]
DEFAULT_PAGINATION = 9

# The list of all coffees: a template that reads the collection, without a page in the CMS.
DIRECT_TEMPLATES = ["index", "archives", "authors", "categories", "tags", "coffees", "404"]
COFFEES_URL, COFFEES_SAVE_AS = "coffee/", "coffee/index.html"

PLUGINS = ["pelican_buttercms"]
