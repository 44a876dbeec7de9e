"""Blocking rules for data that nobody knows yet: small blocks, and hardly a match missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations, product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ..config import Config, MatchConfig
from ..config.terms import bare
from ..matching.blocking import LEAST_BUDGET, block_keys, shared
from ..matching.capture import blocking_recall, field_of
from ..stages import match, standardise
from ..stages.context import Run
from ..store import Connection, create_tables, ident, rows
from ..types import TYPES

ALONE = ("key", "org", "tail", "local", "core", "street", "latin", "sorted", "month_day", "near(latin)", "near(local)",
         "tokens(words)", "tokens(sorted)", "tokens(key)")  # fmt: skip
"""What of a field records are blocked by; tokens of a key only in an address."""

TOGETHER = ("key", "family", "given", "year", "month_day", "month", "postcode", "street", "local")
"""What of two fields records are blocked by."""

SHARED = {"last_name", "address", "address_2", "city", "postcode", "region"}
"""What a family, or the firms of one building, have in common."""

OF_RELATIVES = (("last_name.key", "address.key"), ("name.family", "address.key"), ("last_name.key", "postcode.key"),
                ("name.family", "postcode.key"))  # fmt: skip
"""Rules that bring families together: the first that can be had is taken, for the model to know them apart."""

PARTIAL = {"first_name", "last_name", "address"}
"""What blocks alone only where that is cheap: of many persons it brings families and namesakes together."""

BUDGET = 20
"""Pairs a record, at most, that one rule may give."""

SURE = 0.95
"""Probability from which a pair counts as a match."""

CHEAP = 2
"""Pairs a record at which a field's best rule is taken in any case: the next extract may need it."""

ENOUGH = 0.999
"""The share of the matches found by all candidate rules that the chosen ones have to find."""

MOST, AMPLE, WORTH = 16, 10, 0.1
"""Rules are added beyond those that are needed, up to so many, to so many pairs a record, each finding such a share of
the matches: what no rule finds nobody has seen."""

Rule = tuple[str, ...]


@dataclass(frozen=True)
class Blocking:
    """The rules chosen, the pairs each gives, the matches they find, and the estimated share (0 to 1) of all
    matches that they find; `within` counts the matches inside each source that was compared with itself."""

    rules: list[Rule]
    pairs: list[int]
    matches: int
    recall: float
    within: dict[str, int]


def choose(con: Connection, config: Config, entity: str, compared: Sequence[str]) -> Blocking | None:
    """Choose the rules for an entity whose sources lie in raw; None where no rule brings two records together.

    Every candidate rule within the budget is tried, the matching model is fitted on what they find together, and the
    fewest rules are kept that still find the matches.
    """
    kinds = {name: TYPES[field.type] for name, field in config.entities[entity].fields.items()}
    if not any(name == "name" or kinds[name].identifying for name in compared):
        return None  # a city or a date of birth alone tells nobody from another
    only = config.model_copy(update={"entities": {entity: config.entities[entity]}, "match": {}})
    run = Run(only, date.today(), "draft", b"")
    con.execute("ATTACH ':memory:' AS memory")
    create_tables(con, "memory")
    standardise.run(con, run)
    numbered = f"SELECT row_number() OVER (ORDER BY source, key) - 1 AS id, * FROM {ident('std', entity)}"
    con.execute(f"CREATE TEMP TABLE _all AS {numbered}")
    costs = _affordable(con, _candidates(config, entity, compared))
    if not costs:
        return None
    block, alone = [list(rule) for rule in costs], [[name] for name in compared]
    settings = MatchConfig(block=block, compare=alone, budget=_trial(costs))
    if shared := [name for name in compared if name in SHARED]:
        settings = settings.model_copy(update={"shared": shared})
    match.run(con, Run(only.model_copy(update={"match": {entity: settings}}), run.as_of, run.id, run.mask_key))
    size = rows(con, "SELECT count(*) FROM _all")[0][0]
    return _chosen(costs, size, _found(con, entity, costs), _within(con, entity))


def _candidates(config: Config, entity: str, compared: Sequence[str]) -> list[Rule]:
    """Each part of each compared field but the city alone, and parts of two fields where not both are shared."""
    kinds = {name: TYPES[config.entities[entity].fields[name].type] for name in compared}

    def terms(name: str, parts: Sequence[str]) -> list[str]:
        found = [part for part in parts if bare(part) in kinds[name].parts]
        listed = [part for part in found if part != "tokens(key)" or kinds[name].name == "address"]
        return [part.replace(bare(part), f"{name}.{bare(part)}") for part in listed]

    alone = [(term,) for name in kinds if name != "city" for term in terms(name, ALONE)]
    pairs = [pair for pair in combinations(kinds, 2) if not SHARED.issuperset(pair)]
    has = {f"{name}.{part}" for name, kind in kinds.items() for part in kind.parts}
    families = [rule for rule in OF_RELATIVES if has.issuperset(rule)]
    return [*alone, *(two for a, b in pairs for two in product(terms(a, TOGETHER), terms(b, TOGETHER))), *families]


