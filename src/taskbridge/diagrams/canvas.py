"""The canvas: lines, areas and texts in the units of the plane, put on a Pillow image.

Lines keep their width whatever the zoom is; texts that would be too small to read are left out.
"""

import math
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from io import BytesIO
from itertools import islice, pairwise

from PIL import Image, ImageDraw, ImageFont

from taskbridge.diagrams.frame import Frame
from taskbridge.engine.bpmn_diagram import Bounds, Point

Color = tuple[int, int, int]
Points = Sequence[tuple[float, float]]
WHITE: Color = (255, 255, 255)

_FONT = "Roboto-Regular.ttf"
_SMALLEST_TEXT = 4
_LINE_HEIGHT = 1.2
_THINNEST = 1


@lru_cache(maxsize=64)
def _font(size: int) -> ImageFont.FreeTypeFont:
    data = files("font_roboto").joinpath("files", _FONT).read_bytes()
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


class Canvas:
    """A white sheet. ``png`` gives what was drawn on it."""

    def __init__(self, frame: Frame) -> None:
        self._frame = frame
        self._scale = frame.zoom * frame.sampling
        self._image = Image.new("RGB", (frame.width * frame.sampling, frame.height * frame.sampling), WHITE)
        self._draw = ImageDraw.Draw(self._image)

    def png(self) -> bytes:
        """The picture as a file."""
        file = BytesIO()
        sampling = self._frame.sampling
        (self._image.reduce(sampling) if sampling > 1 else self._image).save(file, "PNG")
        return file.getvalue()

    # lines and areas

    def line(self, points: Points, color: Color, width: float = 1, dash: tuple[float, float] | None = None) -> None:
        """A line from point to point; ``dash`` tells how long its parts and gaps are, in pixels whatever the zoom."""
        zoom = self._frame.zoom
        parts = [points] if dash is None else _dashes(points, dash[0] / zoom, dash[1] / zoom)
        for part in parts:
            self._draw.line([self._at(point) for point in part], color, self._thick(width), joint="curve")

    def polygon(self, points: Points, fill: Color | None, outline: Color | None = None, width: float = 1) -> None:
        """An area within straight lines."""
        placed = [self._at(point) for point in points]
        if fill is not None:
            self._draw.polygon(placed, fill)
        if outline is not None:
            self._draw.line([*placed, *placed[:2]], outline, self._thick(width), joint="curve")

    def circle(
        self, center: Point, radius: float, fill: Color | None, outline: Color | None = None, width: float = 1
    ) -> None:
        """A disc, or a ring."""
        self.ellipse(Bounds(center.x - radius, center.y - radius, 2 * radius, 2 * radius), fill, outline, width)

    def ellipse(self, bounds: Bounds, fill: Color | None, outline: Color | None = None, width: float = 1) -> None:
        """An ellipse that fills a rectangle."""
        self._draw.ellipse(self._box(bounds), fill, outline, self._thick(width) if outline is not None else 0)

    def arc(self, bounds: Bounds, start: float, end: float, color: Color, width: float = 1) -> None:
        """A part of an ellipse, between two angles clockwise from the right."""
        self._draw.arc(self._box(bounds), start, end, color, self._thick(width))

    def box(
        self, bounds: Bounds, fill: Color | None, outline: Color | None = None, width: float = 1, radius: float = 0
    ) -> None:
        """A rectangle, on request with round corners."""
        thick = self._thick(width) if outline is not None else 0
        placed = self._box(bounds)
        round_ = min(radius * self._scale, (placed[2] - placed[0]) / 2, (placed[3] - placed[1]) / 2)
        self._draw.rounded_rectangle(placed, round_, fill, outline, thick)

    # texts

    def wrapped(self, text: str, width: float, size: float, most: int) -> list[str]:
        """A text in lines of that width, at most so many; the last one tells by dots that there is more."""
        points = self._points(size)
        if points is None or most < 1:
            return []
        lines = list(islice(_lines(text, _font(points), width * self._scale), most + 1))
        if len(lines) > most:
            return [*lines[: most - 1], lines[most - 1][:-1].rstrip() + "…"]
        return lines

    def text(self, lines: Sequence[str], middle: Point, size: float, color: Color, halo: Color | None = None) -> None:
        """Lines one below the other around a point; a halo lifts them off what is below."""
        points = self._points(size)
        if points is None or not lines:
            return
        step = points * _LINE_HEIGHT
        x, y = self._at(middle)
        top = y - step * (len(lines) - 1) / 2
        around = 0 if halo is None else max(1, round(2 * self._scale))
        for number, line in enumerate(lines):
            place = (x, top + number * step)
            self._draw.text(place, line, color, _font(points), "mm", stroke_width=around, stroke_fill=halo)

    def upward_text(self, text: str, room: Bounds, size: float, color: Color) -> None:
        """One line that is read from below, in the middle of a rectangle."""
        points = self._points(size)
        lines = self.wrapped(text, room.height, size, 1)
        if points is None or not lines:
            return
        font = _font(points)
        mask = Image.new("L", (math.ceil(font.getlength(lines[0])) + 2, math.ceil(points * _LINE_HEIGHT)), 0)
        ImageDraw.Draw(mask).text((mask.width / 2, mask.height / 2), lines[0], 255, font, "mm")
        turned = mask.rotate(90, expand=True)
        x, y = self._at(room.center)
        self._image.paste(color, (round(x - turned.width / 2), round(y - turned.height / 2)), turned)

    def line_height(self, size: float) -> float:
        """How far apart the lines of a text are."""
        return size * _LINE_HEIGHT

    # places

    def _at(self, point: tuple[float, float]) -> tuple[float, float]:
        corner = self._frame.corner
        return (point[0] - corner.x) * self._scale, (point[1] - corner.y) * self._scale

    def _box(self, bounds: Bounds) -> tuple[float, float, float, float]:
        """A rectangle in pixels; what was made smaller than nothing is a point."""
        left, top = self._at((bounds.x, bounds.y))
        right, bottom = self._at((bounds.right, bounds.bottom))
        return left, top, max(left, right), max(top, bottom)

    def _thick(self, width: float) -> int:
        zoom = min(1.0, max(self._frame.zoom, 0.5))
        return max(_THINNEST, round(width * zoom * self._frame.sampling))

    def _points(self, size: float) -> int | None:
        points = round(size * self._scale)
        return points if points >= _SMALLEST_TEXT * self._frame.sampling else None


def _dashes(points: Points, on: float, off: float) -> Iterator[Points]:
    for (x, y), (to_x, to_y) in pairwise(points):
        whole = math.dist((x, y), (to_x, to_y))
        if whole == 0:
            continue
        unit = (to_x - x) / whole, (to_y - y) / whole
        for number in range(math.ceil(whole / (on + off))):
            start = number * (on + off)
            end = min(start + on, whole)
            yield (x + unit[0] * start, y + unit[1] * start), (x + unit[0] * end, y + unit[1] * end)


def _lines(text: str, font: ImageFont.FreeTypeFont, width: float) -> Iterator[str]:
    line = ""
    for word in text.split():
        longer = f"{line} {word}" if line else word
        if font.getlength(longer) <= width:
            line = longer
            continue
        if line:
            yield line
        *full, line = _broken(word, font, width)
        yield from full
    if line:
        yield line


def _broken(word: str, font: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """A word in parts that fit, of one letter at least."""
    parts = [""]
    for letter in word:
        if parts[-1] and font.getlength(parts[-1] + letter) > width:
            parts.append("")
        parts[-1] += letter
    return parts
