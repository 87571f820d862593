"""What is written in several locales, and accounts whose locales nobody has named."""

import json

import pytest

TEXT = {"type": "text"}
QA = {"qa": {"type": "component", "component": "qa"}}
SCHEMAS = {
    "collections": {"team": {"name": TEXT, "role": TEXT}, "faq": QA},
    "page_types": {"landing": {"headline": TEXT}, "faq": QA},
    "components": {"qa": {"question": TEXT, "answer": TEXT}},
}
PAGE = "kind: page\npage_type: landing\nslug: {0}\ntitle: {1}\nstatus: published\n"


@pytest.fixture
def make(account, desk):
    """Make a desk with pages and items of so many locales."""

    def start(*locales, named=True, **behaviour):
        account.schemas(**SCHEMAS)
        account.collection("team", {"id": 7, "name": "Jane", "role": "Boss"})
        account.collection("faq", {"id": 8, "qa": {"question": "Why?", "answer": "So."}})
        account.page("landing", "home", headline="Hi")
        account.page("faq", "first", qa={"question": "Why?", "answer": "So."})
        of = {"locales": list(locales), "default_locale": "en"} if locales else {}
        at = desk(account=of, **behaviour)
        at.site.configure(
            BUTTERCMS_PAGE_TYPES=["landing", "faq"],
            BUTTERCMS_COLLECTIONS=["team", "faq"],
            **({"BUTTERCMS_LOCALES": list(locales)} if locales and named else {}),
        )
        return at

    return start


@pytest.mark.parametrize("errors", ["fields", "array", "error", "detail"])
@pytest.mark.parametrize("words", ["", "id: 7\n"])
def test_locales_that_nobody_has_named(make, errors, words):
    """The API refuses flat fields: the message says which setting is missing, and it is quick."""
    at = make("en", "de", named=False, errors=errors)
    for name in ("Ann", "Ben"):
        path = at.write(
            f"{name}.yaml", f"collection: team\n{words}fields: {{name: {name}, role: x}}\n"
        )
        if words:
            break
    stopped = at.publish("--ours", path if words else "content/drafts")
    assert stopped.code == 1
    assert "This account has locales, and BUTTERCMS_LOCALES is not set" in stopped.text
    assert len(at.sent()) == 1
    assert set(at.items("team")) == {7}
    assert at.items("team")[7]["name"] == "Jane"
    at.site.configure(
        BUTTERCMS_PAGE_TYPES=["landing", "faq"],
        BUTTERCMS_COLLECTIONS=["team", "faq"],
        BUTTERCMS_LOCALES=["en", "de"],
    )
    done = at.publish("--ours", "content/drafts")
    assert done.code == 0, done
    assert "an earlier run was interrupted" not in done.text


@pytest.mark.parametrize("locales", [(), ("en", "de")])
@pytest.mark.parametrize("id_", ["", "id: 8\n"])
def test_a_component_of_two_letters_is_no_locale(make, locales, id_):
    """Of a new or an old page or item, in an account with locales or without."""
    at = make(*locales)
    fields = "fields: {qa: {question: Who?, answer: We.}}\n"
    item = at.write("item.yaml", f"collection: faq\n{id_}{fields}")
    slug = "first" if id_ else "new"
    page = at.write("page.yaml", f"page_type: faq\nslug: {slug}\ntitle: First\n{fields}")
    done = at.publish("--ours", item, page)
    assert done.code == 0, done
    held = at.page("faq", slug)
    fields = held.get("draft", held)["fields"]
    assert fields["qa"] == {"question": "Who?", "answer": "We."}
    assert [i["qa"]["question"] for i in at.items("faq").values()][-1] == "Who?"
    assert at.plan(item, page).code == 0


def test_a_page_in_several_locales_has_one_title(make):
    """A second one is refused in the plan, new or as a translation, with what to do."""
    at = make("en", "de")
    at.write("new.en.yaml", PAGE.format("new", "New") + "fields: {headline: Hi}\n")
    at.write("new.de.yaml", PAGE.format("new", "Neu") + "fields: {headline: Hallo}\n")
    at.write("home.de.yaml", PAGE.format("home", "Heim") + "fields: {headline: Hallo}\n")
    stopped = at.publish("content/drafts")
    assert stopped.code == 1
    assert "'New' in content/drafts/new.en.yaml" in stopped.out
    assert "'Neu' in content/drafts/new.de.yaml" in stopped.out
    assert "one title in all its locales, here 'Home', and this draft gives 'Heim'" in stopped.out
    assert stopped.out.count("belongs into a field") == 2
    assert at.sent() == []
    at.write("new.de.yaml", PAGE.format("new", "New") + "fields: {headline: Hallo}\n")
    untitled = PAGE.replace("title: {1}\n", "")
    at.write("home.de.yaml", untitled.format("home") + "fields: {headline: Hallo}\n")
    done = at.publish("content/drafts")
    assert done.code == 0, done
    assert at.page("landing", "home")["locales"]["de"]["fields"] == {"headline": "Hallo"}
    assert at.page("landing", "new")["name"] == "New"


