"""Pages, from front matter to the CMS: fields of every kind, locales, and what stays untouched."""

import json

import pytest

TEXT = {"type": "text"}
SCHEMAS = {
    "page_types": {
        "landing": {
            "headline": TEXT,
            "body": TEXT,
            "hero": {"type": "component", "component": "hero"},
            "sections": {"type": "component_picker", "components": ["hero", "quote"]},
            "facts": {"type": "repeater", "fields": {"label": TEXT, "value": TEXT}},
            "lead": {"type": "reference", "to": "item:team"},
            "related": {"type": "reference", "to": "page:landing", "many": True},
            "photo": {"type": "media"},
            "count": {"type": "number"},
            "featured": {"type": "checkbox"},
        }
    },
    "components": {"hero": {"title": TEXT, "image": {"type": "media"}}, "quote": {"text": TEXT}},
    "collections": {"team": {"name": TEXT}},
}
TWO = "kind: page\npage_type: landing\ntitle: Two\nslug: two\n"
CDN = "https://cdn.buttercms.com/"
HERO = {"type": "hero", "fields": {"title": "A hero", "image": ""}}


@pytest.fixture
def landing(account):
    """An account with two landing pages and a team."""
    account.schemas(**SCHEMAS)
    account.collection("team", {"id": 7, "name": "Jane"}, {"id": 8, "name": "Joe"})
    account.page("landing", "home", **_fields())
    account.page("landing", "about", **_fields(related=[], sections=[HERO]))
    return account


def _fields(**changes):
    fields = {
        "headline": "Welcome",
        "body": "<p>Hello <b>there</b></p>",
        "hero": {"title": "Hero", "image": f"{CDN}abc"},
        "sections": [{"type": "quote", "fields": {"text": "So true"}}],
        "facts": [{"label": "Age", "value": "7"}],
        "lead": {"$ref": "item:team/7"},
        "related": [{"$ref": "page:landing/about"}],
        "photo": f"{CDN}def",
        "count": 3,
        "featured": True,
    }
    return fields | changes


NEW = """\
---
kind: page
page_type: landing
title: Our story
slug: story
status: published
fields:
  headline: "Yes: no"
  hero:
    title: Story
    image: ""
  sections:
    - hero: {title: Inside, image: ""}
    - type: quote
      fields: {text: Indeed}
  facts:
    - {label: Since, value: "1999"}
  lead: team:8
  related: [home, about]
  photo: ""
  count: 12
  featured: false
---
The *story*.
"""


def test_a_new_page_has_every_kind_of_field(landing, desk):
    """Components, pickers in both forms, repeaters, references and numbers arrive as meant."""
    at = desk()
    done = at.publish(at.write("story.md", NEW))
    assert done.code == 0, done
    page = at.page("landing", "story")
    assert page["status"] == "published"
    assert page["name"] == "Our story"
    assert page["fields"] == {
        "headline": "Yes: no",
        "body": page["fields"]["body"],
        "hero": {"title": "Story", "image": ""},
        "sections": [
            {"type": "hero", "fields": {"title": "Inside", "image": ""}},
            {"type": "quote", "fields": {"text": "Indeed"}},
        ],
        "facts": [{"label": "Since", "value": "1999"}],
        "lead": {"$ref": "item:team/8"},
        "related": [{"$ref": "page:landing/home"}, {"$ref": "page:landing/about"}],
        "photo": "",
        "count": 12,
        "featured": False,
    }
    assert page["fields"]["body"].strip() == "<p>The <em>story</em>.</p>"
    assert at.plan("content/drafts/story.md").code == 0


