"""Partial refreshes: asking only for what events name, or deciding that a full pull is needed.

apply_events       applies the events of a build, and keeps them pending until that is done
plan               what to ask for because of events
partial_pull       fetches it, and stores a generation with it
fetch              fetches single records
coverage           what the last pull holds, and what changed records refer to
requested_events   events that a user names, without a build
"""
