"""Who is who: the pairs that were compared, the golden records made of them, and where a person should look first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from ..errors import ConfigError
from ..language import gettext as _
from ..published import Published
from ..reports.fragments import share
from ..store import Connection, count, exists, ident, records, rows
from ..words import told
from .cluster_sizes import size_bars
from .view import View, draw, known

Levels = dict[str, dict[int, tuple[str, float]]]
"""Name and weight of each level of each field, the fields in the order of a pair's levels."""

VERDICTS = ("match", "review", "no_match")
SAID = ("source_l", "key_l", "source_r", "key_r", "weight", "probability", "verdict", "decided_by")
KINDS = {-1: "missing", 0: "differ", 1: "agree"}
SEEN = 50
SHOWN = 0.05
LOWEST = 20


@dataclass(frozen=True)
class Agreement:
    """How two records agree in a field: the level's name in words, and its weight in bits.

    `level` is -1 where one of the two has no value, which says nothing; 0 where they differ, `strongest` at best.
    `rarity` is what a rare or common value adds; the weight has it already. Fields compared as one are one agreement.
    """

    field: str
    said: str
    level: int
    strongest: int
    weight: float
    rarity: float = 0.0

    @property
    def fields(self) -> list[str]:
        """The fields that are compared: one, or those that are compared as one."""
        return self.field.split(" + ")

    @property
    def told(self) -> str:
        """The level, and what the value adds to what it says where that shows in a decimal of a bit."""
        if abs(self.rarity) < SHOWN:
            return told(self.said)
        said = _("{said} · rare value {bits}") if self.rarity > 0 else _("{said} · common value {bits}")
        return said.format(said=told(self.said), bits=f"{self.rarity:+.1f}")


@dataclass(frozen=True)
class Pair:
    """Two records that were compared; the weight in bits is that of any pair (`prior`), of all agreements, and what
    speaks against it as the two may be but relatives."""

    entity: str
    source_l: str
    key_l: str
    source_r: str
    key_r: str
    weight: float
    probability: float
    verdict: str
    decided_by: str
    prior: float
    agreements: list[Agreement]

    @property
    def left(self) -> str:
        """The first record's source and key."""
        return f"{self.source_l} {self.key_l}"

    @property
    def right(self) -> str:
        """The second record's source and key."""
        return f"{self.source_r} {self.key_r}"

    @property
    def relatives(self) -> float:
        """The bits by which a match is less likely as relatives agree so too; 0 where that says nothing."""
        rest = self.weight - self.prior - sum(a.weight for a in self.agreements)
        return rest if rest <= -SHOWN else 0.0

    @property
    def chance(self) -> str:
        """The probability as a percentage."""
        return chance(self.probability)

    def fields(self, kind: str) -> str:
        """The fields that "agree" (and how), that "differ", or of which a value is "missing"."""
        chosen = [a for a in self.agreements if kind == KINDS[min(a.level, 1)]]
        return ", ".join(f"{a.field} ({told(a.said)})" if a.level > 0 else a.field for a in chosen)


def chance(probability: float) -> str:
    """A model is never quite sure: what it rounds to certainty is >99.9%.

    >>> chance(1.0), chance(0.5)
    ('>99.9%', '50.0%')
    """
    return share(min(max(probability, 1e-9), 1 - 1e-9))


def matched_entities(con: Connection) -> list[str]:
    """The entities whose records were matched."""
    return [name for (name,) in rows(con, """
        SELECT DISTINCT regexp_extract(table_name, '^match_(.+)_(blocks|weights|pairs|clusters)$', 1) AS entity
        FROM information_schema.tables WHERE table_schema = 'published' AND entity <> '' ORDER BY 1""")]  # fmt: skip


def part(con: Connection, entity: str, name: str) -> str:
    """The table match_<entity>_<name>, quoted. Raises ConfigError for an entity that was not matched."""
    table = f"match_{entity}_{name}"
    if not exists(con, "published", table):
        matched = matched_entities(con)
        if not matched:
            raise ConfigError("No records were matched. Give workbench.yml a section `match` and run again.")
        known("matched entity", entity, matched)
        raise ConfigError(f"The table {table} is missing from this run. Run its date again.")
    return ident("published", table)


def ask_pairs(con: Connection, entity: str, rest: str, parameters: dict[str, Any]) -> list[Pair]:
    """The pairs of match_<entity>_pairs after `rest` (WHERE, ORDER BY, LIMIT), with what each level means."""
    weights = rows(con, f"SELECT field, level, name, weight FROM {part(con, entity, 'weights')}")
    prior = next((weight for field, _, _, weight in weights if field == "(prior)"), 0.0)
    levels: Levels = {}
    for field, level, name, weight in weights:
        if field != "(prior)":
            levels.setdefault(field, {-1: ("missing", 0.0)})[level] = (name, weight)
    return [
        Pair(entity=entity, prior=prior, agreements=_agreements(levels, line), **{name: line[name] for name in SAID})
        for line in records(con, f"FROM {part(con, entity, 'pairs')} {rest}", parameters)
    ]


def _agreements(levels: Levels, pair: dict[str, Any]) -> list[Agreement]:
    """The level that each field of a pair has reached, in words, and the bits of its values: none in an older run."""
    rarity = pair.get("rarity", [0.0] * len(levels))
    return [
        Agreement(field, named[level][0], level, max(named), named[level][1] + bits, bits)
        for (field, named), level, bits in zip(levels.items(), pair["levels"], rarity, strict=True)
    ]


