"""What a deploy sees: the list of changed files, and pages that several processes have rendered."""

import re

import pytest


def said(log):
    """Give how many pages were rendered, and how many were left."""
    found = re.search(r"([\d,]+) pages? rendered, ([\d,]+) were", log)
    return [int(number.replace(",", "")) for number in found.groups()]


def tree(site):
    """Give every file of the output as bytes."""
    return {name: (site.output / name).read_bytes() for name in site.files()}


@pytest.fixture
def many(site, account):
    """A site of some hundred pages."""
    for number in range(90):
        day = f"2024-0{number % 9 + 1}-1{number % 10}"
        account.post(f"post-{number}", day=day, tags=[f"tag-{number % 30}"])
    site.configure(DEFAULT_PAGINATION=5)
    return site


def test_several_processes_write_what_one_writes(many):
    """Byte for byte; and what they have learnt is known by the next build."""
    many.configure(BUTTERCMS_WORKERS=1)
    log = many.build()
    assert said(log)[0] > 150
    alone = tree(many)
    many.configure(BUTTERCMS_WORKERS=3, OUTPUT_PATH="side-by-side")
    many.output = many.folder / "side-by-side"
    beside = many.build("-v")
    assert "rendered by one process" not in beside
    assert said(beside) == said(log)
    assert tree(many) == alone
    assert said(many.build()) == [0, said(log)[0]]


def test_an_error_of_a_template_is_told_by_the_parent(many):
    """As it would be without other processes."""
    many.write("broken/tag.html", "{{ nothing.at.all }}")
    many.configure(BUTTERCMS_WORKERS=2, THEME_TEMPLATES_OVERRIDES=["broken"])
    done = many.pelican()
    assert done.returncode == 1
    assert "'nothing' is undefined" in done.stdout + done.stderr


def test_the_list_of_changed_files(site, account):
    """What was written and what was removed, until a deploy has taken the list away."""
    for number in range(1, 4):
        account.post(f"post-{number}", day=f"2024-05-0{number}")
    site.configure(BUTTERCMS_CHANGED_FILES="changed.txt", BUTTERCMS_MAX_AGE=0)
    changed = site.folder / "changed.txt"
    site.build()
    assert set(changed.read_text().splitlines()) == site.files()
    changed.unlink()
    site.build()
    assert changed.read_text() == ""
    account.post("post-1", day="2024-05-01", title="Another")
    site.build()
    first = changed.read_text().splitlines()
    assert "post-1.html" in first
    assert "post-2.html" not in first
    account.delete("posts/post-3.json")
    site.build()  # nobody has deployed meanwhile
    assert {"post-1.html", "post-3.html"} <= set(changed.read_text().splitlines())
    assert "post-3.html" not in site.files()


def test_edits_with_several_processes(posts):
    """What they have learnt, fragments that they share included, is right a build later."""
    posts.plugin(
        "few",
        "from pelican_buttercms.incremental import process_pool\n"
        "process_pool.FEWEST = 1\n"
        "def register(): pass\n",
    )
    posts.settings |= {"BUTTERCMS_WORKERS": 3, "TAG_FEED_ATOM": "feeds/tag-{slug}.atom.xml"}
    posts.template("tag.html", "{% extends 'index.html' %}{% block head %}{{ tag }}{% endblock %}")
    account, title = posts.account, "{{ article.title }}"
    edits = {
        "nothing": lambda: None,
        "title": lambda: account.post("post-2", day="2024-01-02", title="Other", tags=["old"]),
        "new": lambda: account.post("new", day="2024-01-05", tags=["new"], categories=["water"]),
        "gone": lambda: account.delete("posts/post-5.json"),
        "template": lambda: posts.template("article.html", title + "{{ categories|length }}"),
        "setting": lambda: posts.settings.update(SITENAME="Another"),
        "all": lambda: posts.settings.update(DEFAULT_PAGINATION=2),
    }
    for edit in edits.values():
        edit()
        log = posts.make("-v").log
        assert "rendered by one process" not in log
        posts.is_right()
    assert posts.make().rendered == 0


def test_why_one_process_renders_is_told(posts):
    """With the function that has to be named, not with one that is."""
    posts.plugin(
        "functions",
        "from pelican import signals\n"
        "def first(): return 1\n"
        "def second(): return 2\n"
        "def give(generators):\n"
        "    generators[0].context['first'] = first\n"
        "    generators[0].context['second'] = second\n"
        "def register(): signals.all_generators_finalized.connect(give)\n",
    )
    posts.settings |= {"BUTTERCMS_WORKERS": 2, "BUTTERCMS_PURE": ["first"]}
    log = posts.make("-v").log
    assert "by one process: the function 'second' is not named in BUTTERCMS_PURE" in log
    posts.settings["BUTTERCMS_PURE"] = ["first", "second"]
    assert "rendered by one process" not in posts.make("-v").log
    posts.settings["BUTTERCMS_WORKERS"] = 1
    assert "rendered by one process" not in posts.make("-v").log


def test_archives_that_wait_are_known_by_the_next_build(plain):
    """Pelican gives them a copy of what all templates see, made before anything is followed."""
    plain.settings |= {"BUTTERCMS_WORKERS": 2, "YEAR_ARCHIVE_SAVE_AS": "{date:%Y}.html"}
    plain.settings |= {"YEAR_ARCHIVE_URL": "{date:%Y}.html"}
    plain.template("period_archives.html", "{{ SITENAME }}")
    assert "rendered by one process" not in plain.make("-v").log
    assert "2024.html" in plain.files()
    assert plain.make().rendered == 0


def test_a_warning_of_another_process_is_given_again(posts):
    """By the next build, which leaves the page as it was."""
    few = "from pelican_buttercms.incremental import process_pool\nprocess_pool.FEWEST = 1\n"
    posts.plugin("few", few + "def register(): pass\n")
    posts.settings["BUTTERCMS_WORKERS"] = 3
    posts.account.page("*", "built", body=[{"type": "unknown-thing", "fields": {"a": 1}}])
    assert "unknown-thing" in posts.make().log
    build = posts.make()
    assert build.rendered == 0
    assert "unknown-thing" in build.log
