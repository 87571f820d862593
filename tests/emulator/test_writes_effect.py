"""What comes after a 202: the effect, at once, later or never."""


def test_the_effect_comes_later_when_told_to(play, news):
    """A write is done some requests after its 202, or when a test says so."""
    ask = play(delay="2")
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "status": "published"})
    assert [ask("GET", "posts/t/").status_code for _ in range(3)] == [404, 404, 200]
    ask = play(delay="manual")
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "status": "published"})
    assert [ask("GET", "posts/t/").status_code for _ in range(9)] == [404] * 9
    ask.app.settle()
    assert ask("GET", "posts/t/").status_code == 200


def test_a_write_can_fail_in_silence_after_its_202(play, news):
    """The documents say so: contact support."""
    ask = play(silent_failures="yes")
    ask.accepted("POST", "posts/", {"title": "T", "slug": "t", "status": "published"})
    ask.app.settle()
    assert ask("GET", "posts/t/").status_code == 404
