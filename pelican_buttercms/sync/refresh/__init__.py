"""Partial refreshes: asking only for what events name, and when everything has to be asked again.

plan               what events ask for
partial_pull       asks, and makes a generation of the answers
fetch              asks for one record
coverage           what a record that changed can change elsewhere
apply_events       takes the events of a build in
requested_events   events that a person names
"""
