FIRST = "/v2/pages/news/first"


def test_plain_lines(small, draft, understand):
    """Texts become what the schema knows, and names are found whatever their case."""
    words = {"TITLE": "x", "price": " 2.50 ", "shown": "No", "related": "first, both", "new": "1"}
    found, problems = understand(draft(fields=words, has_plain_fields=True), small)

    assert problems == []
    assert {path[1]: value for path, value in found.values.items() if path[1:]} == {
        "title": "x", "price": 2.5, "shown": False, "new": "1",
        "related": [FIRST, "/v2/pages/news/both"],
    }  # fmt: skip


def test_plain_lines_that_cannot_be_read(known, page, draft, understand):
    """A line that is no number, no truth, or too small for its field is a problem."""
    account = known(page("a", n=1, b=True, rows=[{"x": "y"}], Case="x", CASE="y"))
    words = {"n": "many", "b": "maybe", "rows": "x", "case": "x"}
    _, problems = understand(draft(fields=words, has_plain_fields=True), account)

    assert [problem.split(": ")[1] for problem in problems] == [
        "`n` is a number everywhere else, not 'many'",
        "`b` is a checkbox everywhere else, not 'maybe'",
        "`rows` is a repeater, which one line holds as JSON only",
        "`case` may be CASE and Case",
    ]