def golden_record(con: Connection, entity: str, golden_id: str) -> tuple[int, str]:
    """How many records a golden record has, and its founding record. Raises ConfigError for an unknown golden id."""
    found = rows(con, f"""SELECT source || ' ' || key, count(*) OVER () FROM {part(con, entity, "clusters")}
        WHERE golden_id = ? ORDER BY founding DESC, source, key LIMIT 1""", [golden_id])  # fmt: skip
    if not found:
        hint = f"`clusters(run, {entity!r})` lists some, `run.records` finds others in match_{entity}_clusters."
        raise ConfigError(f"No golden record of {entity} has the id {golden_id!r}. {hint}")
    return found[0][1], found[0][0]


def find_pair(con: Connection, entity: str, source_l: str, key_l: str, source_r: str, key_r: str) -> Pair:
    """The pair of two records, whichever is named first. Raises ConfigError when there is none."""
    ends = {"sl": source_l, "kl": key_l, "sr": source_r, "kr": key_r}
    same = """WHERE (source_l = $sl AND key_l = $kl AND source_r = $sr AND key_r = $kr)
        OR (source_l = $sr AND key_l = $kr AND source_r = $sl AND key_r = $kl) LIMIT 1"""
    found = ask_pairs(con, entity, same, ends)
    if found:
        return found[0]
    for source, key in ((source_l, key_l), (source_r, key_r)):
        known = f"SELECT count(*) FROM {part(con, entity, 'clusters')} WHERE source = ? AND key = ?"
        if not count(con, known, [source, key]):
            raise ConfigError(
                f"{source} has no {entity} with the key {key!r}. `pairs(run, {entity!r}, 'match')` lists pairs."
            )
    near = _compared_with(con, entity, source_l, key_l) or _compared_with(con, entity, source_r, key_r)
    hint = f" {near}" if near else f" `pairs(run, {entity!r}, 'match')` lists pairs that were."
    raise ConfigError(
        f"{source_l} {key_l} and {source_r} {key_r} were not compared: they share no key of a blocking rule.{hint}"
    )


def _compared_with(con: Connection, entity: str, source: str, key: str) -> str:
    """The records nearest to one, in words."""
    either = "WHERE (source_l = $s AND key_l = $k) OR (source_r = $s AND key_r = $k)"
    order = "ORDER BY weight DESC, source_l, key_l, source_r, key_r LIMIT 3"
    found = ask_pairs(con, entity, f"{either} {order}", {"s": source, "k": key})
    own = f"{source} {key}"
    others = [pair.right if pair.left == own else pair.left for pair in found]
    return f"{own} was compared with {', '.join(others)}." if others else ""


def pairs_data(con: Connection, entity: str, verdict: str = "review", limit: int = SEEN) -> list[Pair]:
    """The pairs of a verdict, those first that are nearest to even odds. Raises ConfigError for an unknown verdict."""
    known("verdict", verdict, VERDICTS)
    rest = "WHERE verdict = $verdict ORDER BY abs(weight), source_l, key_l, source_r, key_r LIMIT $limit"
    return ask_pairs(con, entity, rest, {"verdict": verdict, "limit": limit})


def pairs(
    run: Published,
    entity: str,
    verdict: str = "review",
    limit: int = SEEN,
    link: Callable[[Pair], str] | None = None,
) -> View:
    """The pairs of a verdict (match, review, no_match) as a table, those nearest to call first.

    `link` gives the address of what there is to see of a pair.
    """
    with run.session() as con:
        found = pairs_data(con, entity, verdict, limit)
        totals = dict(rows(con, f"SELECT verdict, count(*) FROM {part(con, entity, 'pairs')} GROUP BY verdict"))
    return draw("pairs", entity=entity, verdict=verdict, pairs=found, totals={v: totals.get(v, 0) for v in VERDICTS},
                link=link)  # fmt: skip


@dataclass(frozen=True)
class Clusters:
    """How many golden records have how many records, and those to trust least: the weakest link is what counts."""

    sizes: list[dict[str, Any]]  # size, golden_records, records
    lowest: list[dict[str, Any]]  # golden_id, size, confidence, members


def clusters_data(con: Connection, entity: str, limit: int = LOWEST) -> Clusters:
    """Sizes of the golden records, and those of several records with the lowest confidence."""
    table = part(con, entity, "clusters")
    sizes = records(con, f"""
        SELECT size, count(*) AS golden_records, sum(size)::BIGINT AS records
        FROM (SELECT count(*) AS size FROM {table} GROUP BY golden_id) GROUP BY size ORDER BY size""")  # fmt: skip
    lowest = records(con, f"""
        SELECT golden_id, count(*) AS size, min(confidence) AS confidence,
            list(source || ' ' || key ORDER BY founding DESC, source, key)[:5] AS members
        FROM {table} WHERE golden_id IN (
            SELECT golden_id FROM {table} GROUP BY golden_id HAVING count(*) > 1
            ORDER BY min(confidence), golden_id LIMIT $limit)
        GROUP BY golden_id ORDER BY confidence, golden_id""", {"limit": limit})  # fmt: skip
    return Clusters(sizes, lowest)


def clusters(run: Published, entity: str, limit: int = LOWEST, link: Callable[[str], str] | None = None) -> View:
    """The golden records by size, and those to trust least; `link` is the address of a golden id's record."""
    with run.session() as con:
        found = clusters_data(con, entity, limit)
    lines = [
        line | {"confidence": chance(line["confidence"]),
                "members": ", ".join(line["members"]) + (" …" if line["size"] > len(line["members"]) else "")}
        for line in found.lowest
    ]  # fmt: skip
    most = max((line["records"] for line in found.sizes), default=0)
    return draw("clusters", entity=entity, sizes=found.sizes, lowest=lines, most=most, link=link,
                chart=size_bars(found.sizes))  # fmt: skip
