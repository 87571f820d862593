"""Maintenance of the store: verification, pruning and repair.

verify      checks every digest in a cache folder
prune       removes old pulls, and what only they needed
repair      drops pulls that are not whole, and sets aside databases that are of no use
raw_sqlite  opens a database's file without diskcache, whatever state it is in
"""
