from pelican_buttercms.content import Key
from pelican_buttercms.publish.write_model import WriteTarget
from pelican_buttercms.settings.locales import Locale


def test_body(small, draft, understand):
    """The body goes into the page type's field for it, or into the one that the file names."""
    found, _ = understand(draft(body="<p>Hi</p>"), small)
    other, _ = understand(draft(body="<p>Hi</p>", body_field="seo.title"), small)

    assert found.values["fields", "body"] == "<p>Hi</p>"
    assert other.values["fields", "seo", "title"] == "<p>Hi</p>"


def test_body_that_has_no_field(known, page, draft, understand):
    """A body without a field for it is a problem that names the fields; an empty one is none."""
    account = known(page("a", story="x", n=1))

    assert understand(draft(body=" "), account)[1] == []
    assert understand(draft(body="<p>Hi</p>"), account)[1] == [
        (
            "drafts/draft.md: has a body, and no field of a page of news is known to be for it"
            " (the fields that hold texts are: story). Name it as body_field, or"
            " leave the body empty."
        )
    ]


def test_body_that_is_given_twice(small, draft, understand):
    """A field and the body for it cannot both be meant, unless one is empty."""
    _, problems = understand(draft(body="<p>Hi</p>", fields={"body": "x"}), small)
    found, none = understand(draft(body="", fields={"body": "x"}), small)

    assert problems == [
        ("drafts/draft.md: `body` is given as a field and as the body: leave one away.")
    ]
    assert (found.values["fields", "body"], none) == ("x", [])


def test_targets(known, draft, understand):
    """A page is known by its slug, an item by its id, and a version by its locale."""
    account = known(locales=(Locale("en", "en"), Locale("de", "de")))
    page = draft(id="old", slug="new", locale="DE")
    new = draft(kind="item", group="team")

    assert understand(page, account)[0].target == WriteTarget(Key("page", "news", "old"), "de")
    assert understand(new, account)[0].target == WriteTarget(Key("item", "team", ""), "en")


def test_unknown_locale(known, draft, understand):
    """A locale that the site does not have is a problem."""
    account = known(locales=(Locale("en", "en"), Locale("de", "de")))

    assert understand(draft(locale="fr"), account)[1] == [
        (
            "drafts/draft.md: `locale` is 'fr', which BUTTERCMS_LOCALES does not name (known: de,"
            " en). Correct it, or add the locale there."
        )
    ]


def test_two_drafts_of_one_version(small, draft, understand):
    """Two files for the same version are a problem that names both; new items are never one."""
    others = [draft("other.md"), draft("third.md", slug="third")]
    items = [draft(f"{name}.yaml", kind="item", group="team") for name in "ab"]
    _, problems = understand(draft(), small, others=[*others, *items])

    assert problems == [
        (
            "drafts/other.md: is a draft of pages/news/new, and so is drafts/draft.md: publish one"
            " of them, or give them different slugs or locales."
        )
    ]
