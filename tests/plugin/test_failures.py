"""What goes wrong is told in one paragraph, ends the build, and leaves the output untouched."""

import pytest

from pelican_buttercms.emulator import create_app
from pelican_buttercms.emulator.server import serving

GOOD = {"BUTTERCMS_READ_TOKEN": "the-read-token"}
IMPATIENT = """
from pelican_buttercms.sync.http.retry import Retry
attempts, total, pause, *others = Retry.__init__.__defaults__
Retry.__init__.__defaults__ = (attempts, total, 0.0, *others)
"""


@pytest.fixture
def online(site, account):
    """A site that was built once from an account with a token, over real HTTP."""
    account.settings(read_token="the-read-token")
    account.post("p")
    account.page("landing-page", "home")
    account.collection("faqs", {"id": 1, "question": "Why?"})
    app = create_app(account.folder)
    with serving(app) as url:
        site.configure(
            BUTTERCMS_API_URL=f"{url}/v2/",
            BUTTERCMS_PAGE_TYPES=["landing-page"],
            BUTTERCMS_COLLECTIONS=["faqs"],
            DELETE_OUTPUT_DIRECTORY=True,
            BUTTERCMS_MAX_AGE=0,
        )
        site.app = app
        site.build(env=GOOD)
        yield site


def fails(site, code, *said, env=GOOD):
    """Build, which must fail with one paragraph that says these things; the output stays."""
    before = {name: (site.output / name).read_bytes() for name in site.files()}
    done = site.pelican(env=env)
    out = done.stdout + done.stderr
    assert done.returncode == code, out
    assert "Traceback" not in out
    critical = [line for line in out.splitlines() if "CRITICAL" in line]
    assert len(critical) == 1
    for text in said:
        assert text in critical[0]
    assert {name: (site.output / name).read_bytes() for name in site.files()} == before
    assert before


def test_a_wrong_token(online):
    """The message says which variable holds it, and where that is, in the API's own words too."""
    answer = 'AuthenticationError: GET posts/ was answered with 401. The API says: "Invalid token."'
    exported = "The token in BUTTERCMS_READ_TOKEN (from the environment) is not the account's."
    fails(online, 2, answer, exported, env={"BUTTERCMS_READ_TOKEN": "wrong"})
    path = online.folder / ".env"
    online.write(".env", "BUTTERCMS_API_KEY=wrong\n")
    fails(online, 2, answer, f"The token in BUTTERCMS_API_KEY (from {path}) is not", env={})


def test_no_token(online):
    """The message says where the token was looked for."""
    env_file = str(online.folder / ".env")
    fails(online, 2, "BUTTERCMS_READ_TOKEN is neither in the environment nor in", env_file, env={})


def test_the_token_may_be_in_an_env_file(online):
    """A `.env` beside the settings file is enough, for the build and for the command."""
    online.fresh = True  # a process as a user starts it
    online.write(".env", "BUTTERCMS_READ_TOKEN=the-read-token\n")
    online.build()
    assert online.command("pull").returncode == 0
    assert len({call.status for call in online.app.calls}) == 1


def test_unknown_page_types_and_collections_are_told_together(online):
    """Each is named with its setting, and with the nearest name that the account has."""
    online.configure(
        BUTTERCMS_PAGE_TYPES=["landing-page", "landing-pgae"], BUTTERCMS_COLLECTIONS=["faq"]
    )
    fails(
        online,
        2,
        "BUTTERCMS_PAGE_TYPES names 'landing-pgae'",
        "Did you mean 'landing-page'?",
        "BUTTERCMS_COLLECTIONS names 'faq'",
        "Did you mean 'faqs'?",
    )


def test_one_unknown_collection_among_several(online):
    """The one call for several collections fails whole; the culprit is found."""
    online.configure(BUTTERCMS_COLLECTIONS=["faqs", "fax"])
    fails(online, 2, "BUTTERCMS_COLLECTIONS names 'fax'", "Did you mean 'faqs'?")


def test_a_misspelt_setting(online):
    """The nearest known setting is offered."""
    online.configure(BUTTERCMS_COLECTIONS=["faqs"])
    fails(
        online,
        2,
        "There is no setting BUTTERCMS_COLECTIONS; did you mean 'BUTTERCMS_COLLECTIONS'?",
    )


def test_a_token_in_the_settings_file(online):
    """It is refused, and is told nowhere: not in the message, not with -D."""
    online.configure(BUTTERCMS_READ_TOKEN="hush-hush")
    fails(online, 2, "BUTTERCMS_READ_TOKEN is in the settings file")
    done = online.pelican("-D", env=GOOD)
    assert "hush-hush" not in done.stdout + done.stderr


def test_the_api_down_with_nothing_stored(site):
    """There is nothing to fall back on, so no site is written."""
    site.configure(IMPATIENT, BUTTERCMS_API_URL="http://127.0.0.1:9/v2/")
    done = site.pelican(env=GOOD)
    assert done.returncode == 1
    assert "UnreachableError: GET " in done.stdout
    assert not site.output.exists()


@pytest.mark.parametrize("fault", ["status=503", "malformed", "cut", "refuse", "quota=1209600"])
def test_the_api_down_with_content_stored(online, fault):
    """The last good generation is built, with a warning that --fatal warnings makes an error."""
    before = {name: online.read(name) for name in online.files()}
    online.app.faults.add(f"{fault}@/v2/*")
    online.configure(IMPATIENT)
    printed = online.build(env=GOOD)
    assert "WARNING" in printed
    assert "built from ButterCMS content of" in printed
    assert {name: online.read(name) for name in online.files()} == before
    failed = online.pelican("--fatal", "warnings", env=GOOD)
    assert failed.returncode == 1


def test_offline_with_nothing_stored_says_what_to_do(site):
    """OFFLINE never asks, so it needs something stored."""
    done = site.pelican(env={"BUTTERCMS_OFFLINE": "1"})
    assert done.returncode == 1
    assert "Run `pelican-buttercms pull` once" in done.stdout


def test_offline_refuses_content_that_was_pulled_without_what_is_named_now(online, account):
    """A page type named since the pull would be missing from the site without a word."""
    online.configure(BUTTERCMS_PAGE_TYPES=["landing-page", "news"])
    fails(online, 1, "was pulled without page type news", env=GOOD | {"BUTTERCMS_OFFLINE": "1"})


def test_a_new_wish_is_pulled_within_max_age(online, account):
    """Young content that lacks what is named now is not enough."""
    online.configure(BUTTERCMS_MAX_AGE="1d")
    assert "no call made" in online.build(env=GOOD)
    online.configure(BUTTERCMS_PAGE_TYPES=["landing-page", "*"])
    assert "no call made" not in online.build(env=GOOD)


def test_the_debug_log_of_a_failing_build_has_no_token(online):
    """-D shows tracebacks and every library's debug log; the token is in none of it."""
    online.app.faults.add("malformed@/v2/*")
    done = online.pelican("-D", env={"BUTTERCMS_READ_TOKEN": "the-read-token"})
    assert "the-read-token" not in done.stdout + done.stderr
