"""The spelling of a page's type and of pickers that an account takes: found, and kept."""

import pytest

from pelican_buttercms.api import write_requests
from pelican_buttercms.errors import InvalidRequestError

PICK = [{"type": "hero", "fields": {"line": "x"}}]
SCHEMAS = {
    "page_types": {"news": {"line": {"type": "text"}, "body": {"type": "component_picker"}}},
    "components": {"hero": {"line": {"type": "text"}}},
}


@pytest.mark.parametrize("shape", ["fields", "array", "empty-key"])
@pytest.mark.parametrize("picker", ["both", "type", "key"])
@pytest.mark.parametrize("key", ["both", "underscore", "hyphen"])
def test_the_accounts_spelling_is_found_and_kept(writing, blog, account, shape, picker, key):
    """A refused write has done nothing, so the other spelling may be tried; then it is known."""
    account._write("schemas.json", SCHEMAS)
    emulator = blog(page_type_key=key, picker_form=picker, errors=shape)
    writer = writing(emulator)

    def page(slug):
        fields = {"line": "", "body": PICK}
        return write_requests.create_page("news", slug, "T", {"": fields}, status="published")

    writer.send(page("a"))
    calls = len(emulator.calls)
    wrong = (key == "hyphen") + (picker == "key")
    assert calls == 1 + wrong
    writer.send(page("b"))
    assert len(emulator.calls) == calls + 1
    assert emulator.account.pages["news"]["b"]["fields"]["body"] == PICK


def test_a_refusal_for_another_reason_is_reported_as_it_was(writing, blog, account):
    """The first one, after one more try; what is no page type is none in either spelling."""
    emulator = blog()
    write = write_requests.create_page("nothing", "a", "T", {"": {}}, status="published")
    with pytest.raises(InvalidRequestError, match="page type that exists"):
        writing(emulator).send(write)
    assert len(emulator.calls) == 2
