"""The crash test: a real server is killed under load again and again; nothing acknowledged may be lost or done twice.

``python -m tests.crash --kills 50`` runs it at length.
"""
