"""What is sent to create, change and delete: method, path, query, body."""

import json

import pytest

from pelican_buttercms.api import WriteDialect, write_requests

PUBLISHED = {"status": "published"}


def sent(write, spelling=None):
    """Give the request's parts, its body decoded."""
    request = write.request(spelling)
    body = None if request.body is None else json.loads(request.body)
    return request.method, request.target, body


def test_posts_are_created_changed_and_deleted():
    """A change is a PATCH; a new slug among the values renames."""
    values = {"title": "T", "slug": "s", "tags": ["x"], **PUBLISHED}
    assert sent(write_requests.create_post(values)) == ("POST", "posts/", values)
    change = {"slug": "new", **PUBLISHED}
    assert sent(write_requests.change_post("a b/ü", change)) == (
        "PATCH",
        "posts/a%20b%2F%C3%BC/",
        change,
    )
    assert sent(write_requests.delete_post("s")) == ("DELETE", "posts/s/", None)


def test_pictures_of_a_post_are_taken_in_on_request_only():
    """The API's own default is to leave them where they are."""
    for build in (
        lambda **o: write_requests.create_post({"title": "T", "slug": "s", **PUBLISHED}, **o),
        lambda **o: write_requests.change_post("s", PUBLISHED, **o),
    ):
        assert "upload_images_to_media_library" not in sent(build())[2]
        assert sent(build(upload_images=True))[2]["upload_images_to_media_library"] is True


@pytest.mark.parametrize(
    "build",
    [
        lambda status: write_requests.create_post({"title": "T", "slug": "s", **status}),
        lambda status: write_requests.change_post("s", {"title": "T", **status}),
        lambda status: write_requests.create_page(
            "news", "s", "T", {"": {}}, status=status.get("status")
        ),
        lambda status: write_requests.change_page(
            "news", "s", {"": {}}, status=status.get("status")
        ),
        lambda status: write_requests.create_items(
            "people", [{"": {}}], status=status.get("status")
        ),
        lambda status: write_requests.change_item(
            "people", 7, {"": {}}, status=status.get("status")
        ),
    ],
)
def test_a_status_is_always_sent(build):
    """Without one the API would make a draft of a live page; nothing can be scheduled."""
    for status in ("published", "draft"):
        assert sent(build({"status": status}))[2]["status"] == status
    for wrong in ({}, {"status": None}, {"status": "scheduled"}):
        with pytest.raises(ValueError, match="published or draft"):
            build(wrong)


@pytest.mark.parametrize(
    ("build", "words"),
    [
        (lambda: write_requests.create_post({"slug": "s", **PUBLISHED}), "needs its title"),
        (lambda: write_requests.create_post({"title": "T", **PUBLISHED}), "needs its slug"),
        (
            lambda: write_requests.create_page("n", "", "T", {"": {}}, status="draft"),
            "needs its slug",
        ),
        (
            lambda: write_requests.create_page("n", "s", "", {"": {}}, status="draft"),
            "needs its title",
        ),
        (lambda: write_requests.create_page("n", "s", "T", {}, status="draft"), "in no locale"),
        (lambda: write_requests.change_post("x" * 101, PUBLISHED), "not a name"),
        (
            lambda: write_requests.change_page("n", "s", {"x" * 11: {}}, status="draft"),
            "locale",
        ),
    ],
)
def test_what_cannot_be_sent_is_refused(build, words):
    """Before any call is made."""
    with pytest.raises(ValueError, match=words):
        build()


def test_one_locale_of_a_page_is_named_in_the_query():
    """The default one is not named; its name may not be known."""
    page = write_requests.create_page("news", "s", "T", {"de": {"a": 1}}, status="draft")
    body = {"title": "T", "slug": "s", "status": "draft", "page_type": "news", "fields": {"a": 1}}
    assert sent(page) == ("POST", "pages/?locale=de", body)
    page = write_requests.change_page("*", "s", {"": {"a": 1}}, status="draft")
    assert sent(page) == ("PATCH", "pages/*/s/", {"status": "draft", "fields": {"a": 1}})
    page = write_requests.change_page("news", "s", {"de": {"a": 1}}, status="draft")
    assert sent(page)[1] == "pages/news/s/?locale=de"


def test_several_locales_are_sent_inside_their_names():
    """With one status for all of them; the default one has to be named as well."""
    versions = {"en": {"a": 1}, "de": {"a": 2}}
    page = write_requests.create_page("news", "s", "T", versions, status="draft")
    assert sent(page)[1] == "pages/"
    assert sent(page)[2]["fields"] == versions
    with pytest.raises(ValueError, match="name the default one"):
        write_requests.create_page("news", "s", "T", {"": {}, "de": {}}, status="draft")


