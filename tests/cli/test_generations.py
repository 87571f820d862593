"""Seeing stored pulls, comparing them, and going back to one, as a user does."""

import json
import re

from pelican_buttercms.cli.formatting import word_diff

LONG = " ".join(f"word{number}" for number in range(60))
PREVIEW = {"BUTTERCMS_PREVIEW": "1"}


def pull(site, env=None):
    """Pull, and give the pull's id."""
    done = site.command("pull", "--json", env=env)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["generation"]


def read(site, *command, code=0):
    """Run a command that prints JSON."""
    done = site.command(*command, "--json")
    assert done.returncode == code, done.stderr
    return json.loads(done.stdout)


def two_pulls(site, account):
    """Pull twice in two locales: an item is new, one changed, one gone."""
    account.settings(locales=["en", "de"])
    account.post("one", title="First title", body=f"<p>{LONG}</p>")
    account.post("two")
    account.translate("posts/one", "de", title="Eins")
    account.page("*", "about", name="About us", heading="Hello")
    site.configure(
        BUTTERCMS_LOCALES=["en", "de"], BUTTERCMS_PAGE_TYPES=["*"], BUTTERCMS_MAX_AGE="*"
    )
    old = pull(site)
    account.post("one", title="Second title", body=f"<p>{LONG.replace('word30', 'other')}</p>")
    account.translate("posts/one", "de", title="Eins neu", body=f"<p>{LONG}</p>")
    account.post("three", title="A third")
    account.delete("posts/two.json")
    return old, pull(site)


def test_looking_makes_no_store(site):
    """Without a store each command says how to begin, and makes none."""
    for command in (["generations"], ["diff"], ["diff", "--preview"], ["rollback"]):
        done = site.command(*command)
        assert done.returncode == 1
        assert "`pelican-buttercms pull` fills it" in done.stdout + done.stderr
    assert read(site, "generations", code=1) == {"pulls": []}
    assert not (site.folder / "cache").exists()


def test_generations_are_listed_newest_first(site, account):
    """With when, what they cost and hold, what changed, and which one builds read."""
    old, new = two_pulls(site, account)
    rows = read(site, "generations")["pulls"]
    assert [row["id"] for row in rows] == [new, old]
    assert [row["in_use"] for row in rows] == [True, False]
    assert rows[0]["changes"] == {"new": 1, "updated": 2, "deleted": 1}
    assert rows[1]["changes"] is None
    assert rows[0]["records"] == 6  # the author and the category once
    headings, first, second = site.command("generations").stdout.splitlines()
    assert headings.split() == ["PULL", "CREATED", "CAUSE", "CALLS", "RECORDS", "CHANGES"]
    assert first.startswith(f"*  {new}  ")
    assert re.search(r" ago +full pull  ", first)
    assert "1 new, 2 updated, 1 deleted (builds read it)" in first
    assert second.startswith(f"   {old}  ")


def test_generations_of_preview_content(site, account):
    """`--preview` lists the pulls of drafts, which are others."""
    account.post("one")
    live, preview = pull(site), pull(site, PREVIEW)
    assert [row["id"] for row in read(site, "generations")["pulls"]] == [live]
    assert [row["id"] for row in read(site, "generations", "--preview")["pulls"]] == [preview]


def test_a_pull_of_other_locales_is_not_listed(site, account):
    """Only what has all of the site's locales could be built from."""
    two_pulls(site, account)
    site.configure(BUTTERCMS_LOCALES=["en"])
    alone = pull(site)
    assert read(site, "generations")["pulls"][0]["id"] == alone
    site.configure(BUTTERCMS_LOCALES=["en", "de"])
    assert len(read(site, "generations")["pulls"]) == 2


