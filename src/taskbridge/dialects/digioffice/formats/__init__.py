"""The formats that requests come in and answers go out: one module each, with what reads it and what writes it.

Readers give trees whose leaves are read by type, as the binding asks for it (``unread``). Writers are given ``Dto``
objects, lists, texts, numbers, booleans, dates and None. Called by the dialect only.
"""
