"""Random processes that end, made from a seed each, and how they ran: beside the real engine, or as they were recorded.

``writing`` makes a process of blocks and ``events``, ``compensating`` and ``composing`` know more blocks, ``chance`` is
the source of randomness, ``walking`` chooses actions, ``traces`` are short forms of runs.
"""