def test_all_locales_of_a_page_are_changed_by_one_write(make):
    """Those of one status; each is looked at until it shows."""
    at = make("en", "de", "fr")
    home = at.page("landing", "home")
    home["locales"] = {
        code: {
            "status": "published",
            "published": "2024-01-01T00:00:00Z",
            "fields": {"headline": code},
        }
        for code in ("de", "fr")
    }
    fields = "fields:\n" + "".join(f"  {c}: {{headline: New {c}}}\n" for c in ("en", "de", "fr"))
    path = at.write("home.yaml", f"page_type: landing\nslug: home\ntitle: Home\n{fields}")
    done = at.publish("--ours", path)
    assert done.code == 0, done
    assert at.sent() == [("PATCH", "/pages/landing/home/")]
    home = at.page("landing", "home")
    assert home["fields"]["headline"] == "New en"
    assert [v["fields"]["headline"] for v in home["locales"].values()] == ["New de", "New fr"]
    assert at.plan(path).code == 0


@pytest.mark.parametrize("locales", [(), ("en", "de")])
@pytest.mark.parametrize("status", ["published", "draft"])
def test_a_change_of_the_status_alone(make, locales, status):
    """A post, a page and an item: everything else stays, and the API takes it."""
    at = make(*locales)
    before = "draft" if status == "published" else "published"
    at.account.posts["hello"] = {"slug": "hello", "title": "Hello", "status": before, "body": "x"}
    at.items("team")[7]["status"] = before
    at.page("landing", "home")["status"] = before
    where = "locale: en\n" if locales else ""
    at.write(
        "p.yaml", f"kind: post\nid: hello\ntitle: Hello\nslug: hello\nstatus: {status}\n{where}"
    )
    at.write("i.yaml", f"collection: team\nid: 7\nstatus: {status}\n{where}")
    if status == "published":
        at.write(
            "g.yaml",
            f"page_type: landing\nid: home\nslug: home\ntitle: Home\nstatus: {status}\n{where}",
        )
    done = at.publish("--ours", "content/drafts")
    assert done.code == 0, done
    assert at.account.posts["hello"]["status"] == status
    assert at.account.posts["hello"]["title"] == "Hello"
    item = at.items("team")[7]
    assert (item["status"], item["name"], item["role"]) == (status, "Jane", "Boss")
    page = at.page("landing", "home")
    assert (page["status"], page["fields"]) == ("published", {"headline": "Hi"})
    assert at.plan("content/drafts").code == 0


@pytest.mark.parametrize("kind", ["page", "item"])
def test_one_of_two_locales_comes_to_nothing(make, kind):
    """What shows is kept, also that it is based on it; the next run writes the other one alone."""
    at = make("en", "de")
    at.page("landing", "home")["locales"] = {
        "de": {"status": "published", "published": "2024-01-01", "fields": {"headline": "Hallo"}}
    }
    at.items("team")[7]["locales"] = {"de": {"status": "published", "name": "Johanna", "role": "x"}}
    name = "headline" if kind == "page" else "name"
    head = (
        "page_type: landing\nslug: home\ntitle: Home\n"
        if kind == "page"
        else "collection: team\nid: 7\n"
    )
    path = at.write("x.yaml", f"{head}fields:\n  en: {{{name}: New}}\n  de: {{{name}: Neu}}\n")
    handle = at.app.writes.handle

    def half(request, *rest):
        body = json.loads(request.get_data())
        del body["fields"]["de"]
        request._cached_data = json.dumps(body).encode()
        return handle(request, *rest)

    at.app.writes.handle = half
    done = at.publish("--ours", path)
    assert done.code == 1
    assert f"{name} in de is not as it was sent" in done.text
    at.app.writes.handle = handle
    done = at.publish("--ours", path)
    assert done.code == 0, done
    assert len(at.sent()) == 2
    held = at.page("landing", "home") if kind == "page" else at.items("team")[7]
    german = held["locales"]["de"]
    assert (german["fields"] if kind == "page" else german)[name] == "Neu"
    assert at.plan(path).code == 0


@pytest.mark.parametrize("kind", ["page", "item"])
def test_fields_by_locale_while_no_locale_is_named(make, kind):
    """The plan says which setting is missing, once."""
    at = make("en", "de", named=False)
    page = "page_type: landing\nslug: home\ntitle: Home\nfields:\n  en: {headline: A}\n"
    item = "collection: team\nid: 7\nfields:\n  en: {name: A}\n  de: {name: B, role: x}\n"
    stopped = at.publish("--ours", at.write("x.yaml", page if kind == "page" else item))
    assert stopped.code == 1
    assert "BUTTERCMS_LOCALES does not name these locales" in stopped.out
    assert stopped.out.count("!") == 1
    assert at.sent() == []
