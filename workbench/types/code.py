"""Values out of short lists: classes, groups, currencies, terms. The list belongs to the field's configuration."""

from .base import Sample, SemanticType, share


class Code(SemanticType):
    name = "code"

    def recognise(self, sample: Sample, heading: str) -> float:
        """Few different short values, most of them repeated."""
        repeated = 1 - len(set(sample)) / (len(sample) or 1)
        return 0.4 * self.named(heading) + (0.1 + 0.3 * repeated) * share(sample, lambda value: len(value) <= 12)
