"""The lists of tags, categories, authors and periods, made in linear time, are Pelican's own."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st
import pelican
from pelican.contents import Article
from pelican.generators import ArticlesGenerator
from pelican.settings import DEFAULT_CONFIG
from pelican.urlwrappers import Category
from pelican.utils import SafeDatetime

from pelican_buttercms.incremental import pelican_patches
from pelican_buttercms.incremental.pelican_patches.identity_list import Members

PERIODS = ("YEAR", "MONTH", "DAY")
SETTINGS = {**DEFAULT_CONFIG, "PATH": "/site/content", "DEFAULT_LANG": "en"}


def make(kind=Article, **metadata):
    """Make a content as the plugin and Pelican's readers do."""
    made = dict(SETTINGS)
    known = {"title": "T", "slug": "s", "date": SafeDatetime(2024, 5, 17)}
    known["category"] = Category("News", made)
    return kind("", known | metadata, made, f"/site/content/{metadata.get('slug', 's')}.md", {})


def listing_generator(dates, tags):
    """Make a generator of articles as it is before it writes."""
    generator = ArticlesGenerator.__new__(ArticlesGenerator)
    generator.articles = generator.dates = dates
    generator.tags, generator.context = tags, {}
    generator.get_template = lambda name: name
    return generator


def written(generator):
    """Give what is written for each tag."""
    found = []
    generator.generate_tags(lambda _path, _template, _context, **given: found.append(given))
    return found


def test_each_tag_is_shown_the_same_lists():
    """In the order of the dates, once each, without what a plugin took out; whatever is twice."""
    articles = [make(slug=f"s{number}") for number in range(6)]
    tag = Category("a", SETTINGS), Category("b", SETTINGS), Category("c", SETTINGS)
    removed = make(slug="removed")
    tags = {
        tag[0]: [articles[4], articles[1], articles[1], removed],
        tag[1]: articles[::-1],
        tag[2]: [],
    }
    plain = written(listing_generator(articles, tags))
    quick = listing_generator(articles, tags)
    pelican_patches.quicken_lists(quick)
    assert "generate_tags" in vars(quick)
    assert written(quick) == plain
    assert [one["dates"] for one in plain] == [[articles[1], articles[4]], articles, []]


@given(
    days=st.lists(st.dates(date(2022, 11, 1), date(2023, 2, 1)), max_size=12),
    newest_first=st.booleans(),
    wanted=st.sets(st.sampled_from(["YEAR", "MONTH", "DAY"])),
    draw=st.randoms(use_true_random=False),
)
def test_each_period_has_the_same_articles(days, newest_first, wanted, draw):
    """By year, month and day, in the lists' own orders, whichever are wanted."""
    articles = [make(date=SafeDatetime(day.year, day.month, day.day)) for day in days]
    by_date = sorted(articles, key=lambda article: article.date, reverse=newest_first)
    draw.shuffle(articles)
    settings = {f"{name}_ARCHIVE_URL": f"{name}/{{date:%Y/%m/%d}}/" for name in PERIODS}
    settings |= {
        f"{name}_ARCHIVE_SAVE_AS": f"{name}/{{date:%Y/%m/%d}}.html" if name in wanted else ""
        for name in PERIODS
    }
    generator = listing_generator(by_date, {})
    plain = generator._build_period_archives(by_date, articles[1:], settings)
    pelican_patches.quicken_lists(generator)
    quick = generator._build_period_archives(by_date, articles[1:], settings)
    assert quick == plain
    assert list(quick) == list(plain)
    assert quick["none"] == []  # Pelican gives a defaultdict


def test_articles_that_compare_in_their_own_way_are_looked_up_as_ever():
    """A plugin's class may call two articles equal; and a list may name one twice."""

    class Same(Article):
        """Equal to its like."""

        __hash__ = Article.__hash__

        def __eq__(self, other):
            return isinstance(other, Same)

    one, other = make(Same), make(Same)
    for dates, listed in (([one], [other]), ([one, one], [one])):
        tags = {Category("a", SETTINGS): listed}
        generator = listing_generator(dates, tags)
        pelican_patches.quicken_lists(generator)
        assert written(generator)[0]["dates"] == dates
        years = {f"{p}_ARCHIVE_{n}": "" for p in PERIODS for n in ("URL", "SAVE_AS")}
        years["YEAR_ARCHIVE_SAVE_AS"] = "{date:%Y}"
        archives = generator._build_period_archives(dates, listed, years)
        assert archives["year"][0]["articles"] == listed


def test_another_version_of_pelican_is_left_alone(monkeypatch):
    """Its loops were not read: the site takes longer, and is right."""
    monkeypatch.setattr(pelican, "__version__", "5.0.0")
    generator = listing_generator([], {})
    pelican_patches.quicken_lists(generator)
    assert "generate_tags" not in vars(generator)


def test_a_method_that_another_plugin_replaced_stays():
    """Whoever came first knows why."""
    generator = listing_generator([], {})
    theirs = generator.generate_tags = generator._build_period_archives = lambda *_: None
    pelican_patches.quicken_lists(generator)
    assert generator.generate_tags is generator._build_period_archives is theirs


def test_a_list_of_members_may_be_changed():
    """It answers as a list does, before and after."""
    first, second, third = make(), make(), make()
    members = Members([first, second])
    assert first in members
    assert third not in members
    members.append(third)
    members.remove(first)
    assert first not in members
    assert second in members
    assert third in members


class Counted(list):
    """Counts how many elements it was asked for."""

    looked = 0

    def __iter__(self):
        for element in super().__iter__():
            self.looked += 1
            yield element


def test_twice_the_articles_are_twice_the_work():
    """The dates of the whole site are gone through a few times, however many tags there are."""
    looked = []
    for size in (50, 100):
        articles = [make(slug=f"s{number}") for number in range(size)]
        dates = Counted(articles)
        tags = {Category(f"c{n}", SETTINGS): [article] for n, article in enumerate(articles)}
        generator = listing_generator(dates, tags)
        pelican_patches.quicken_lists(generator)
        written(generator)
        looked.append(dates.looked)
    assert looked[1] == 2 * looked[0] < 500
