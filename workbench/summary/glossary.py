"""The words of the report, for those who were not there when it was made."""

from __future__ import annotations

from ..language import gettext as _
from ..language import marked
from .chapter import Chapter, Ground, Table
from .columns import columns

WORDS = (
    (marked("As of"), marked("The day whose extracts the results are of; nothing is counted from the clock.")),
    (marked("Check"), marked("A rule that values must keep. It may warn, or fail, above a share that was agreed.")),
    (marked("Dimension"), marked("What a check is about: complete, valid, unique, consistent, timely.")),
    (marked("Score"), marked("The share of values that pass. Of a dimension the mean of its checks, overall the mean "
                             "of dimensions.")),
    (marked("Gate"), marked("A limit that was agreed before. Where it is missed, somebody has to decide.")),
    (marked("New, persisting, resolved"), marked("A failure that was not there on the date before; one that was; one "
                                                  "that was and is gone.")),
    (marked("Golden record"), marked("One record made of all records of the same customer, each value from the source "
                                     "that is trusted for it.")),
    (marked("Precision"), marked("Of the pairs that were joined, the share that is right, as people's decisions on a "
                                 "sample tell it, with the range it lies in with 95% confidence.")),
    (marked("Pair for review"), marked("Two records that are too alike to part and too different to join: a person "
                                       "decides.")),
    (marked("Wave"), marked("The records that go over into the new system together.")),
    (marked("Outcome"), marked("What became of a record that was read: written, merged into another, deferred, "
                               "archived, excluded or rejected. Unexplained must not be.")),
    (marked("Control totals"), marked("Sums of money on both sides: what came from the sources is what arrived, plus "
                                      "what was left out and why.")),
    (marked("Round"), marked("A rehearsal, or the cutover, that was read back from the new system and compared.")),
    (marked("Pseudonym"), marked("Stands for a personal value: same length and script, equal for equal values, and "
                                 "nobody can be told by it.")),
    (marked("Unusual"), marked("A figure outside the range in which those of the dates before lie.")),
)  # fmt: skip


def glossary(ground: Ground) -> Chapter:
    """A line a word."""
    lines = [{"word": _(word), "meaning": _(meaning)} for word, meaning in WORDS]
    table = Table(_("Glossary"), columns("word meaning"), lines)
    return Chapter("glossary", _("Glossary"), "", _("What the words mean."), [], [table])
