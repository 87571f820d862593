"""What a build tells GitHub Actions, and that the CMS's content tells GitHub nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from html.parser import HTMLParser
import io
import logging
import re
from types import SimpleNamespace

from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
import pytest

from pelican_buttercms.api.webhook_events.event import Event
from pelican_buttercms.clean_text import clean_lines
from pelican_buttercms.content import Key
from pelican_buttercms.errors import NoContentError
from pelican_buttercms.plugin.github import fail, report, report_pull
from pelican_buttercms.plugin.github.commands import annotation
from pelican_buttercms.plugin.github.facts import BuildFacts
from pelican_buttercms.plugin.github.summary import render, safe
from pelican_buttercms.store import Changes
from pelican_buttercms.sync.build_trigger import Trigger

TOKEN = "the-read-token"
NOW = datetime(2024, 5, 17, 12, tzinfo=UTC)
HOSTILE = (
    "::error title=Hacked::x\n::add-mask::a ##[warning]y | <img src=x onerror=alert(1)>"
    " [a](javascript:b) ![c](https://evil.example/d) `e` **f** @octocat #1 www.evil.example"
    " </td></table><script>g</script> %0A::set-output name=h::i ${{ secrets.X }}\n\n# Heading"
)
COMMAND = re.compile(r"\s*::(?P<name>[\w-]+)(?: (?P<options>.*?))?::(?P<text>.*)|.*##\[(?P<old>.*)")


def obeyed(output):
    """Return the commands in an output that GitHub's runner would follow, as it reads them."""
    commands, stopped = [], None
    for line in output.splitlines():
        found = COMMAND.match(line)
        if found is None:
            continue
        if stopped is not None:
            stopped = None if found["name"] == stopped else stopped
        elif found["name"] == "stop-commands":
            stopped = found["text"]
        else:
            data = found["text"].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
            commands.append((found["name"], found["options"], data))
    assert stopped is None
    return commands


class Tags(HTMLParser):
    """Names the tags of a document."""

    def __init__(self, text):
        super().__init__()
        self.found = set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        """Keep a tag."""
        self.found.add(tag)


def tags(markdown):
    """Return the tags that a Markdown text becomes, HTML in it included."""
    return Tags(MarkdownIt("commonmark").enable("table").render(markdown)).found


@pytest.fixture
def actions(tmp_path):
    """The variables of a step of GitHub Actions."""
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        "BUTTERCMS_READ_TOKEN": TOKEN,
    }


@pytest.fixture
def summary(tmp_path):
    """Read the summary, with its character references resolved."""
    return lambda: unescape((tmp_path / "summary.md").read_text())


@given(st.text())
def test_an_annotation_is_one_command_whatever_it_says(text):
    """What the runner reads is what was said, but for characters that nobody can see."""
    ((level, options, told),) = obeyed(annotation("warning", "a:b,c", text))
    assert (level, options) == ("warning", "title=a%3Ab%2Cc")
    assert told == clean_lines(text)


@given(st.text() | st.just(HOSTILE))
def test_a_text_in_the_summary_is_a_text(text):
    """No markup and no link comes of it, and it reads as it was."""
    told = safe(text, 5000)
    assert re.fullmatch(r"(?:[^\W_]|[ \u2060]|&#\d+;)*", told)
    assert tags(f"- **x:** {told}") <= {"ul", "li", "strong"}
    shown = unescape(told).replace("\u2060", "")
    assert shown == " ".join(clean_lines(text).split())


def facts(**values):
    """Build the facts of a build."""
    usual = {"mode": "live", "pulled_at": NOW, "made": 1, "saved": 8, "month": 9, "changes": None}
    return BuildFacts(**usual | values)


def test_the_summary_names_what_changed_within_bounds():
    """By kind and locale; ten names in a place, a hundred in all, never a megabyte."""
    keys = tuple(Key("post", "", f"slug-{n}{'&' * 300}") for n in range(500))
    locales = [f"l{n}" for n in range(50)]
    titles = {(name, key): HOSTILE * 20 for name in locales for key in keys}
    changes = {name: Changes(new=keys, updated=keys, deleted=keys) for name in locales}
    text = render(facts(changes=changes, titles=titles), ["\U0001f30a" * 9000] * 20, [], NOW)
    assert len(text.encode()) < 1024 * 1024
    assert text.count("slug") == 100
    assert "and 490 more" in text
    assert tags(text) <= {"h3", "ul", "li", "strong", "p"} | {
        *("table", "thead", "tbody", "tr", "th", "td")
    }
    rows = [line for line in text.splitlines() if line.startswith("| posts")]
    assert len(rows) == 50
    assert {line.count("|") for line in rows} == {5}