def test_a_diff_names_items_for_people_and_shows_fields_word_by_word(site, account):
    """Grouped by kind and locale; long texts are cut down to the change."""
    old, new = two_pulls(site, account)
    text = site.command("diff").stdout
    assert f"from live {old} (" in text
    assert f"to   live {new} (" in text
    assert "\x1b" not in text
    english, german = text.split("posts [en]\n")[1].split("posts [de]\n")
    assert "  + A third (posts/three)\n" in english
    assert "  - Two (posts/two)\n" in english
    assert "  ~ Second title (posts/one)\n" in english
    assert "      title: [-First-] {+Second+} title\n" in english
    around = "… word24 word25 word26 word27 word28 word29 [-word30-] {+other+} word31 "
    assert f"      body: {around}" in english
    assert "word1 " not in english
    assert german.startswith("  ~ Eins neu (posts/one)\n      title: Eins {+neu+}\n")


def test_a_diff_as_json(site, account):
    """Has both ids, and each item with its fields."""
    old, new = two_pulls(site, account)
    report = read(site, "diff")
    assert (report["old"], report["new"]) == (old, new)
    by_key = {(one["key"], one["locale"]): one for one in report["items"]}
    assert by_key["posts/three", "en"] == {
        "key": "posts/three",
        "locale": "en",
        "what": "new",
        "title": "A third",
        "fields": [],
    }
    assert by_key["posts/two", "en"]["what"] == "deleted"
    changed = by_key["posts/one", "en"]
    assert (changed["what"], changed["title"]) == ("updated", "Second title")
    titles = [field for field in changed["fields"] if field["path"] == "title"]
    assert titles == [{"path": "title", "old": "First title", "new": "Second title"}]
    assert not [key for key, _ in by_key if key.startswith(("author", "category"))]


def test_a_diff_of_named_pulls(site, account):
    """Ids may be abbreviated to a number or another unique part; all else is refused."""
    old, new = two_pulls(site, account)
    assert read(site, "diff", "2", "1")["old"] == new
    assert read(site, "diff", old[:8], new)["new"] == new
    same = site.command("diff", "1", "1", "--exit-code")
    assert (same.returncode, "no changes" in same.stdout) == (0, True)
    assert site.command("diff", "--exit-code").returncode == 3
    for text, said in (("7", "There is no pull '7'"), ("0000", "More than one pull has '0000'")):
        done = site.command("diff", text)
        assert done.returncode == 2
        assert said in done.stderr
        assert new in done.stderr
    done = site.command("diff", "1", "9")
    assert (done.returncode, "There is no pull '9'" in done.stderr) == (2, True)


def test_the_oldest_pull_has_none_before_it(site, account):
    """It is said, where the pulls are listed as well."""
    site.fresh = True  # a process as a user starts it
    account.post("one")
    pull(site)
    for command in ("diff", "rollback"):
        done = site.command(command)
        assert done.returncode == 2
        assert "There is no pull before " in done.stderr


def test_what_publishing_would_change(site, account):
    """`diff --preview` compares live with preview content; saving again is no change."""
    account.post("one")
    account.post("two")
    account.page("*", "about", text="old")
    site.configure(BUTTERCMS_PAGE_TYPES=["*"])
    live = pull(site)
    done = site.command("diff", "--preview")
    assert done.returncode == 1
    assert "`BUTTERCMS_PREVIEW=1 pelican-buttercms pull`" in done.stderr
    account.overlay("posts/one", title="Better")
    account.post("new", status="draft")
    preview = pull(site, PREVIEW)
    report = read(site, "diff", "--preview", "--exit-code", code=3)
    assert (report["old"], report["new"]) == (live, preview)
    assert [(one["key"], one["what"]) for one in report["items"]] == [
        ("posts/new", "new"),
        ("posts/one", "updated"),
    ]
    assert report["items"][1]["fields"] == [{"path": "title", "old": "One", "new": "Better"}]
    done = site.command("diff", "--preview", env=PREVIEW)
    assert done.returncode == 2
    assert "which BUTTERCMS_PREVIEW hides" in done.stderr


