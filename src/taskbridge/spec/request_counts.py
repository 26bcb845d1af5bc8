"""How many requests each operation answered, with which statuses, and how long that took.

Counted on the event loop by the outermost middleware, in plain numbers; ``GET /metrics`` makes samples of them.
"""

from bisect import bisect_left

#: Upper bounds of the classes of duration, in seconds; a last class has what took longer.
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5, 10.0, 60.0)
#: Stands for the operation of requests that none answered: unknown paths and methods, refused hosts, the pages.
NO_OPERATION = ""
#: Stands for the status of requests that were not answered, since the client had gone.
NO_STATUS = 0


class Tally:
    """The requests for one operation that were answered with one status."""

    __slots__ = ("classes", "seconds")

    def __init__(self) -> None:
        self.classes = [0] * (len(BOUNDS) + 1)  # how many requests took so long, by class of duration
        self.seconds = 0.0  # of all of them together


class RequestCounts:
    """Tallies by operationId and status. There are no more than the documents have operations and HTTP statuses."""

    def __init__(self) -> None:
        self.tallies: dict[str, dict[int, Tally]] = {}

    def add(self, operation: str, status: int, seconds: float) -> None:
        """Count a request."""
        try:
            tally = self.tallies[operation][status]
        except KeyError:
            tally = self.tallies.setdefault(operation, {})[status] = Tally()
        tally.classes[bisect_left(BOUNDS, seconds)] += 1
        tally.seconds += seconds
