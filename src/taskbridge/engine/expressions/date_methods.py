"""Methods of moments, as those of java.util.Date and of Joda's DateTime, both in UTC.

Calls `java_types`, `method`, `moments` and `values`.
"""

from functools import partial

from taskbridge.engine.expressions import moments
from taskbridge.engine.expressions.java_types import Integer, JodaMoment
from taskbridge.engine.expressions.method import Method, Methods, counted, date, joda, sign_of
from taskbridge.engine.expressions.texts import to_string
from taskbridge.engine.expressions.values import to_integer, to_long

DATES: Methods = {
    ("before", 1): Method(lambda base, other: base < other, (date,)),
    ("after", 1): Method(lambda base, other: base > other, (date,)),
    ("compareTo", 1): Method(lambda base, other: sign_of(base < other, base > other), (date,)),
    ("getTime", 0): Method(moments.milliseconds),
    ("getYear", 0): Method(counted(lambda base: base.year - 1900)),
    ("getMonth", 0): Method(counted(lambda base: base.month - 1)),
    ("getDate", 0): Method(counted(lambda base: base.day)),
    ("getDay", 0): Method(counted(lambda base: base.isoweekday() % 7)),
    ("getHours", 0): Method(counted(lambda base: base.hour)),
    ("getMinutes", 0): Method(counted(lambda base: base.minute)),
    ("getSeconds", 0): Method(counted(lambda base: base.second)),
}
JODA_MOMENTS: Methods = {
    ("isBefore", 1): Method(lambda base, other: base < other, (joda,)),
    ("isAfter", 1): Method(lambda base, other: base > other, (joda,)),
    ("isEqual", 1): Method(lambda base, other: base == other, (joda,)),
    ("compareTo", 1): Method(lambda base, other: sign_of(base < other, base > other), (joda,)),
    ("toDate", 0): Method(JodaMoment.date_value),
    ("getMillis", 0): Method(moments.milliseconds),
    ("plus", 1): Method(partial(moments.moved, unit="Millis", sign=1), (to_long,)),
    ("minus", 1): Method(partial(moments.moved, unit="Millis", sign=-1), (to_long,)),
    ("toString", 1): Method(moments.formatted, (to_string,)),
    ("withTimeAtStartOfDay", 0): Method(lambda base: base.replace(hour=0, minute=0, second=0, microsecond=0)),
    ("withTime", 4): Method(moments.at_time, (to_integer,) * 4),
    **{
        (f"{word}{unit}", 1): Method(partial(moments.moved, unit=unit, sign=sign), (to_integer,))
        for unit in moments.UNITS
        for word, sign in (("plus", 1), ("minus", -1))
    },
    **{(f"get{name}", 0): Method(lambda base, read=read: Integer(read(base))) for name, read in moments.FIELDS.items()},
    **{(f"with{name}", 1): Method(partial(moments.with_field, name=name), (to_integer,)) for name in moments.FIELDS},
}