def test_what_is_the_same_in_all_locales_is_named_once():
    """Authors, categories and tags have no locale; nothing that stayed is named."""
    tag, page = Key("tag", "", "tea"), Key("page", "*", "about")
    both = Changes(updated=(tag, page), unchanged=(Key("post", "", "same"),))
    text = unescape(render(facts(changes={"en": both, "de": both}), [], [], NOW))
    assert text.count("tags/tea") == 1
    assert "pages [en] |  | **1** pages/*/about |  |" in text
    assert "pages [de]" in text
    assert "same" not in text


def test_the_summary_tells_what_the_content_is():
    """Mode, age, calls, drafts; and that nothing was asked for, or changed."""
    text = render(facts(mode="preview", drafts=3), [], [], NOW + timedelta(hours=5))
    assert "preview, all of it pulled 5 hours ago (2024-05-17 12:00 UTC)" in text
    assert "1 made, 8 saved, 9 this month" in text
    assert "| not published | 3 |" in text
    assert "Nothing was asked for" in text
    assert "Nothing changed." in render(facts(changes={"": Changes()}), [], [], NOW)


@pytest.fixture
def reporting(tmp_path, monkeypatch):
    """Build a report of this process, as `watch` does; return it and its stream."""
    environ = {"GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"), "BUTTERCMS_API_KEY": TOKEN}
    stream = io.StringIO()
    made = report.GitHubReport(environ, stream, lambda: NOW)
    monkeypatch.setattr(report, "_current", [made])
    made.begin()
    return made, stream


def log(made, name, text, **attributes):
    """Emit a warning of a logger."""
    record = logging.LogRecord(name, logging.WARNING, "", 0, "%s", (text,), None)
    vars(record).update(attributes)
    made.emit(record)


def test_only_what_is_ours_is_told(reporting, summary):
    """Warnings of Pelican and others stay in the log; a record may have a title."""
    made, stream = reporting
    log(made, "pelican.contents", "an empty alt")
    log(made, "pelican_buttercms.x", "1 reference leads nowhere", title="ButterCMS: references")
    log(made, "pelican_buttercms.x", "an answer was held back")
    made.finish()
    titles = [options for _, options, _ in obeyed(stream.getvalue())]
    assert titles == [
        "title=ButterCMS%3A references",
        "title=ButterCMS",
    ]
    assert "empty alt" not in summary()
    assert "1 reference leads nowhere" in summary()


def test_a_message_that_cannot_be_formatted_ends_nothing(reporting, capsys):
    """Whoever logs it: the handler reports it as those of the standard library do."""
    made, _ = reporting
    made.handle(logging.LogRecord("other", logging.CRITICAL, "", 0, "%d", ("no number",), None))
    assert "Logging error" in capsys.readouterr().err


def test_no_more_than_github_shows(reporting):
    """Ten of a kind for a step: the tenth says how many there are, each said once."""
    made, stream = reporting
    for number in range(30):
        log(made, "pelican_buttercms.x", f"warning {number}")
        log(made, "pelican_buttercms.x", f"warning {number}")
    made.finish()
    told = [text for _, _, text in obeyed(stream.getvalue())]
    assert len(told) == 10
    assert told[-1] == "And 21 more, in the summary of the job."


def test_no_secret_is_told(reporting, summary):
    """Neither of the environment nor of a .env file, wherever it got into a text."""
    made, stream = reporting
    made.hide({"BUTTERCMS_WRITE_TOKEN": "the-write-token"}.get)
    log(made, "pelican_buttercms.x", f"{TOKEN} and the-write-token")
    keys = Changes(new=(Key("post", "", TOKEN),))
    made.facts = facts(changes={"": keys}, titles={("", Key("post", "", TOKEN)): TOKEN})
    made.finish()
    told = stream.getvalue() + summary()
    assert "*** and ***" in told
    assert "read-token" not in told
    assert "write-token" not in told


