"""Rows to JSON: for every resource the members it can show, and what has to be read for each."""
