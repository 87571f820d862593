"""What templates reach of a record: dates, neighbours, files by their type, missing fields."""

import pytest

PDF = "https://d2devwt40at1e2.cloudfront.net/api/file/AAA"
LEGACY = "https://d2wzhk7xhrnk1x.cloudfront.net/BBB_price list.pdf".replace(" ", "%20")
PICTURE = "https://cdn.buttercms.com/CCC"


def page_of(site, template):
    """Build the page `a` of the type `thing` with a template."""
    site.write("templates/page.html", template)
    site.configure(
        BUTTERCMS_PAGE_TYPES=["thing"],
        BUTTERCMS_COLLECTIONS=["menu"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    printed = site.build()
    return site.read("pages/a.html"), printed


@pytest.mark.parametrize(
    "name", ["items", "keys", "values", "get", "count", "index", "title", "update", "pop"]
)
def test_a_field_that_is_missing_is_undefined_whatever_its_name(site, account, name):
    """A method of Python's never stands for a field, and a field never for a method's pairs."""
    account.collection("menu", {"id": 1, "label": "One"})
    account.page("thing", "a", hero={"label": "x"})
    account.page("thing", "b", hero={name: "Mine"}, **{name: ["own"]})
    f = f"page.butter.fields.hero.{name}"
    text, _ = page_of(
        site,
        f"[{{{{ {f} }}}}|{{{{ {f} is defined }}}}|{{{{ {f}|default('none') }}}}|"
        f"{{% if {f} %}}yes{{% endif %}}|{{{{ buttercms.collections.menu[0].{name} }}}}|"
        f"{{{{ buttercms.collections.{name} is defined }}}}]"
        f"{{{{ page.butter|butter_name }}}}",
    )
    assert text == "[|False|none|||False]A"
    assert site.read("pages/b.html").startswith("[Mine|True|Mine|yes||False]")


def test_the_pairs_of_fields_are_still_there(site, account):
    """A loop over `items()`, and Jinja's filters that call it."""
    account.collection("menu", {"id": 1, "label": "One"})
    account.page("thing", "a", hero={"b": 1, "a": 2})
    text, _ = page_of(
        site,
        "{% set h = page.butter.fields.hero %}"
        "{% for k, v in h.items() %}{{ k }}{{ v }} {% endfor %}"
        "{{ h|dictsort }} {{ h.get('c', 3) }} {{ dict(h)|length }}",
    )
    assert text == "b1 a2 [('a', 2), ('b', 1)] 3 2"


def test_an_items_meta(site, account):
    """What the API says of an item besides its fields."""
    account.collection("menu", {"id": 7, "label": "One"})
    account.page("thing", "a")
    text, _ = page_of(site, "{% set i = buttercms.collections.menu[0] %}{{ i.meta.id }} {{ i.id }}")
    assert text == "7 7"


def test_a_date_is_a_date_in_the_sites_zone(site, account):
    """A day stays that day; a moment is the site's; no date prints nothing, another text warns."""
    account.collection("menu", {"id": 1})
    account.page(
        "thing", "a", day="2024-03-20T00:00:00Z", at="2024-12-31T23:30:00Z", none="", bad="soon <b>"
    )
    site.settings["TIMEZONE"] = "Europe/Berlin"
    text, printed = page_of(
        site,
        "{% set f = page.butter.fields %}{{ f.day|butter_date('%-d %B %Y') }}|"
        "{{ (f.at|butter_date).year }}|{{ f.at|butter_date('%H:%M <') }}|{{ f.none|butter_date }}|"
        "{{ f.none|butter_date('%Y') }}|{{ f.gone|butter_date('%Y') }}|"
        "{{ f.bad|butter_date('%Y') }}|"
        "{{ page.date|butter_date('%Y') }}|{{ page.butter.published|butter_date('%H') }}",
    )
    assert text == "20 March 2024|2025|00:30 &lt;|None||||2024|10"
    assert "pages/thing/a: 'soon <b>' is not a date" in printed


def test_a_file_that_is_no_picture_is_a_link(site, account):
    """By its extension, by the name of its field, or by what was downloaded."""
    account.page("thing", "a", photo=PICTURE, list=LEGACY, menu_pdf=PDF)
    account.collection("menu", {"id": 1})
    text, _ = page_of(site, "{{ page.content }}")
    assert f'<a href="{LEGACY}">BBB_price list.pdf</a>' in text
    assert f'<a href="{PDF}">AAA</a>' in text
    assert text.count("<img") == 1
    account.page("thing", "b", pdf={"url": "https://[", "alt": ""}, file=None)
    account.post("p", featured_image="https://[x.pdf")
    site.write("templates/article.html", "[{{ article.butter.featured_image|butter_media_type }}]")
    account.media("CCC.pdf", b"%PDF-1.7 x")
    account.media("AAA.png", b"\x89PNG\r\n\x1a\n")
    account.media("BBB.pdf", b"%PDF-1.7 y")
    site.configure(BUTTERCMS_MEDIA="download", BUTTERCMS_MAX_AGE=0)
    site.build()
    assert site.read("p.html") == "[application/pdf]"
    text = site.read("pages/a.html")
    assert text.count("<img") == 1  # the one whose field is named menu_pdf
    assert ".png" in text.partition("<img")[2].partition(">")[0]
    assert text.count(".pdf</a>") + text.count(">CCC</a>") == 2
