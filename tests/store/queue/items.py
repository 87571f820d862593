"""Items of a queue in tests."""


def add(queue, *items):
    """Add items that are their own keys."""
    return [queue.add(item, item.encode(), "taken", b"{}") for item in items]


def due(queue, *items):
    """Add items and close the window."""
    add(queue, *items)
    assert queue.close_window(0, 0) == 0.0
