"""Addresses in Latin letters, in the shapes of the United States, the United Kingdom, Germany and France, into parts.

The words of streets (data/street_word.csv) are those of USPS Publication 28, appendix C, and the commonest of the
others. What has none of these shapes has no parts.
"""

import re
from functools import cache

from .folding import letters, table

_LEADING_NUMBER = re.compile(r"^(\d+\w?(?: bis| ter)?),")
_BOX = re.compile(r"\b(?:p\.? ?o\.? ?box|post office box|postfach|boite postale|b\.?p\.?|pobox) *#?(\d[\d ]*\d|\d)\b")
_COUNTRY = re.compile(
    r"[, ]+(?:usa|u\.s\.a\.|united states(?: of america)?|uk|"
    r"united kingdom|england|great britain|germany|deutschland|france)\.?$"
)
_ROOM = re.compile(
    r"(?:^|[, ]+)(?:(?:apartment|apt|suite|ste|unit|flat|room|rm|appt)\b\.?|#) *#?(\w*\d\w*|[a-z])\b(?:-\d+|/(?=\d))?,?"
)
_AMERICAN = re.compile(
    r"(.*?)[, ]+([a-z]{2}|[a-z]{4,14}|(?:new|north|south|west|rhode) [a-z]{4,10})\.?,? (\d{5}(?:-\d{4})?)"
)
_BRITISH = re.compile(r"(.*?)[, ]+([a-z]{1,2}\d[a-z\d]?) ?(\d[a-z]{2})")
_CONTINENTAL = re.compile(
    r"(.*?)(?:, *(?:[a-z]{1,2}-)?(\d{4,5})|[, ]+(?:[a-z]{1,2}-)?(\d{5})) ([^\d,]{2,40})(?: cedex(?: \d+)?)?"
)
_BEFORE = re.compile(r"(\d+[a-z]?(?:[-/]\d+[a-z]?)?(?: (?:bis|ter|1/2))?),? (\D.*)")
_BEHIND = re.compile(r"(\D+?),? ?(\d+ ?[a-z]?(?: ?[-/] ?\d+ ?[a-z]?)?)")
_GERMAN = re.compile(r"(?:strasse|weg|platz|allee|gasse|ring|damm|ufer|straat|laan|plein|gracht)$|^(?:via|calle|rua) ")
_NEAR = re.compile(r"[( ,]+(?:between|btwn|bet|near|at|off|corner of|opposite)\b.*")
_DIGIT = re.compile(r"\d")
_LONGEST = 200


@cache
def _street_words(kind: str) -> dict[str, str]:
    """A word as written -> spelt out, of one kind or, with '', of both kinds that streets are made of."""
    kinds = (kind,) if kind else ("type", "other")
    return {
        word: kept
        for each, kept, written in table("street_word")
        if each in kinds
        for word in (kept, *written.split("|"))
    }


def spelt_out(plain: str) -> str:
    """A folded text without full stops, the words of streets spelt out.

    >>> spelt_out("12 s. main st."), spelt_out("hauptstr. 5")
    ('12 south main street', 'hauptstrasse 5')
    """
    kept = _street_words("")
    words = plain.replace(".", " ").split()
    return " ".join(kept.get(word) or (f"{word}asse" if word.endswith("str") else word) for word in words)


def _tail(text: str) -> tuple[str, dict[str, str | None]]:
    """What is before postcode and city at the end of an address, and those."""
    states = _street_words("state")
    if text[-1:].isdigit() and (found := _AMERICAN.fullmatch(text)) and found[2] in states:
        front, _, city = found[1].rpartition(",")
        if front:
            return front, {"province": states[found[2]].upper(), "postcode": found[3], "city": city.strip()}
        return found[1], {"province": states[found[2]].upper(), "postcode": found[3]}
    if text[-3:-2].isdigit() and (found := _BRITISH.fullmatch(text)):
        front, _, city = found[1].rpartition(",")
        return front or found[1], {
            "postcode": f"{found[2]} {found[3]}".upper(),
            "city": city.strip() if front else None,
        }
    if (found := _CONTINENTAL.fullmatch(text)) and found[1]:
        return found[1], {"postcode": found[2] or found[3], "city": found[4].strip()}
    return text, {}


def _road(segment: str, certain: bool) -> tuple[str, str] | None:
    """Road and number of one segment between commas; without a postcode it must have a word of streets."""
    types = _street_words("type")
    if found := _BEFORE.fullmatch(segment):
        road = spelt_out(_NEAR.sub("", found[2]))
        if certain or any(word in types for word in road.split()):
            return road, found[1]
    if found := _BEHIND.fullmatch(segment):
        road = spelt_out(found[1])
        if certain or _GERMAN.search(road):
            return road, re.sub(" *([-/]) *| ", r"\1", found[2])
    return None


def taken_apart(plain: str) -> dict[str, str | None]:
    """The parts of a folded text.

    >>> taken_apart("12 high street, leeds ls1 4ap")["road"], taken_apart("hauptstr. 5a, 10115 berlin")["city"]
    ('high street', 'berlin')
    """
    if len(plain) > _LONGEST or not _DIGIT.search(plain):
        return {}
    text, tail = _tail(_COUNTRY.sub("", plain))
    if box := _BOX.search(text):
        return {**tail, "road": "po box", "number": letters(box[1])}
    room = _ROOM.search(text)
    if room:
        text = f"{text[: room.start()]}, {text[room.end() :]}"
    segments = [each.strip(" .") for each in _LEADING_NUMBER.sub(r"\1", text.strip(", "), count=1).split(",")]
    for place, segment in enumerate(segments):
        if found := _road(segment, bool(tail)):
            road, number = found
            if not tail.get("city") and len(segments) > place + 1 and not _DIGIT.search(segments[-1]):
                tail["city"] = segments[-1] or None
            street = " ".join(filter(None, [tail.get("city"), road, number]))
            return {**tail, "road": road, "number": number, "room": room[1] if room else None, "street": street}
    return tail
