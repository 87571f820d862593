"""An account that is played, what it holds, and someone who asks it."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse
from werkzeug.wrappers import Request, Response

from pelican_buttercms.emulator import Emulator, create_app
from tests.servers import serving_app

from .bodies import EMPTY

SCHEMAS = {
    "page_types": {
        "news": {
            "headline": {"type": "text"},
            "hero": {"type": "component", "component": "hero"},
            "body": {"type": "component_picker", "components": ["hero", "quote"]},
            "links": {
                "type": "repeater",
                "fields": {"to": {"type": "reference", "to": "page:news"}},
            },
            "author": {"type": "reference", "to": "item:people", "many": False},
            "related": {"type": "reference", "to": "page:news", "many": True},
        }
    },
    "collections": {"people": {"name": {"type": "text"}, "role": {"type": "text"}}},
    "components": {
        "hero": {"line": {"type": "text"}, "image": {"type": "media"}},
        "quote": {"text": {"type": "text"}},
    },
}


class Caller:
    """Asks an emulator, with a token."""

    def __init__(self, app: Emulator, token: str = "write") -> None:
        self.app = app
        self.token = token

    def __call__(self, method: str, path: str, body: Any = None, **options: Any) -> TestResponse:
        """Send a request below /v2/."""
        headers = {"Authorization": f"Token {self.token}", **options.pop("headers", {})}
        if body is not None:
            options |= {"data": json.dumps(body), "content_type": "application/json"}
        return Client(self.app).open(f"/v2/{path}", method=method, headers=headers, **options)

    def get(self, path: str, **query: Any) -> Any:
        """Return the JSON of a read that must succeed."""
        names = {name.replace("__", "."): value for name, value in query.items()}
        answer = self("GET", path, query_string=names)
        assert answer.status_code == 200, answer.get_data(as_text=True)
        return answer.json

    def accepted(self, method: str, path: str, body: Any, **options: Any) -> None:
        """Send a write that must be accepted."""
        answer = self(method, path, body, **options)
        assert (answer.status_code, answer.json["status"]) == (202, "pending"), answer.json


@pytest.fixture
def news(account):
    """An account with one published page and one person."""
    account.page("news", "live", **EMPTY | {"headline": "Old", "hero": {"line": "a", "image": "b"}})
    account.collection("people", {"id": 7, "name": "Ada", "role": "Editor"})
    account.term("authors", "ada-lane", first_name="Ada", email="ada@site.example")


@pytest.fixture
def play(account):
    """Play the account, once it is filled; options are behaviours."""

    def start(**options: Any) -> Caller:
        (account.folder / "schemas.json").write_text(json.dumps(SCHEMAS))
        return Caller(create_app(account.folder, **options))

    account.settings(read_token="read", write_token="write", locales=["en", "de"])
    return start


@pytest.fixture
def recorded_account(account, recordings):
    """An account with the content of the recordings."""
    account.settings(read_token="the-read-token")
    for plural in ("authors", "categories", "tags"):
        stem = {"authors": "author", "categories": "category", "tags": "tag"}[plural]
        for entry in recordings[f"{plural}/test_{stem}_all"].json["data"]:
            account.term(plural, **entry)
    post = recordings["posts/test_post_get"].json["data"]
    slugs = {name: [term["slug"] for term in post[name]] for name in ("categories", "tags")}
    account.post(**post | slugs | {"author": post["author"]["slug"]})
    for name, page_type in (
        ("pages/test_page_all", "landing-page"),
        ("pages/test_page_all_without_page_type", "*"),
    ):
        (page,) = recordings[name].json["data"]
        known = {key: page[key] for key in ("name", "published", "updated")}
        account.page(page_type, page["slug"], **known, **page["fields"])
    content = recordings["content_fields/test_content_field_all_filtered"].json["data"]
    for key, items in content.items():
        account.collection(key, *(referring({"id": i["meta"]["id"], **i}) for i in items))
    return account


def referring(item):
    """Return a recorded item with references in place of what the API had expanded."""
    kept = {name: value for name, value in item.items() if name != "meta"}
    for name, value in kept.items():
        if isinstance(value, list):
            ids = [entry["meta"]["id"] for entry in value]
            kept[name] = [{"$ref": f"item:navigation_menu_item/{number}"} for number in ids]
    return kept


@pytest.fixture
def receiver():
    """A server that keeps what it is told."""
    got = []

    @Request.application
    def take(request):
        got.append((dict(request.headers), json.loads(request.get_data())))
        return Response("", 500 if request.path == "/broken" else 200)

    with serving_app(take) as url:
        yield SimpleNamespace(got=got, url=url)
