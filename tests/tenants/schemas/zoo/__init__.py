"""Migrations that use what PostgreSQL and Django have to offer, in the place of the dummy module's own.

`v1` is a release, `v2` the next one: the same migrations, and more.
"""
