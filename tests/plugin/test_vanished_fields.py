"""A field that templates read and that is gone from the account is a warning."""

import pytest


@pytest.fixture
def built(site, account):
    """A site whose templates read fields in several ways, built once."""
    account.collection("menu", {"id": 1, "label": "One", "url": "/"})
    for slug in "ab":
        account.page(
            "thing",
            slug,
            headline="Up",
            hero={"title": "T", "photo": PHOTO},
            parts=[{"type": "call", "fields": {"text": "go"}}],
            note="",
        )
    site.write(
        "templates/page.html",
        "{{ page.title }}{{ page.butter.fields.headline }}\n"
        "{% set h = page.butter.fields.hero %}{{ h.title }}{{ h.photo }}\n"
        "{% for i in buttercms.collections.menu %}{{ i.label }}{% endfor %}\n"
        "{{ page.butter.fields.parts|butter_components }}{{ page.butter.fields.note }}",
    )
    site.write("templates/components/call.html", "{{ fields.text }}")
    site.configure(
        BUTTERCMS_PAGE_TYPES=["thing"],
        BUTTERCMS_COLLECTIONS=["menu"],
        BUTTERCMS_MAX_AGE=0,
        THEME_TEMPLATES_OVERRIDES=["templates"],
    )
    assert "is gone" not in site.build()
    return site


PHOTO = {"url": "/x.jpg", "alt": "x"}


def pages(account, **fields):
    """Write both pages; None takes a field away."""
    whole = {"headline": "Up", "hero": {"title": "T", "photo": PHOTO}, "note": ""}
    whole["parts"] = [{"type": "call", "fields": {"text": "go"}}]
    whole |= fields
    for slug in "ab":
        account.page("thing", slug, **{k: v for k, v in whole.items() if v is not None})


def test_a_renamed_field_is_named_once_with_its_templates(built, account):
    """Until a template reads it no more; also where nothing is incremental."""
    pages(account, headline=None, heading="Up")
    for more in ({}, {"BUTTERCMS_INCREMENTAL": False}):
        built.configure(**more)
        printed = built.build()
        assert printed.count("is gone from ButterCMS") == 1
        assert "The field 'headline' of pages/thing is gone" in printed
        assert "page.html line 1" in printed
        assert "New there: heading." in printed
    path = built.folder / "templates/page.html"
    path.write_text(path.read_text().replace("headline", "heading"))
    assert "is gone" not in built.build()
    pages(account)
    assert "The field 'heading' of pages/thing is gone" in built.build()


def test_fields_inside_of_fields_components_and_collections(built, account):
    """Each is named by where it was, with the template that reads it."""
    pages(
        account,
        hero={"name": "T", "photo": {"url": "/x.jpg"}},
        parts=[{"type": "call", "fields": {"words": "go"}}],
    )
    account.collection("menu", {"id": 1, "name": "One", "url": "/"})
    printed = built.build()
    assert "The field 'title' of 'hero' in pages/thing is gone" in printed
    assert "page.html line 2" in printed
    assert "The field 'text' of the component call is gone" in printed
    assert "components/call.html line 1" in printed
    assert "The field 'label' of collections/menu is gone" in printed
    assert "page.html line 3" in printed
    assert printed.count("is gone from ButterCMS") == 3


def test_what_is_no_alarm(built, account):
    """A field that one record lacks, that no template reads, an empty one, a type without pages."""
    pages(account)
    account.page("thing", "b", hero="", note="", parts=[])
    account.collection("menu")
    assert "is gone" not in built.build()
    for slug in "ab":
        account.delete(f"pages/thing/{slug}.json")
    assert "is gone" not in built.build("-e", "BUTTERCMS_MAX_DELETIONS=null")


def test_a_name_that_others_still_have_is_not_blamed_on_their_templates(built, account):
    """Another page type reads its own field of that name."""
    account.page("other", "o", headline="x")
    built.write("templates/other.html", "{{ page.butter.fields.headline }}")
    types = {"thing": {}, "other": {"template": "other"}}
    built.configure(BUTTERCMS_PAGE_TYPES=types)
    built.build()
    pages(account, headline=None)
    assert "is gone" not in built.build()
    account.page("other", "o", title="x")
    assert "The field 'headline' of pages/other is gone" in built.build()


def test_a_damaged_record_of_names_knows_nothing(built, account):
    """And is written anew."""
    (path,) = (built.folder / "cache").rglob("*.fields")
    path.write_bytes(b"x" * 40)
    pages(account, headline=None)
    assert "is gone" not in built.build()
    pages(account)
    built.build()
    pages(account, headline=None)
    assert "is gone" in built.build()
