"""Modifications of process instances, told to the real server and to ours."""