def _affordable(con: Connection, candidates: list[Rule]) -> dict[Rule, int]:
    """The rules that give some pairs but not too many, with their number; of two alike the shorter."""
    size = rows(con, "SELECT count(*) FROM _all")[0][0]
    rules = [list(rule) for rule in candidates]
    block_keys(con, "_all", rules, [], size * BUDGET * len(rules))
    summary = rows(con, "SELECT rule, pairs FROM _summary WHERE left_out = 0")
    con.execute("DROP TABLE _keys; DROP TABLE _blocks; DROP TABLE _summary")
    most = {rule: size * (CHEAP if len(rule) == 1 and field_of(rule) in PARTIAL else BUDGET) for rule in candidates}
    kept = {rule: pairs for number, pairs in summary if 0 < pairs <= most[rule := candidates[number]]}
    single = {rule: n for rule, n in kept.items() if len(rule) == 1 or not any((name,) in kept for name in rule)}
    whole, tried = 0, {}
    for rule, pairs in sorted(single.items(), key=lambda item: (item[1], item[0])):  # the cheapest, within the budget
        whole += pairs
        if whole <= max(LEAST_BUDGET, BUDGET * size):
            tried[rule] = pairs
    return tried


def _trial(costs: Mapping[Rule, int]) -> int:
    """A budget in which each rule has room for all its pairs."""
    return max(costs.values()) * len(costs)


class Found(NamedTuple):
    """By which of the rules matches are found: distinct rows of booleans (combinations, rules), and how often each."""

    by: NDArray[np.bool_]
    times: NDArray[np.int64]

    def hits(self, rules: Sequence[int]) -> int:
        """How many matches at least one of the rules finds."""
        return int(self.times[self.by[:, list(rules)].any(axis=1)].sum())

    def gains(self, chosen: Sequence[int]) -> NDArray[np.int64]:
        """How many matches each rule finds that the chosen ones do not."""
        missed = ~self.by[:, list(chosen)].any(axis=1)
        gained: NDArray[np.int64] = self.times[missed] @ self.by[missed].astype(np.int64)
        return gained


def _found(con: Connection, entity: str, costs: Mapping[Rule, int]) -> Found:
    """How many matches are found by exactly which of the rules."""
    block_keys(con, "_all", [list(rule) for rule in costs], [], _trial(costs))
    same = ", ".join(f"coalesce({shared(list(rule), n)}, false)" for n, rule in enumerate(costs))
    found = rows(
        con,
        f"""
        SELECT [{same}] AS hits, count(*) FROM {ident("match", f"{entity}_pairs")} AS p
        JOIN _all AS a ON a.source = p.source_l AND a.key = p.key_l JOIN _blocks AS l ON l.id = a.id
        JOIN _all AS b ON b.source = p.source_r AND b.key = p.key_r JOIN _blocks AS r ON r.id = b.id
        WHERE p.probability >= {SURE} GROUP BY ALL ORDER BY ALL""",
    )
    by = np.array([hits for hits, _ in found], dtype=bool).reshape(len(found), len(costs))
    return Found(by, np.array([times for _, times in found], dtype=np.int64))


def _within(con: Connection, entity: str) -> dict[str, int]:
    """How many matches lie inside each source of which records were compared with one another."""
    pairs = ident("match", f"{entity}_pairs")
    counted = f"""SELECT source_l, count(*) FILTER (probability >= {SURE}) FROM {pairs}
        WHERE source_l = source_r GROUP BY ALL ORDER BY ALL"""
    return dict(rows(con, counted))


def _chosen(costs: Mapping[Rule, int], size: int, found: Found, within: dict[str, int]) -> Blocking:
    """Take each field's best rule if it is cheap, then whatever finds most of the rest, until enough is found; then
    more rules that find much for what they cost, since what they all miss nobody has seen."""
    rules, cost = list(costs), np.array(list(costs.values()))
    total, alone = found.hits(range(len(rules))), found.gains([])
    best: dict[str, int] = {}
    for number, rule in enumerate(rules):
        before = alone[best[field_of(rule)]] if field_of(rule) in best else 0
        if len(rule) == 1 and cost[number] <= CHEAP * size and alone[number] > before:
            best[field_of(rule)] = number
    chosen = list(best.values())
    chosen += [rules.index(rule) for rule in OF_RELATIVES if rule in costs][:1]
    while found.hits(chosen) < ENOUGH * total:
        chosen.append(int(np.lexsort((cost, -found.gains(chosen)))[0]))
    chosen = chosen or [int(rule) for rule in np.argsort(cost, kind="stable")[:3]]
    for rule in np.argsort(-alone / cost, kind="stable"):
        if rule not in chosen and len(chosen) < MOST and alone[rule] >= max(WORTH * total, 1):
            chosen += [int(rule)] if cost[[*chosen, rule]].sum() <= AMPLE * size else []
    recall = _recall(rules, chosen, found)
    return Blocking([rules[c] for c in chosen], [int(cost[c]) for c in chosen], total, recall, within)


def _recall(rules: Sequence[Rule], chosen: Sequence[int], found: Found) -> float:
    """The share of all matches that the chosen rules find."""
    by_field: dict[str, list[int]] = {}
    for rule in chosen:
        by_field.setdefault(field_of(rules[rule]), []).append(rule)
    by = np.stack([found.by[:, own].any(axis=1) for own in by_field.values()], axis=1)
    return blocking_recall(by, found.times)
