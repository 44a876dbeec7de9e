"""spelling: a rare value is not just a common one misspelt."""

from typing import Literal

from pydantic import Field

from .base import Check

SHORTEST = 5
"""Characters from which on a difference of one or two says something."""

NEAR = """
    CASE WHEN regexp_extract_all(a.v, '[0-9]') <> regexp_extract_all(b.v, '[0-9]')
            AND len(regexp_extract_all(a.v, '[0-9]')) = len(regexp_extract_all(b.v, '[0-9]')) THEN false
        WHEN regexp_full_match(a.v || b.v, '[ -~]*')
            THEN damerau_levenshtein(a.v, b.v) <= CASE WHEN length(a.v) < 8 THEN 1 ELSE 2 END
        ELSE length(a.v) = length(b.v)
            AND len(list_filter(range(1, length(a.v) + 1), lambda i: substr(a.v, i, 1) <> substr(b.v, i, 1))) = 1 END"""
"""Other digits make another code. DuckDB counts edits in bytes, so beyond ASCII positions are compared."""


class Spelling(Check):
    """No value of the field that is at least `times` as common differs from it in one character or two.

    Texts of five characters and more are compared that share their first or their last three characters, so that no
    long list is compared with itself; of eight and more two characters may differ. Dimension: validity.
    """

    dimension = "validity"
    check: Literal["spelling"]
    times: int = Field(default=10, ge=2)

    def fails(self) -> str:
        return "r._misspelt"

    def reason(self) -> str:
        return f"'nearly a value that is {self.times} times as common'"

    def select(self, table: str) -> str:
        """Bring each rare value together with the common ones that begin or end alike."""
        value = f"{self.value()}::VARCHAR"
        misspelt = f"""
            WITH counted AS (
                SELECT {value} AS v, count(*) AS n, unnest(['<' || left({value}, 3), right({value}, 3) || '>']) AS half
                FROM {table} AS r WHERE length({value}) >= {SHORTEST} GROUP BY {value}),
            common AS (FROM counted WHERE n >= {self.times})
            SELECT DISTINCT a.v FROM counted AS a JOIN common AS b ON a.half = b.half
            WHERE b.n >= {self.times} * a.n AND abs(length(a.v) - length(b.v)) <= 1 AND {NEAR}"""
        joined = (
            f"SELECT r.*, m.v IS NOT NULL AS _misspelt FROM {table} AS r LEFT JOIN ({misspelt}) AS m ON m.v = {value}"
        )
        return super().select(f"({joined})")
