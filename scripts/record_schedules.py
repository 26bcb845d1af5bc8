"""Asks the calendars of the real Camunda 7 when timers fall due and writes a table that a test holds ours to.

Usage: record_schedules.py JAR [TABLE]; JAR is the program of the real server, whose libraries are used without starting
it, so that its clock can be set. TABLE is replaced (default: the test's). Needs Java 17. All is in UTC.
"""

import random
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROGRAM = Path(__file__).with_name("java") / "Schedules.java"
TABLE = ROOT / "tests" / "engine" / "schedules" / "recorded.tsv"

ASKED = TABLE.with_name("asked.tsv")

_MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_DAYS = ("MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN")
_STEPS = ("PT10S", "PT1.7S", "PT1M", "PT36H", "P1D", "P1W", "P5W", "P1M", "P1Y", "P1M2DT3H", "P31D")


def questions() -> Iterator[tuple[str, int, str]]:
    """Kinds, moments and texts: those of the test's list at one moment, and made ones at others."""
    now = _milliseconds(datetime(2027, 1, 31, 12, 34, 56, 789_000, UTC))
    for line in ASKED.read_text(encoding="utf-8").splitlines():
        kind, text = line.split("\t")
        yield kind, now, text
    made = random.Random(15)
    for _ in range(150):
        yield "cycle", _moment(made), _cron(made)
    for _ in range(100):
        moment = _moment(made)
        yield "cycle", moment, _repetition(made, moment)
    for _ in range(40):
        yield "duration", _moment(made), f"{made.choice(_STEPS)}"


def _milliseconds(moment: datetime) -> int:
    return (moment - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def _moment(made: random.Random) -> int:
    moment = _milliseconds(datetime(2024, 1, 1, tzinfo=UTC)) + made.randrange(8 * 365 * 86_400_000)
    return moment - moment % made.choice((1, 1, 1_000, 60_000, 86_400_000))


def _cron(made: random.Random) -> str:
    of_month = made.choice(
        (f"{made.randint(1, 31)}", f"{made.randint(1, 28)}W", "L", "LW", f"L-{made.randint(1, 9)}", "1-7", "*/9")
    )
    of_week = made.choice(
        (*_DAYS, "MON-FRI", "SAT-MON", "1,3", "*/2", f"{made.choice(_DAYS)}#{made.randint(1, 5)}", "5L", "2/2")
    )
    days = made.choice((f"{of_month} {{}} ?", f"? {{}} {of_week}", f"* {{}} {of_week}", "* {} ?", "1-9 {} MON-FRI"))
    month = made.choice(("*", "*", made.choice(_MONTHS), "3-9/2", "JAN,JUL", "10/1"))
    times = [
        made.choice(("0", f"{made.randrange(high)}", f"*/{made.randint(1, 9)}", "1-5,9", "*")) for high in (60, 60, 24)
    ]
    return f"{' '.join(times)} {days.format(month)}"


def _repetition(made: random.Random, moment: int) -> str:
    count, step = made.choice(("R", "R1", "R2", "R5", "R20")), made.choice(_STEPS)
    day = datetime.fromtimestamp(moment / 1_000, UTC) + timedelta(hours=made.randint(-999, 999))
    near = day.strftime(made.choice(("%Y-%m-%dT%H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S+02:00")))
    later = (day + timedelta(hours=made.randint(1, 999))).strftime("%Y-%m-%dT%H:%M")
    return made.choice(
        (f"{count}/{step}", f"{count}/{near}/{step}", f"{count}/{step}/{near}", f"{count}/{near}/{later}")
    )


def ask(jar: Path) -> list[str]:
    """Put all questions to the calendars in the libraries of a program; gives lines with their answers."""
    asked = "".join(f"{kind}\t{now}\t{text}\n" for kind, now, text in questions())
    with tempfile.TemporaryDirectory() as folder:
        with zipfile.ZipFile(jar) as program:
            program.extractall(folder, [name for name in program.namelist() if name.endswith(".jar")])
        command = ["java", "-cp", f"{folder}/BOOT-INF/lib/*", "-Duser.timezone=UTC", "-Duser.language=en", str(PROGRAM)]
        done = subprocess.run(command, input=asked, capture_output=True, text=True, check=True)
    # The engine logs on stdout too.
    return [line.removeprefix("answer\t") for line in done.stdout.splitlines() if line.startswith("answer\t")]


def main() -> None:
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    table = Path(sys.argv[2]) if len(sys.argv) == 3 else TABLE
    lines = ask(Path(sys.argv[1]))
    table.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(lines)} rows in {table}")


if __name__ == "__main__":
    main()
