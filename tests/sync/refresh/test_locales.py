"""Which locales are asked when a webhook started the build."""

import json

from pelican_buttercms.content import Key
from pelican_buttercms.settings.locales import Locale

from .keys import PAGE, POST


def locales(*names):
    """Give settings for these locales."""
    return {"locales": tuple(Locale(name, name or "en") for name in names)}


def test_each_locale_is_asked_for_as_far_as_the_event_leaves_it_open(account, play, make_body):
    """A page's event names its locale; a post's does not, so its slug is asked for in each."""
    account.settings(locales=["en", "de"])
    account.post("hello")
    account.translate("posts/hello", "de", slug="hallo", title="Hallo")
    account.page("news", "home", line="Old")
    account.translate("pages/news/home", "de", fields={"line": "Alt"})
    account.collection("people", {"id": 7, "name": "Ada"})
    played = play(**locales("en", "de"))
    played.plain()
    account_ = played.emulator.account
    account_.pages["news"]["home"]["locales"]["de"]["fields"] = {"line": "Neu"}
    played.build(json.dumps(make_body("page.published", "home", locale="de")))
    assert played.calls == ["/v2/pages/news/home/"]
    assert played.manifests() == played.pulled()
    played.build(json.dumps(make_body("page.published", "home", locale="fr")))
    assert played.calls == []
    account_.posts["hello"]["locales"]["de"]["title"] = "Servus"
    played.build(json.dumps(make_body("post.published", "hallo")))
    assert played.calls == ["/v2/posts/hallo/"] * 2
    assert played.manifests() == played.pulled()
    del account_.posts["hello"]["locales"]["de"]
    played.build(json.dumps(make_body("post.delete", "hallo")))
    assert played.calls == ["/v2/posts/hallo/"] * 2
    assert Key("post", "", "hallo") not in played.manifests()["de"]
    assert POST in played.manifests()["en"]
    late = make_body("page.delete", "home", timestamp="2027-01-01T00:00:00")
    played.build(json.dumps(late))
    assert played.calls == ["/v2/pages/news/home/"] * 2  # which version is gone, it does not say
    assert played.manifests()["en"].keys() >= {PAGE}


def test_a_store_of_the_unnamed_default_looks_at_named_locales(played, make_body):
    """It may be the default's name: looking is never wrong."""
    late = make_body("page.delete", "home", locale="en", timestamp="2027-01-01T00:00:00")
    played.build(json.dumps(late))
    assert played.calls == ["/v2/pages/news/home/"]
    assert PAGE in played.manifests()[""]


def test_translations_with_one_number_cost_no_more(account, play, make_body):
    """The number may be that of all translations: what was read is not asked for again."""
    account.settings(locales=["en", "de"])
    account.post("hello")
    account.translate("posts/hello", "de", slug="hallo", title="Hallo")
    played = play(page_types={}, collections=(), **locales("en", "de"))
    played.plain()
    german = make_body("post.localization.published", "hallo", locale="de")
    played.build(json.dumps(german))
    assert played.calls == ["/v2/posts/hallo/"]
    for slug in ("hello", "hello", "hallo"):
        played.build(json.dumps(make_body("post.published", slug)))
        assert played.calls == [f"/v2/posts/{slug}/"] * 2
        assert played.manifests() == played.pulled()
