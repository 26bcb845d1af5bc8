"""How long tests wait for what happens at once on an idle machine.

The limit only ends a test that hangs, so it is generous: other programs may keep every core busy.
"""

#: Seconds that one answer, one event or the start of one program may take.
SECONDS = 120.0
#: Seconds that a program with much to do may take: a compiler, a linter, an installation, a browser.
PROGRAM_SECONDS = 600.0
