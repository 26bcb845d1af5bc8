"""Colours, widths and sizes of everything that is drawn."""

from dataclasses import dataclass

from taskbridge.diagrams.canvas import WHITE, Color

INK: Color = (55, 65, 81)
TEXT: Color = (31, 41, 55)
SOFT: Color = (107, 114, 128)
RED: Color = (200, 30, 45)
TASK: Color = (248, 250, 252)
POOL: Color = (243, 244, 246)
GROUND: Color = (252, 252, 253)
ACTIVE: Color = (253, 232, 233)

TASK_TEXT = 12.0
NAME_TEXT = 11.0
THIN, MEDIUM, THICK = 1.2, 1.8, 3.2
DASHED = (6.0, 4.0)
DOTTED = (2.0, 3.0)


@dataclass(frozen=True, slots=True)
class Look:
    """How a node is drawn: as it usually is, or as one where the process stands."""

    line: Color
    fill: Color
    extra: float  # width that lines have more

    def width(self, usual: float) -> float:
        """The width of a line."""
        return usual + self.extra


USUAL = Look(INK, WHITE, 0)
MARKED = Look(RED, ACTIVE, 1.4)


def look(active: bool) -> Look:
    """The look of a node."""
    return MARKED if active else USUAL
