"""Which recorded runs are compared: each model by one of its policies; all of them by ``--every-recorded-run``.

The policy is chosen by the model's name, so that all policies have their models.
"""

import zlib
from collections import defaultdict
from collections.abc import Iterable

Run = tuple[str, str]


def chosen(recorded: Iterable[Run], *, every: bool) -> set[Run]:
    """Pairs of a model and a policy."""
    policies = defaultdict(list)
    for model, policy in sorted(recorded):
        policies[model].append(policy)
    if every:
        return {(model, policy) for model, found in policies.items() for policy in found}
    return {(model, found[zlib.crc32(model.encode()) % len(found)]) for model, found in policies.items()}
