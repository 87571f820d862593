"""References as objects, and the whole graph in templates: files that the real Pelican wrote."""

import pytest


def test_references_are_objects_to_any_depth_and_in_circles(site, account):
    """A template walks from page to item to page and back, and sees who refers to it."""
    account.collection("farms", {"id": 1, "name": "La Vigía", "coffee": {"$ref": "page:coffee/a"}})
    account.page("coffee", "a", farm={"$ref": "item:farms/1"}, pairs=[{"$ref": "page:coffee/b"}])
    account.page("coffee", "b", pairs=[{"$ref": "page:coffee/a"}])
    site.write(
        "templates/page.html",
        "{% set f = page.butter.fields %}{% if f.farm %}{{ f.farm.name }}"
        " {{ f.farm.coffee.fields.farm.coffee.slug }} {{ f.pairs[0].fields.pairs[0].url }}"
        " {% for r in page.butter.referrers %}{{ r.owner.key }}:{{ r.path }};{% endfor %}"
        "{% endif %}",
    )
    site.configure(BUTTERCMS_PAGE_TYPES=["coffee"], THEME_TEMPLATES_OVERRIDES=["templates"])
    site.build()
    assert site.read("pages/a.html") == (
        "La Vigía a pages/a.html collections/farms/1:coffee;pages/coffee/b:pairs[0];"
    )


@pytest.mark.parametrize(
    ("policy", "code", "told"), [("warn", 0, True), ("drop", 0, False), ("fail", 1, True)]
)
def test_dangling_references_are_told_together_as_the_user_wants(site, account, policy, code, told):
    """BUTTERCMS_DANGLING warns, fails or drops; owner, field and target are named."""
    account.page("coffee", "draft-one", status="draft")
    account.page(
        "coffee", "a", pairs=[{"$ref": "page:coffee/draft-one"}, {"$ref": "page:coffee/a"}]
    )
    account.page("coffee", "b", best="/v2/pages/coffee/never")
    site.configure(BUTTERCMS_PAGE_TYPES=["coffee"], BUTTERCMS_DANGLING=policy)
    done = site.pelican()
    assert done.returncode == code
    assert ("pages/coffee/b, field best: pages/coffee/never" in done.stdout) is told


def test_what_is_referenced_and_was_not_named_is_pulled_too(site, account):
    """A URI names its page type or collection; BUTTERCMS_DISCOVER = False leaves it alone."""
    account.collection("farms", {"id": 1, "name": "La Vigía"})
    account.page("coffee", "a", farm={"$ref": "item:farms/1"})
    site.write("templates/page.html", "{{ page.butter.fields.farm.name }}")
    site.configure(BUTTERCMS_PAGE_TYPES=["coffee"], THEME_TEMPLATES_OVERRIDES=["templates"])
    site.build()
    assert site.read("pages/a.html") == "La Vigía"
    site.configure(BUTTERCMS_DISCOVER=False, BUTTERCMS_MAX_AGE=0)
    site.build()
    assert site.read("pages/a.html") == ""


def test_collections_and_media_are_at_hand_in_every_template(site, account):
    """`buttercms` holds the whole graph; media know their alternative texts."""
    account.collection(
        "menu", {"id": 2, "label": "B", "url": "/b"}, {"id": 1, "label": "A", "url": "/a"}
    )
    account.post("p")
    account.page("*", "x", photo="https://cdn.buttercms.com/DVG5DLMQ9ywaCwfEAgL2")
    account.media("DVG5DLMQ9ywaCwfEAgL2.png", b"\x89PNG png")
    account.media("alts.json", b'{"DVG5DLMQ9ywaCwfEAgL2": "A harbour"}')
    site.write(
        "templates/index.html",
        "{% for i in buttercms.collections.menu %}{{ i.label }}{{ i.url }} {% endfor %}"
        "{{ buttercms.posts|length }} {{ buttercms.authors[0].name }} {{ buttercms.mode }}"
        " {{ buttercms.page('*', 'x').fields.photo.alt }}"
        " {{ buttercms.page('*', 'x').fields.photo|butter_srcset([8, 16]) }}",
    )
    site.configure(
        BUTTERCMS_COLLECTIONS=["menu"],
        BUTTERCMS_PAGE_TYPES=["*"],
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.build()
    base = "https://cdn.buttercms.com/resize=width"
    assert site.read("index.html") == (
        "A/a B/b 1 Ada Lane live A harbour "
        f"{base}:8/DVG5DLMQ9ywaCwfEAgL2 8w, {base}:16/DVG5DLMQ9ywaCwfEAgL2 16w"
    )


def test_the_whole_graph_can_be_asked(site, account):
    """Lookups by name, listings, the time of the pull."""
    account.post("p", tags=["tea"])
    account.collection("farms", {"id": 1, "name": "F"})
    site.write(
        "templates/index.html",
        "{{ buttercms.post('p').title }}|{{ buttercms.item('farms', 1).name }}|"
        "{{ buttercms.post('gone') }}|{{ buttercms.tags[0].posts[0].slug }}|"
        "{{ buttercms.categories[0].url }}|{{ buttercms.pulled_at.tzinfo }}|"
        "{{ buttercms.age.days }}|{{ buttercms }}",
    )
    site.configure(BUTTERCMS_COLLECTIONS=["farms"], THEME_TEMPLATES_OVERRIDES=["templates"])
    site.build()
    text = site.read("index.html")
    assert text.startswith("P|F|None|p|category/news.html|UTC|0|<ButterCMS content of 20")


@pytest.mark.parametrize(
    ("behaviour", "levels"),
    [({}, 1), ({"expand": "object"}, 1), ({"one_to_one": "list"}, 1), ({}, 3)],
)
def test_the_site_is_the_same_however_the_api_gives_references(site, account, behaviour, levels):
    """As URIs or objects, one-to-one alone or in a list, expanded once or three times."""
    account.settings(behaviour=behaviour)
    account.collection("farms", {"id": 1, "name": "F", "coffee": {"$ref": "page:coffee/a"}})
    account.page("coffee", "a", farm={"$ref": "item:farms/1"}, pairs=[{"$ref": "page:coffee/b"}])
    account.page("coffee", "b", pairs=[{"$ref": "page:coffee/a"}])
    site.write(
        "templates/page.html",
        "{% set f = page.butter.fields %}{% if f.farm %}{{ (f.farm|butter_one).name }}"
        "{{ ((f.farm|butter_one).coffee|butter_one).url }} {{ f.pairs[0].fields.pairs[0].url }}"
        "{{ f.pairs[0].fields.pairs[0] is sameas page.butter }}{% endif %}",
    )
    site.configure(
        BUTTERCMS_PAGE_TYPES=["coffee"],
        BUTTERCMS_COLLECTIONS=["farms"],
        BUTTERCMS_LEVELS=levels,
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    site.build()
    assert site.read("pages/a.html") == "Fpages/a.html pages/a.htmlTrue"
