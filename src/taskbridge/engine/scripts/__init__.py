"""Scripts in models: reading them, what they may ask of the process, and what runs them.

``script`` is what models hold; ``running`` evaluates it by ``sandbox``, which has the interpreter, and ``bridge``,
which answers what a script asks of the process. Which scripts a file may have is said by ``offered``, and read by
``reading``.
"""
