"""`verify`, `doctor` and `prune`, as a user runs them."""

from datetime import UTC, datetime
import json

from pelican_buttercms.store import CallLog
from pelican_buttercms.store.database import Database


def pulled(site, account, times=2):
    """Pull so many times, with something changed each time."""
    site.configure(BUTTERCMS_MAX_AGE="*")
    account.post("same")
    for number in range(times):
        account.post("one", title=f"Title {number}")
        assert site.command("pull").returncode == 0
    return site.folder / "cache" / "buttercms"


def calls_so_far(cache):
    """Return the calls of this month."""
    ledger = CallLog(cache, lambda: datetime.now(UTC))
    try:
        return ledger.this_month()
    finally:
        ledger.close()


def damage(cache, sign, data=b"{}"):
    """Overwrite each entry whose name or bytes have a sign in them; gives how many."""
    database = Database(cache / "store")
    names = [
        name
        for name in list(database._cache.iterkeys())
        if name != "schema" and (sign in name or sign.encode() in database.get(name))
        if name.startswith(("record/", "generation/"))
    ]
    for name in names:
        database.set(name, data)
    database.close()
    return len(names)


def test_what_is_whole(site, account):
    """All three say so, and nothing is made where nothing is."""
    for command in (["verify"], ["doctor", "--offline"], ["prune"]):
        assert site.command(*command).returncode == 0
    assert not (site.folder / "cache").exists()
    pulled(site, account)
    done = site.command("verify")
    assert done.returncode == 0
    assert done.stdout == "Whole: 2 generations, 5 records, 0 media files.\n"
    assert "is whole; there is nothing to do" in site.command("doctor", "--repair").stdout


def test_a_damaged_record_of_an_old_generation(site, account):
    """It is named with what it affects, builds go on, and doctor drops that generation alone."""
    cache = pulled(site, account)
    assert damage(cache, "Title 0") == 1
    done = site.command("verify")
    assert done.returncode == 1
    assert "The record posts/one is damaged. It affects 00000001-" in done.stdout
    assert "`pelican-buttercms doctor --repair`" in done.stdout
    (told,) = json.loads(site.command("verify", "--json").stdout)["damages"]
    assert told["affects"][0]["in_use"] is False
    site.build()
    failed = site.command("rollback")
    assert failed.returncode == 1
    assert "posts/one of the generation 00000001-" in failed.stderr
    dry = site.command("doctor", "--repair", "--dry-run")
    assert dry.stdout.startswith("This would be done:\n  copy ")
    assert "\n  drop the generation 00000001-" in dry.stdout
    assert "because the record posts/one is damaged" in dry.stdout
    assert site.command("verify").returncode == 1
    done = site.command("doctor", "--repair")
    assert done.returncode == 0
    assert done.stdout.startswith("Done:\n  copy ")
    assert "The content that builds read is whole and unchanged." in done.stdout
    assert site.command("verify").returncode == 0
    site.build()
    assert "Title 1" in site.read("one.html")


def test_a_damaged_newest_record(site, account):
    """Offline a build stops and says what to do, which works; online it pulls again, loudly."""
    cache = pulled(site, account)
    damage(cache, "Title 1")
    done = site.pelican(env={"BUTTERCMS_OFFLINE": "1"})
    assert done.returncode == 1
    assert "Run `pelican-buttercms pull`" in done.stdout
    assert site.command("doctor", "--repair").returncode == 0
    site.build(env={"BUTTERCMS_OFFLINE": "1"})
    assert "Title 0" in site.read("one.html")
    damage(cache, "Title 0")
    (site.output / "one.html").unlink()  # where nothing has changed, nothing is read
    assert site.pelican(env={"BUTTERCMS_OFFLINE": "1"}).returncode == 1
    assert "is pulled again, because it is damaged" in site.build()
    assert "Title 1" in site.read("one.html")
    site.build(env={"BUTTERCMS_OFFLINE": "1"})


