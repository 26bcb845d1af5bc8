"""Many clients that send messages, signals and completions to the same instances at once, and what is checked then.

Called by the tests and, at length, by ``scripts/stress_events.py``.
"""
