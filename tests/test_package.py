"""The wheel: what is in it, and what it does in a user's environment."""

import os
import subprocess
import sys
import zipfile

import pytest

import pelican_buttercms


@pytest.fixture(scope="session")
def wheel(root, tmp_path_factory):
    """The wheel, built from this checkout and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder)]
    subprocess.run([*build, str(root)], check=True, capture_output=True)
    (path,) = folder.glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(folder / "unpacked")
    return folder / "unpacked"


def test_the_wheel_holds_the_package_the_theme_and_the_shim_only(wheel):
    """No test, sample or cache travels; the plugin namespace has no `__init__` of ours."""
    names = {str(path.relative_to(wheel)) for path in wheel.rglob("*") if path.is_file()}
    assert {name.split("/")[0].split("-")[0] for name in names} == {
        "pelican",
        "pelican_buttercms",
    }
    assert [name for name in names if name.startswith("pelican/")] == [
        "pelican/plugins/buttercms/__init__.py"
    ]
    for expected in (
        "pelican_buttercms/py.typed",
        "pelican_buttercms/plugin/templates/buttercms/body.html",
        "pelican_buttercms/themes/buttercms/templates/base.html",
        "pelican_buttercms/themes/buttercms/static/css/style.css",
        "pelican_buttercms/starter/cms/posts/welcome-to-your-site.json",
        "pelican_buttercms/starter/deploy/.github/workflows/publish.yml",
        "pelican_buttercms/starter/deploy/netlify/functions/reconcile.mjs",
    ):
        assert expected in names
    assert "pelican_buttercms/_namespace_shim.py" not in names


def test_pelican_finds_the_installed_plugin_by_itself(wheel, site, account):
    """Without PLUGINS, the shim in Pelican's namespace is enough, beside all other plugins."""
    account.post("found")
    needed = {"ADD_CSS_CLASSES": {}}  # what the plugins of others cannot do without
    site.configure(PLUGINS=None, **needed)
    site.build(env={"PYTHONPATH": str(wheel), "PATH": site.path_with_stork()})
    assert "found.html" in site.files()


def test_the_theme_of_the_installed_package_is_found(wheel):
    """`theme_path()` gives the packaged theme there, and the checkout's here."""
    code = "import pelican_buttercms; print(pelican_buttercms.theme_path())"
    done = subprocess.run(
        [sys.executable, "-P", "-c", code],
        env=os.environ | {"PYTHONPATH": str(wheel)},
        cwd=wheel,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == str(wheel / "pelican_buttercms/themes/buttercms")
    assert pelican_buttercms.theme_path().endswith("themes/buttercms")


def test_init_works_from_the_installed_package(wheel, tmp_path):
    """The sample account and the files for build services come with it."""
    env = os.environ | {"PYTHONPATH": str(wheel)}
    address = ["--deploy", "github", "--site-url", "https://site.example"]
    for words in (["pelican_buttercms", "init", "--yes", *address], ["pelican", "content"]):
        command = [sys.executable, "-P", "-m", *words]
        subprocess.run(command, env=env, cwd=tmp_path, capture_output=True, check=True)
    assert (tmp_path / ".github/workflows/publish.yml").is_file()
    assert "Welcome to your site" in (tmp_path / "output/index.html").read_text()


def test_importing_the_plugin_imports_nothing_heavy():
    """Pelican imports every installed plugin on every run, wanted or not."""
    code = (
        "import sys; before = set(sys.modules); import pelican_buttercms;"
        " import pelican_buttercms._namespace_shim; print(*(set(sys.modules) - before))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.split(".")[0] for name in done.stdout.split()}
    assert loaded.isdisjoint({"httpx", "diskcache", "msgspec", "werkzeug", "click", "pelican"})
