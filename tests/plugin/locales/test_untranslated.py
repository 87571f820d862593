"""A site of an account that ignores the locale of posts, built as a user builds it."""

import re

from pelican_buttercms.emulator import create_app
from tests.servers import serving_app


def test_posts_without_locales_are_no_translations(site, account):
    """One page of each post, no hreflang, said once; a page that was begun anew stays live."""
    account.settings(locales=["en", "de"], behaviour={"page_status": "present"})
    account.post("one")
    account.page("news", "n", text="English")
    account.translate("pages/news/n", "de", fields={"text": "Deutsch"})
    emulator = create_app(account.folder)
    asked = []

    def ignoring(environ, start_response):
        if "/posts/" in environ["PATH_INFO"]:
            asked.append(environ["QUERY_STRING"])
            query = re.sub(r"locale=\w+", "locale=en", environ["QUERY_STRING"])
            environ = environ | {"QUERY_STRING": query}
        return emulator(environ, start_response)

    site.configure(
        BUTTERCMS_LOCALES=["en", "de"],
        BUTTERCMS_PAGE_TYPES=["news"],
        BUTTERCMS_MAX_AGE=0,
        BUTTERCMS_MEDIA=None,
    )
    with serving_app(ignoring) as url:
        env = {"BUTTERCMS_API_URL": f"{url}/v2/", "BUTTERCMS_READ_TOKEN": "token"}
        said = site.build(env=env)
        assert said.count("no translations of posts") == 1
        assert len(asked) == 2
        assert "no translations of posts" not in site.build(env=env)
        assert len(asked) == 3
    assert "one.html" in site.files()
    assert "one-de.html" not in site.files()
    assert "hreflang" not in site.read("one.html")
    assert {"pages/n.html", "pages/n-de.html"} <= site.files()


def test_what_is_left_out_for_its_status_is_named_by_a_build(site, account):
    """A live listing that gives what was never published: a warning says which."""
    account.post("live")
    account.page("news", "n", text="x", status="draft", published=None)
    account.page("news", "begun", text="x", status="draft")
    account.settings(behaviour={"page_status": "present"})
    emulator = create_app(account.folder)

    def given_all(environ, start_response):
        query = f"{environ['QUERY_STRING']}&preview=1"
        return emulator(environ | {"QUERY_STRING": query}, start_response)

    site.configure(BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_MAX_AGE=0)
    with serving_app(given_all) as url:
        env = {"BUTTERCMS_API_URL": f"{url}/v2/", "BUTTERCMS_READ_TOKEN": "token"}
        said = " ".join(site.build(env=env).split())
        pulled = site.command("pull", env=env)
        assert pulled.returncode == 0
        for text in (said, " ".join((pulled.stdout + pulled.stderr).split())):
            assert "Left out of the live site" in text
            assert '1 page of news: "n (draft)"' in text
    assert "pages/begun.html" in site.files()
    assert "pages/n.html" not in site.files()