def test_a_damaged_newest_generation(site, account):
    """Offline a build stops and says what to do; the list still shows the others."""
    cache = pulled(site, account)
    damage(cache, "generation/00000002")
    done = site.pelican(env={"BUTTERCMS_OFFLINE": "1"})
    assert done.returncode == 1
    assert (
        "Run `pelican-buttercms doctor --repair` to drop it, then `pelican-buttercms pull`"
        in done.stdout
    )
    listed = site.command("generations")
    assert listed.returncode == 0
    assert "damaged; `pelican-buttercms doctor --repair` drops it" in listed.stdout
    assert site.command("rollback").returncode == 0
    site.build()
    assert "Title 0" in site.read("one.html")
    assert site.command("doctor", "--repair").returncode == 0
    assert site.command("pull").returncode == 0
    assert site.command("status").returncode == 0
    site.build()
    assert "Title 1" in site.read("one.html")


def test_a_database_that_is_none(site, account):
    """Every command says so in one paragraph; doctor sets it aside, and a pull fills a new one."""
    cache = pulled(site, account)
    (cache / "store" / "cache.db").write_bytes(b"something else" * 1000)
    told = site.command("verify").stdout
    assert "its file is no database" in told
    assert "Whole" not in told  # nothing was counted
    assert (
        0 < told.find("`pelican-buttercms doctor --repair`") < told.find("`pelican-buttercms pull`")
    )
    for command in ("generations", "diff", "rollback", "status", "prune"):
        done = site.command(command)
        assert done.returncode == 1
        assert done.stderr.startswith("Error: ")
        assert "Traceback" not in done.stderr
    calls = calls_so_far(cache)
    for done in (site.command("pull"), site.pelican("-e", "BUTTERCMS_MAX_AGE=0")):
        told = " ".join((done.stdout + done.stderr).split())
        assert done.returncode == 1
        assert "`pelican-buttercms doctor --repair` sets it aside" in told
    assert calls_so_far(cache) == calls  # nothing was asked in vain
    report = json.loads(site.command("doctor", "--repair", "--json").stdout)
    assert report["pull"] is True
    (aside,) = cache.glob("store.damaged-*")
    assert (aside / "cache.db").read_bytes().startswith(b"something else")
    assert site.command("pull").returncode == 0
    site.build()
    assert "Title 1" in site.read("one.html")


def test_a_database_that_is_none_beside_media_files(site, account):
    """What could be counted is told as such."""
    account.media("AAA.png", b"\x89PNG one")
    account.post("p", body='<img src="https://cdn.buttercms.com/AAA">')
    site.configure(BUTTERCMS_MEDIA="download")
    site.build()
    (site.folder / "cache/buttercms/store/cache.db").write_bytes(b"something else" * 1000)
    assert "\nWhole besides: 1 media file.\n" in site.command("verify").stdout


def test_pruning(site, account):
    """It tells how many and how many bytes; a dry run tells the same and drops nothing."""
    cache = pulled(site, account, times=4)
    dry = json.loads(site.command("prune", "--keep", "1", "--dry-run", "--json").stdout)
    assert len(json.loads(site.command("generations", "--json").stdout)["pulls"]) == 4
    done = site.command("prune", "--keep", "1")
    assert done.returncode == 0
    assert done.stdout == f"Dropped 3 pulls, 3 records and 0 media files: {dry['size']:,} bytes.\n"
    assert len(json.loads(site.command("generations", "--json").stdout)["pulls"]) == 1
    assert site.command("prune").stdout.startswith("Dropped 0 pulls, 0 records")
    assert site.command("prune", "--keep", "0").returncode == 2
    damage(cache, "Title 3")
    done = site.command("prune")
    assert done.returncode == 1
    assert "so nothing was dropped" in done.stderr
    site.command("pull")
    site.build()


def test_pruning_media_files(site, account):
    """A file that only an old pull named is gone; one that is shown stays, and is built offline."""
    account.media("AAA.png", b"\x89PNG one")
    account.media("BBB.png", b"\x89PNG two")
    site.configure(BUTTERCMS_MEDIA="download", BUTTERCMS_MAX_AGE=0)
    for name in ("AAA", "BBB"):
        account.post("p", body=f'<img src="https://cdn.buttercms.com/{name}">')
        site.build()
    assert "2 media files" in site.command("verify").stdout
    assert "1 media file:" in site.command("prune", "--keep", "1").stdout
    site.build(env={"BUTTERCMS_OFFLINE": "1"})
    (file,) = site.output.glob("media/BBB-*")
    assert file.read_bytes() == b"\x89PNG two"
    assert "1 media file." in site.command("verify").stdout
