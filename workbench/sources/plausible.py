"""How plausible a text is in an encoding, by the structure of the encodings and without lists of words.

The double-byte sets put their common characters in front: GB 2312 has them in its level 1 (first bytes B0 to D7),
Big5 in its level 1 (A4 to C6), Shift JIS in kana (82, 83) and level 1 (88 to 97). Text read in the wrong set falls
into the rare ones, or into holes. cp1252 has no rare letters, but letters with accents stand among plain ones.
"""

import re
from collections import Counter

CANDIDATES = ("utf-8", "gb18030", "cp950", "cp932", "cp1252")
COMMON, USUAL, SELDOM, EXTENSION, RARE = 0.95, 0.8, 0.4, 0.25, 0.1
UNICODE = 0.99  # few other texts are UTF-8 by chance
MANY = 14  # half-width katakana
LEADS = {  # of characters of two bytes: the first bytes up to this one, and their weight
    "gb18030": ((0xA3, USUAL), (0xA5, SELDOM), (0xAF, RARE), (0xD7, COMMON), (0xF7, SELDOM)),
    "cp950": ((0xA3, USUAL), (0xC6, COMMON), (0xC8, RARE), (0xF9, SELDOM)),
    "cp932": ((0x81, USUAL), (0x83, COMMON), (0x87, RARE), (0x97, COMMON), (0x9F, SELDOM), (0xEA, SELDOM)),
}
_IN_WORD = re.compile(r"(?<=[A-Za-z])[^\x00-\x7f](?=[A-Za-z])")
_RUN_OF_ONE = re.compile(r"[^\x00-\x7f]")
_RUN = re.compile(r"[^\x00-\x7f]+")
_HALF_WIDTH = re.compile("[｡-ﾟ]")
_MISPLACED = re.compile(
    "(?<![ｳｶ-ﾄﾊ-ﾎ])ﾞ|(?<![ﾊ-ﾎ])ﾟ"  # voicing marks behind what has no voice
    "|(?<![ｦ-ﾟ])[ｧ-ｰ]|(?<![ｷｼﾁﾆﾋﾐﾘﾞﾟ])[ｬ-ｮ]|ｦ(?=[ｧ-ｰ])"  # small letters that lean on nothing
    "|[｡-･](?=[｡-･])|[ｦ-ﾟ](?=[A-Za-z])"
)


def plausibility(data: bytes, encoding: str) -> float:
    """From 0 to 1: the mean weight of the characters beyond ASCII, by their bytes; less for undecodable bytes."""
    text = data.decode(encoding, "workbench.keep_bytes")
    weigh = {"cp1252": _western, "cp932": _shift_jis}.get(encoding, _double_byte)
    beyond = len(data) - len(data.translate(None, bytes(range(128, 256)))) or 1
    damaged = len(re.findall("[\udc00-\udcff]", text))
    clean = re.sub("[\udc00-\udcff]", " ", text)
    score = UNICODE if encoding == "utf-8" else weigh(clean, encoding)
    return score * max(0.0, 1 - damaged / beyond) ** 8


def _double_byte(text: str, encoding: str) -> float:
    """The mean weight of characters; rare ones within a Latin word are garbage."""
    return _mean(Counter(_RUN_OF_ONE.findall(text)), Counter(_IN_WORD.findall(text)), encoding)


def _mean(counts: Counter[str], within: Counter[str], encoding: str) -> float:
    total = 0.0
    for char, count in counts.items():
        weight = _weight(char.encode(encoding), encoding)
        total += weight * (count if weight > SELDOM else count - within[char])
    return total / (counts.total() or 1)


def _weight(code: bytes, encoding: str) -> float:
    if len(code) != 2:
        return RARE
    if encoding == "gb18030" and (code[1] < 0xA1 or code[0] <= 0xA0):
        return EXTENSION
    return next((weight for last, weight in LEADS[encoding] if code[0] <= last), RARE)


def _shift_jis(text: str, encoding: str) -> float:
    """Half-width katakana are as plausible as the characters around them, where marks stand behind what takes them."""
    half = len(_HALF_WIDTH.findall(text))
    full = _HALF_WIDTH.sub(" ", text)
    # A few Chinese characters can have only bytes that are katakana too; many cannot.
    alone = COMMON + (0.01 if half >= MANY else -0.01)
    score = alone if full.isascii() else _double_byte(full, encoding)
    misplaced = len(_MISPLACED.findall(text)) / (half or 1)
    others = len(_RUN_OF_ONE.findall(full))
    return score * (others + half * max(0.0, 1 - 4 * misplaced)) / (others + half or 1)


def _western(text: str, encoding: str) -> float:
    """The mean weight of letters by what stands around them."""
    total = count = 0.0
    for found in _RUN.finditer(text):
        begin, end = found.span()
        total += (end - begin) * _run_weight(found[0], text[max(begin - 1, 0) : begin] + text[end : end + 1])
        count += end - begin
    return total / (count or 1)


def _run_weight(run: str, around: str) -> float:
    """Of what stands between ASCII characters: one letter in a word, one symbol, seldom more."""
    letters = any(char.isascii() and char.isalpha() for char in around)
    if len(run) == 1:
        odd = run.isupper() and around[:1].islower()
        return RARE if odd else COMMON if run.isalpha() and letters else USUAL - 0.1
    if len(run) == 2 and letters and (run.islower() or not run.isalpha()):
        return USUAL - 0.1
    return RARE / 2
