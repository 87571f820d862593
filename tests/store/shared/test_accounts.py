"""Which account is shared of an API address, as markers say."""

from dataclasses import replace

from pelican_buttercms.store.shared.push import push
from pelican_buttercms.store.shared.remote_manifest import marker

from .machines import EN

ADDRESS = "https://api.buttercms.com/v2/"


def test_a_marker_goes_when_another_account_takes_over(tmp_path, machine):
    """A machine whose token was replaced finds the account that goes on, not the old one."""
    runner = machine(f"file://{tmp_path / 'shared'}", [EN])
    runner.fill()
    old = "fedcba9876543210"
    sharing = replace(runner.sharing, address=ADDRESS, own=EN.account)
    runner.remote.write(marker(ADDRESS, old), b"{}")
    newcomer = replace(sharing, own="0000000000000000", former="1111111111111111")
    assert newcomer.account_there()[0].scopes[0].account == old
    push(replace(sharing, predecessors=(old,)))
    assert marked(runner) == {EN.account}
    taken, unchecked = newcomer.account_there()
    assert taken.scopes == [EN]
    assert "another token" in unchecked


def marked(runner):
    """Return the accounts that are marked, of whatever address."""
    return {name.partition("/")[2] for name in runner.remote.listing("v1/accounts")}
