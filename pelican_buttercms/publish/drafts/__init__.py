"""What do local draft files say? Read with Pelican's own readers, and written back with care."""
