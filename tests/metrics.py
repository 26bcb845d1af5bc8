"""What `/metrics` answers, read by the parser of Prometheus' own library."""

from collections.abc import Mapping

from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

COMPLETE = "camunda_complete_external_task"


class Metrics:
    """The samples of one answer."""

    def __init__(self, text: str) -> None:
        self.families = {family.name: family for family in text_string_to_metric_families(text)}
        self.samples: list[Sample] = [sample for family in self.families.values() for sample in family.samples]

    def value(self, name: str, **labels: str) -> float:
        """The sum of the samples of a name that have these labels; 0 where there are none."""
        return sum(self._values(name, labels))

    def has(self, name: str, **labels: str) -> bool:
        """Whether there is such a sample."""
        return bool(self._values(name, labels))

    def _values(self, name: str, labels: Mapping[str, str]) -> list[float]:
        return [
            sample.value for sample in self.samples if sample.name == name and labels.items() <= sample.labels.items()
        ]
