"""Lines at the end of a text that are no records: a total, a count, who printed it."""

import re

from workbench.sources.shapes import Shapes
from workbench.sources.tokens import Record

LAST = 5  # records of a text among which a footer is looked for
_WORDS = re.compile(
    r"""\W*(?:
    (?:grand\s|sub-?|report\s)?totals?(?:\s(?:rows|records|amount|of|lines))?[\s:=]*[\d.,]*
    | sum[\s:=]*[\d.,]*
    | (?:number\sof\s)?(?:rows|records|lines)(?:\s(?:read|written|selected|exported))?[\s:=]*[\d.,]+
    | [\d.,]+\s(?:rows?|records?|lines?)(?:\s(?:read|written|selected|affected|exported))?
    | end\sof\s.* | (?:printed|exported|generated|created)\s(?:on|at|by)\b.*
    | (?:合计|合計|总计|總計|小计|小計|共计|共計)[\s:：]*[\d.,]*
    | 共\s*[\d.,]+\s*[条條行笔筆] .* | 制表.* | 製表.* | 打印.*
    )\W*""",
    re.IGNORECASE | re.VERBOSE,
)

_SENTENCE = re.compile(r"[^\W\d_]{2}.*\s|\s.*[^\W\d_]{2}")


def footer_of(tail: list[Record], width: int, shapes: Shapes) -> list[Record]:
    """The last records of a text that are a footer, at most five.

    A footer begins with words such as Total, and leaves half the cells blank or has the wrong number of them; or it
    has the wrong number, leaves more than half blank, and begins with several words where its column has none. So a
    record that was cut off is no footer. What could be either stays a record: a reject is seen by people.
    """
    found: list[Record] = []
    for record in reversed(tail[-LAST:]):
        if not _is_footer(record, width, shapes):
            break
        found.insert(0, record)
    return found


def _is_footer(record: Record, width: int, shapes: Shapes) -> bool:
    filled = [(place, cell) for place, cell in enumerate(record.fields) if cell]
    if record.problem or not filled:
        return False
    place, begin = filled[0]
    wrong = len(record.fields) != width
    if _WORDS.fullmatch(begin) and width > 1:
        return wrong or 2 * len(filled) <= width
    return wrong and 2 * len(filled) < width and shapes.differs(begin, place) and bool(_SENTENCE.search(begin))
