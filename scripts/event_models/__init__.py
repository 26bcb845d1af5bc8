"""Models with each event definition at each position: small files, of which ``write_event_models.py`` fills a folder.

Names are ``<definition>-<position>``: to every one belong the runs of the real server. Each module gives its models by
their names; ``definitions`` says what the events of all of them wait for.
"""