@pytest.mark.parametrize("fields", [{"en": {"x": 1}}, {"en": "text", "title": "T"}])
def test_fields_that_are_named_like_locales_are_sent_by_locale(fields):
    """The API would take them for translations, and spread one version over several."""
    for locale in ("de", "en"):
        page = write_requests.change_page(
            "news", "s", {locale: fields}, status="draft", locales=["en", "de"]
        )
        assert sent(page) == (
            *("PATCH", "pages/news/s/"),
            {"status": "draft", "fields": {locale: fields}},
        )
    with pytest.raises(ValueError, match="named like locales"):
        write_requests.change_page("news", "s", {"": fields}, status="draft", locales=["en", "de"])


@pytest.mark.parametrize("fields", [{"qa": {"a": 1}}, {"en": {}, "pt-BR": {}}, {"en": "text"}, {}])
@pytest.mark.parametrize("locales", [(), ("fr", "de")])
def test_only_the_accounts_own_locales_are_locales(fields, locales):
    """A component may have a name of two letters."""
    for build in (
        lambda v: write_requests.create_page("n", "s", "T", v, status="draft", locales=locales),
        lambda v: write_requests.change_page("n", "s", v, status="draft", locales=locales),
        lambda v: write_requests.change_item("n", 7, v, status="draft", locales=locales),
    ):
        assert sent(build({"": fields}))[2]["fields"] == fields
    items = write_requests.create_items("n", [{"": fields}], status="draft", locales=locales)
    assert sent(items)[2]["fields"] == [fields]


def test_items_are_created_together_and_changed_in_part():
    """A PUT would empty what is not sent."""
    items = write_requests.create_items(
        "people", [{"": {"name": "A"}}, {"": {"name": "B"}}], status="draft"
    )
    body = {"key": "people", "status": "draft", "fields": [{"name": "A"}, {"name": "B"}]}
    assert sent(items) == ("POST", "content/", body)
    versions = {"en": {"a": 1}, "de": {"a": 2}}
    items = write_requests.create_items("people", [versions], status="draft")
    assert sent(items)[2]["fields"] == [versions]
    for number in (0, 101):
        with pytest.raises(ValueError, match="1 to 100 items"):
            write_requests.create_items("people", [{"": {}}] * number, status="draft")
    item = write_requests.change_item("people", 7, {"": {"a": 1}}, status="draft")
    assert sent(item) == ("PATCH", "content/people/7/", {"status": "draft", "fields": {"a": 1}})
    item = write_requests.change_item("people", 7, versions, status="draft")
    assert sent(item)[2]["fields"] == versions
    assert sent(write_requests.delete_item("people", 7)) == ("DELETE", "content/people/7/", None)


def test_a_translation_of_a_post_is_named_in_the_query():
    """Without a locale the post's own version is meant."""
    write = write_requests.change_post("hello", {"title": "Hallo", **PUBLISHED}, locale="de")
    assert sent(write)[:2] == ("PATCH", "posts/hello/?locale=de")
    assert sent(write_requests.delete_post("hello", locale="de"))[1] == "posts/hello/?locale=de"


def test_an_items_locale_is_told_by_nesting_alone():
    """No document has a locale in the query for items: ignored, it would hit the default one."""
    item = write_requests.change_item("people", 7, {"de": {"a": 1}}, status="draft")
    assert sent(item)[1:] == ("content/people/7/", {"status": "draft", "fields": {"de": {"a": 1}}})


def test_each_spelling_is_of_the_same_write():
    """The page type's name and a picker's form are what the documents disagree on."""
    pick = {"type": "hero", "fields": {"parts": [{"type": "quote", "fields": {"text": "x"}}]}}
    fields = {"body": [pick], "type": "news", "rows": [{"type": "a", "fields": "b"}]}
    write = write_requests.create_page("news", "s", "T", {"": fields}, status="draft")
    assert write.names_a_page_type
    assert write.picking == {"body", "parts"}
    assert sent(write)[2]["fields"] == fields
    body = sent(write, WriteDialect("page-type", "key"))[2]
    assert "page_type" not in body
    assert body["page-type"] == "news"
    assert body["fields"] == {**fields, "body": [{"hero": {"parts": [{"quote": {"text": "x"}}]}}]}
    plain = write_requests.change_post("s", PUBLISHED)
    assert not plain.names_a_page_type
    assert not plain.picking
    assert not write_requests.delete_post("s").picking