def test_a_pull_is_told_like_a_build(reporting, summary):
    """What it brought, or what ended it."""
    made, stream = reporting
    scope = SimpleNamespace(mode="live")
    generation = SimpleNamespace(scope=scope, pulled_at=NOW)
    changes = {"": Changes(deleted=(Key("post", "", "gone"),))}
    pulled = SimpleNamespace(generations=[generation], changes=changes, calls=7)
    source = SimpleNamespace(environment=SimpleNamespace(get={}.get), calls_this_month=lambda: 70)
    by = Event(name="page.published", id="n", title="N|ews", editor="Ada\n# Lane")
    report_pull(source, pulled, Trigger("a test", (by,)))
    fail(NoContentError("Nothing is stored."))
    made.finish()
    assert "7 made, 70 this month" in summary()
    assert "Started by\n- page.published n (N|ews) by Ada #\u2060 Lane\n" in summary()
    assert "| posts |  |  | **1** posts/gone |" in summary()
    assert obeyed(stream.getvalue()) == [("error", "title=ButterCMS", "Nothing is stored.")]


def test_content_cannot_speak_to_the_runner(site, account, actions, tmp_path, summary):
    """Whatever is printed on the way, only our own annotations are commands."""
    account.post("p", title=HOSTILE, body=f"<p>{HOSTILE}</p><a href='{{filename}}::error::x'>y</a>")
    account.page("news", "a", name=HOSTILE, friend=f"/v2/pages/news/::error::{'x' * 40}/")
    site.configure(
        "print('::error::printed')", BUTTERCMS_PAGE_TYPES=["news"], BUTTERCMS_DANGLING="warn"
    )
    output = site.build(env=actions | {"COLUMNS": "40"})
    assert "::error::printed" in output
    commands = obeyed(output[output.index("::stop-commands::") :])
    assert {(name, options) for name, options, _ in commands} <= {
        ("warning", "title=ButterCMS%3A references"),
        ("warning", "title=ButterCMS"),
    }
    assert tags((tmp_path / "summary.md").read_text()) <= {
        *("h3", "ul", "li", "strong", "p", "table", "thead", "tbody", "tr", "th", "td")
    }
    assert "posts/p" in summary()


def test_nothing_is_told_elsewhere(site, account, actions):
    """Without GITHUB_ACTIONS there is neither a command nor a file."""
    account.post("p")
    output = site.build(env=actions | {"GITHUB_ACTIONS": ""})
    assert "::" not in output
    assert not (site.folder.parent / "summary.md").exists()


def test_a_summary_that_cannot_be_written_fails_nothing(site, account, actions):
    """The build is done all the same."""
    account.post("p")
    site.build(env=actions | {"GITHUB_STEP_SUMMARY": str(site.folder / "not/there.md")})
    assert "p.html" in site.files()


def test_a_build_tells_of_drafts_older_content_and_what_stopped_it(site, account, actions, summary):
    """A notice, a warning, an error; each with what to do."""
    account.post("p", status="draft")
    site.configure(BUTTERCMS_MAX_AGE=0)
    staging = {"BUTTERCMS_PREVIEW": "1", "BUTTERCMS_ENVIRONMENT": "staging"}
    output = site.build(env=actions | staging)
    text = "This build shows what is not published: 1."
    assert obeyed(output) == [("notice", "title=ButterCMS%3A drafts", text)]

    site.configure(BUTTERCMS_MAX_CALLS=1)
    told = obeyed(site.build(env=actions))
    assert [title for _, title, _ in told] == ["title=ButterCMS%3A older content"]
    assert "BUTTERCMS_MAX_CALLS" in told[0][2]

    site.configure(BUTTERCMS_CACHE_PATH="elsewhere")
    done = site.pelican(env=actions)
    assert done.returncode == 6
    ((level, title, text),) = obeyed(done.stdout)
    assert (level, title) == ("error", "title=ButterCMS")
    assert "### ButterCMS: the build stopped" in summary()
    assert text in summary().replace("\u2060", "")