def test_one_changed_field_of_a_live_page_leaves_everything_else(landing, desk):
    """Its status, its other fields and its other locales stay, and one write is sent."""
    landing.settings(locales=["en", "de"], default_locale="en")
    landing.translate("pages/landing/home", "de", fields=_fields(headline="Willkommen"))
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    draft = "kind: page\npage_type: landing\nslug: home\nid: home\nfields: {hero: {title: New}}\n"
    path = at.write("home.yaml", draft)
    before = json.loads(json.dumps(at.page("landing", "home")))
    assert at.plan(path).code == 1  # it was not made from what the CMS holds
    done = at.publish("--ours", path)
    assert done.code == 0, done
    after = at.page("landing", "home")
    assert after["status"] == "published"
    assert after["locales"] == before["locales"]
    assert after["fields"].pop("hero") == {"title": "New", "image": f"{CDN}abc"}
    assert before["fields"].pop("hero") == {"title": "Hero", "image": f"{CDN}abc"}
    assert after["fields"] == before["fields"]
    assert at.sent() == [("PATCH", "/pages/landing/home/")]


def test_what_the_api_cannot_do_is_said_before_anything_is_sent(landing, desk):
    """A page's title and slug cannot change; all problems are told at once, and nothing is sent."""
    at = desk()
    head = "kind: page\npage_type: landing\nid: home\nslug: "
    drafts = [
        at.write("slug.yaml", f"{head}start\ntitle: Home\nfields: {{headline: New}}\n"),
        at.write("type.yaml", "kind: page\npage_type: landng\nslug: x\ntitle: X\nfields: {}\n"),
        at.write("gone.yaml", "kind: item\ncollection: team\nid: 99\nbase: 0123456789abcdef\n"),
    ]
    done = at.publish("--ours", *drafts)
    assert done.code == 1
    assert "the API cannot change the slug of a page, here from 'home' to 'start'" in done.out
    assert "the account has no page type 'landng'" in done.out
    assert at.sent() == []


def test_missing_and_misspelt_fields_are_found_before_the_first_write(landing, desk):
    """Keys that every page fills are required, unknown ones are refused, wrong kinds as well."""
    at = desk()
    text = NEW.replace("  count: 12\n", "  count: many\n").replace("  photo:", "  foto:")
    done = at.publish(at.write("bad.md", text.replace('  headline: "Yes: no"\n', "")))
    assert done.code == 1
    for part in ("headline", "foto", "photo", "count"):
        assert f"`{part}`" in done.text or part in done.text
    assert at.sent() == []


def test_references_have_to_lead_somewhere(landing, desk):
    """A reference to nothing is a problem; one that only the CMS knows is asked for there."""
    at = desk()
    done = at.publish(at.write("story.md", NEW.replace("team:8", "team:99")))
    assert done.code == 1
    assert "team:99 is not at the CMS" in done.out
    assert at.sent() == []


def test_a_translation_is_added_to_a_page(landing, desk):
    """A draft in another locale of a page that is there is a change in that locale alone."""
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    german = NEW.replace("slug: story", "slug: home\nlocale: de").replace("Our story", "Home")
    done = at.publish(at.write("home.md", german))
    assert done.code == 0, done
    assert "is a new translation" in done.out
    page = at.page("landing", "home")
    assert page["fields"]["headline"] == "Welcome"
    assert page["locales"]["de"]["fields"]["headline"] == "Yes: no"
    assert page["locales"]["de"]["status"] == "published"  # as the draft says
    assert at.plan("content/drafts/home.md").code == 0


def test_a_translation_without_a_status_is_a_draft(landing, desk):
    """The page is live in English; that says nothing of its German."""
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    german = NEW.replace("slug: story", "slug: home\nlocale: de").replace("Our story", "Home")
    done = at.publish(at.write("home.md", german.replace("status: published\n", "")))
    assert done.code == 0, done
    page = at.page("landing", "home")
    assert (page["status"], page["locales"]["de"]["status"]) == ("published", "draft")


