"""The address of the API: HTTPS, no token in it, or the folder of an emulated account."""

import pytest

from tests.settings.parsing import parse, problems


@pytest.mark.parametrize(
    "url",
    [
        "http://api.buttercms.com/v2/",
        "https://token@api.buttercms.com/v2/",
        "https://api.buttercms.com/v2/?auth_token=s3cret",
        "ftp://x",
        "localhost:8008",
        "https:",
        "s3cret",
        "https://[broken",
        "https://api.buttercms.com:99999/v2/",
        "https://api.buttercms.com:port/v2/",
        "https://api.butter\ncms.com/v2/",
        "https://api.buttercms.com/v2/ s3cret",
        "https://api.buttercms.com\\@evil.example/",
        "https://:s3cret@api.buttercms.com/v2/",
        "https://@api.buttercms.com/v2/",
        "https://api.buttercms.com/v2/#s3cret",
        "https://xn--999999999.com/v2/",
        "https://b\u00fctter.example/v2/",
        "https://" + "a" * 5000,
        "http://127.0.0.1.evil.example/v2/",
        "http://localhost.evil.example/v2/",
        "http://0.0.0.0/v2/",
        "http://127.1/v2/",
        "javascript:s3cret",
        "file:///etc/passwd",
        "",
        7,
    ],
)
def test_an_address_that_would_leak_or_fail_is_refused(url):
    """The API answers HTTPS only, and an address carries no token."""
    (problem,) = problems(BUTTERCMS_API_URL=url)
    assert problem.startswith("BUTTERCMS_API_URL ")
    assert "s3cret" not in problem


def test_a_wrong_address_is_answered_with_right_ones():
    """Without a host there is nothing to repeat."""
    right = (
        "BUTTERCMS_API_URL takes an address such as https://api.buttercms.com/v2/,"
        " http://127.0.0.1:8008/v2/ (http only on this machine) or emulator:FOLDER, and "
    )
    (problem,) = problems(BUTTERCMS_API_URL="localhost:8008")
    assert problem == f"{right}what it is set to is none of these."
    (problem,) = problems(BUTTERCMS_API_URL="http://api.buttercms.com/v2/")
    assert problem == f"{right}http://api.buttercms.com is none of these."


def test_an_emulator_folder_is_found_here_or_beside_the_content(tmp_path, monkeypatch):
    """`emulator:cms` works from the repository's root and from the site's folder alike."""
    (tmp_path / "site" / "cms").mkdir(parents=True)
    monkeypatch.chdir(tmp_path)
    here = parse(BUTTERCMS_API_URL="emulator:site/cms")
    beside = parse(BUTTERCMS_API_URL="emulator:cms", PATH=str(tmp_path / "site" / "content"))
    expected = f"emulator:{tmp_path / 'site' / 'cms'}"
    assert here.api_url == beside.api_url == expected
    assert here.emulated
    (problem,) = problems(BUTTERCMS_API_URL="emulator:nowhere")
    assert f"'nowhere', but there is neither {tmp_path / 'nowhere'} nor /site/nowhere. " in problem
    (problem,) = problems(BUTTERCMS_API_URL="emulator:nowhere", PATH="content")
    assert f"'nowhere', but there is no folder {tmp_path / 'nowhere'}. " in problem
