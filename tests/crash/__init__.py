"""The fault tests: real servers and databases are killed, stopped and frozen under load, again and again.

Nothing acknowledged may be lost or done twice, and service goes on by itself. ``campaign`` does it, ``checker`` judges
what was recorded; ``python -m tests.crash`` runs it at length.
"""
