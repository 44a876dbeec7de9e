"""Terms of blocking rules: a field, a part of one as in `name.key`, or `tokens(...)` or `near(...)` of such."""

import re

_AROUND = re.compile(r"(tokens|near)\((.+)\)")


def bare(term: str) -> str:
    """The field or part that a term is about.

    >>> bare("phone"), bare("near(name.latin)")
    ('phone', 'name.latin')
    """
    found = _AROUND.fullmatch(term)
    return found[2] if found else term


def around(term: str) -> str:
    """What is taken of it: "tokens", "near", or "" for the whole.

    >>> around("tokens(name.words)")
    'tokens'
    """
    found = _AROUND.fullmatch(term)
    return found[1] if found else ""