def test_a_live_page_cannot_be_taken_back(landing, desk):
    """The API lays a draft over it and it stays live: that is said, and nothing is sent."""
    at = desk()
    head = "kind: page\npage_type: landing\nid: home\nslug: home\nstatus: draft\n"
    stopped = at.publish("--ours", at.write("home.yaml", f"{head}fields: {{count: 3}}\n"))
    assert stopped.code == 1
    assert "the API cannot unpublish a live page" in stopped.out
    assert at.sent() == []
    done = at.publish("--ours", at.write("home.yaml", f"{head}fields: {{count: 4}}\n"))
    assert done.code == 0, done
    assert "The live page stays as it is" in done.out
    page = at.page("landing", "home")
    assert (page["fields"]["count"], page["draft"]["fields"]["count"]) == (3, 4)
    again = at.publish("--status", "published", "content/drafts/home.yaml")
    assert again.code == 0, again  # one's own draft is no unseen one
    assert at.page("landing", "home")["fields"]["count"] == 4


@pytest.mark.parametrize("link", [{"url": f"{CDN}abc", "alt": "Words"}, {"url": f"{CDN}abc"}])
def test_a_component_that_looks_like_a_picture(account, desk, link):
    """It comes back as it is, and what stands beside it can be changed."""
    account.page("landing", "home", headline="Hi", link=link)
    at = desk()
    at.site.configure(BUTTERCMS_PAGE_TYPES=["landing"])
    assert at.command("export", "--to", "content/drafts").code == 0
    (path,) = (at.site.folder / "content/drafts/pages/landing").iterdir()
    assert at.plan(path).code == 0
    path.write_text(path.read_text().replace("Hi", "Hello"))
    done = at.publish(path)
    assert done.code == 0, done
    fields = at.page("landing", "home")["fields"]
    assert fields == {"headline": "Hello", "link": link}


def test_a_new_page_in_two_locales_is_one_write(landing, desk):
    """One file with several locales is sent in the API's second format."""
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    fields = json.dumps(_wire_fields("Hello"))
    german = json.dumps(_wire_fields("Hallo"))
    text = f"{TWO}fields:\n  en: {fields}\n  de: {german}\n"
    done = at.publish(at.write("two.yaml", text))
    assert done.code == 0, done
    page = at.page("landing", "two")
    assert page["fields"]["headline"] == "Hello"
    assert page["locales"]["de"]["fields"]["headline"] == "Hallo"
    assert at.sent() == [("POST", "/pages/")]
    again = at.plan("content/drafts/two.yaml")
    assert again.code == 0, again


def test_the_locales_of_a_new_page_may_have_different_statuses(landing, desk):
    """It is made as a draft, and what is to be live is published then."""
    at = desk(account={"locales": ["en", "de"], "default_locale": "en"})
    at.site.configure(BUTTERCMS_LOCALES=["en", "de"])
    one, two = json.dumps(_wire_fields("Hello")), json.dumps(_wire_fields("Hallo"))
    status = "status: {en: published, de: draft}\n"
    text = f"{TWO}{status}fields:\n  en: {one}\n  de: {two}\n"
    done = at.publish(at.write("two.yaml", text))
    assert done.code == 0, done
    page = at.page("landing", "two")
    assert (page["status"], page["locales"]["de"]["status"]) == ("published", "draft")
    assert page["fields"]["headline"] == "Hello"
    assert at.plan("content/drafts/two.yaml").code == 0


def test_a_pending_draft_of_an_editor_is_not_published_along(landing, desk):
    """An unfinished draft over a live page stops a write that would publish it."""
    landing.overlay("pages/landing/home", fields=_fields(headline="Half fin"), status="draft")
    at = desk()
    head = "kind: page\npage_type: landing\nid: home\nslug: home\n"
    draft = f"{head}status: published\nfields: {{count: 5}}\n"
    path = at.write("home.yaml", draft)
    done = at.publish("--ours", path)
    assert done.code == 1
    assert "live with an editor's unpublished changes" in done.out
    assert at.sent() == []
    at.write("home.yaml", draft.replace("status: published\n", ""))
    done = at.publish("--ours", path)
    assert done.code == 0, done
    page = at.page("landing", "home")
    assert page["fields"]["count"] == 3  # live is as it was
    assert page["draft"]["fields"]["count"] == 5
    assert page["draft"]["fields"]["headline"] == "Half fin"


def _wire_fields(headline):
    return _fields(headline=headline, lead="team:7", related=["about"])
