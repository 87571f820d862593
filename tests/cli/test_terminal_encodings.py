"""What a terminal cannot show is shown as something else, and ends nothing."""

import pytest

TITLE = "Neu 😀 漢"


@pytest.mark.parametrize("encoding", ["cp1252", "latin-1", "ascii"])
@pytest.mark.parametrize(
    "words",
    [
        ("publish", "content/x.md", "--dry-run"),
        ("publish", "content/odd 😀.md", "--dry-run"),
        ("pull",),
        ("status",),
        ("diff",),
        ("export", "--to", "exported"),
        ("generations",),
    ],
)
def test_every_command_prints_what_it_can(site, account, encoding, words):
    """As where the output of a Windows console goes into a file."""
    account.post("one", title=TITLE)
    site.fresh = True
    site.write("content/x.md", f"Title: {TITLE}\n\nx\n")
    site.write("content/odd 😀.md", f"Title: {TITLE}\nStatus: 😀\n\nx\n")
    env = {"PYTHONIOENCODING": encoding, "BUTTERCMS_WRITE_TOKEN": "w" * 20}
    done = site.command(*words, env=env)
    printed = done.stdout + done.stderr
    assert "Traceback" not in printed
    assert "UnicodeEncodeError" not in printed
    assert done.returncode in {0, 1, 2}


def test_a_build_is_not_ended_by_its_own_warning(site, account):
    """Pelican's log prints names of content, too."""
    account.post("one", title=TITLE, body='<a href="{filename}/😀.md">x</a>')
    site.fresh = True
    printed = site.build(env={"PYTHONIOENCODING": "cp1252"})
    assert "Traceback" not in printed
    assert "Unable to find '/?.md'" in printed
