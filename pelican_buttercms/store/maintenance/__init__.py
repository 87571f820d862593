"""Maintenance of the store: verification, pruning and repair.

verify      checks all databases of a cache folder
integrity   checks every digest that a database names
prune       removes old pulls, and what only they needed
repair      sets damaged databases aside, and keeps what is whole
raw_sqlite  reads a database's file whatever state it is in
opening     opens a database as a build would, without touching it
"""