def test_a_rollback_is_built_until_the_next_pull(site, account):
    """It says what changes, that the site is to be built, and the way back."""
    old, new = two_pulls(site, account)
    site.build()
    assert "Second title" in site.read("one.html")
    done = site.command("rollback")
    assert done.returncode == 0, done.stderr
    assert f"Builds now read the pull {old} of " in done.stdout
    assert "posts [en]: 1 new, 1 updated, 1 deleted\n" in done.stdout
    assert "Build the site again" in done.stdout
    assert "`pelican-buttercms rollback --newest`" in done.stdout
    assert "Second title" in site.read("one.html")
    site.build()
    assert "First title" in site.read("one.html")
    assert "(builds read it; pinned)" in site.command("generations").stdout
    assert read(site, "generations")["pulls"][1]["pinned"]
    outcome = read(site, "rollback", "--newest")
    assert (outcome["old"], outcome["new"], outcome["pinned"]) == (old, new, False)
    assert outcome["changes"] == {"new": 1, "updated": 2, "deleted": 1}
    site.build()
    assert "Second title" in site.read("one.html")
    assert site.command("rollback", "1").returncode == 0
    newest = pull(site)
    assert "First title" not in site.build() + site.read("one.html")
    assert read(site, "generations")["pulls"][0]["id"] == newest
    assert read(site, "generations")["pulls"][0]["in_use"]


def test_a_rollback_to_nowhere(site, account):
    """Nothing changes; what cannot be meant is exit code 2."""
    _, new = two_pulls(site, account)
    for command in (["rollback", "9"], ["rollback", "1", "--newest"]):
        assert site.command(*command).returncode == 2
    assert read(site, "generations")["pulls"][0]["in_use"]
    assert "read the pull" in site.command("rollback", new).stdout
    assert "already" in site.command("rollback", "--newest").stdout


def test_a_rollback_of_preview_content(site, account):
    """Live content stays where it is, and the way back is that of previews."""
    account.post("one")
    pull(site)
    first = pull(site, PREVIEW)
    pull(site, PREVIEW)
    done = site.command("rollback", "--preview")
    assert f"read the pull {first}" in done.stdout
    assert "`pelican-buttercms rollback --newest --preview`" in done.stdout
    assert read(site, "generations", "--preview")["pulls"][1]["pinned"]
    assert not read(site, "generations")["pulls"][0]["pinned"]


def test_without_a_token_the_store_shows_the_account(site, account):
    """Looking at what is stored needs no token where only one account is stored."""
    account.post("one")
    number = pull(site)
    site.configure(BUTTERCMS_API_URL="https://api.buttercms.com/v2/")
    assert read(site, "generations")["pulls"][0]["id"] == number


def test_a_word_diff_is_short_and_plain():
    """Only what is around a change is shown, and nothing steers the terminal."""
    old = "a b c d e f g h i j"
    assert word_diff(old, old.replace("h", "X")) == (
        "… b c d e f g \x1b[31m[-h-]\x1b[0m \x1b[32m{+X+}\x1b[0m i j"
    )
    assert word_diff("a", None) == "\x1b[31m[-a-]\x1b[0m"
    assert word_diff("a  b", "a b") == "(only white space differs)"
    far = word_diff("x " + "same " * 40 + "y", "X " + "same " * 40 + "Y")
    assert far.count("same") == 12
    huge = word_diff("x " * 3000 + "end", "y " * 3000 + "end")
    assert "2,960 more words" in huge
    assert huge.endswith(" end")


def test_status_reports_a_rollback(site, account):
    """Which pull builds read, and how that ends; the next pull ends it."""
    old, new = two_pulls(site, account)
    for scope in read(site, "status")["scopes"]:
        assert (scope["pinned"], scope["in_use"], scope["generation"]) == (False, new, new)
    assert "rollback" not in site.command("status").stdout
    site.command("rollback")
    for scope in read(site, "status")["scopes"]:
        assert (scope["pinned"], scope["in_use"], scope["generation"]) == (True, old, new)
        assert scope["in_use_pulled_at"] < scope["pulled_at"]
    told = site.command("status").stdout
    assert f"  Builds read the older pull {old} of " in told
    assert " because of a rollback. `pelican-buttercms rollback --newest` goes back" in told
    pull(site)
    assert "rollback" not in site.command("status").stdout


def test_status_reports_a_rollback_of_drafts(site, account):
    """It is undone with `--preview`."""
    account.post("one")
    for _ in range(2):
        pull(site, PREVIEW)
    site.command("rollback", "--preview")
    assert "`pelican-buttercms rollback --newest --preview` goes" in site.command("status").stdout
