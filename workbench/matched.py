"""How good the matching is: what blocking will do, what people decide of a sample, and a truth file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from .blocked import by_rule, largest, lay_out
from .config import Config
from .decisions.book import ask
from .decisions.decisions import Decisions
from .decisions.records import demand_matched, entity_of
from .decisions.standing import all_decisions
from .errors import ConfigError, SourceError, StoreError
from .files import disk, new_file
from .journal import ENDS, Journal
from .matching.evaluate import left_out, score
from .matching.quality import Measure, Stratum, measures, sample, strata
from .matching.saved import SavedModel, as_json
from .reports.masking import demand_plain
from .stages.match_quality import known_recall
from .store import Connection, append, exists, ident, rows
from .truth import lay_out_truth

SAYS = {"match": True, "no_match": False, "split": False, "relate": False}


@dataclass(frozen=True, repr=False)
class Matched:
    """How good a project's matching is. `entity` may be left out where only one is matched.

    Every method raises ConfigError for an entity that is not matched and StoreError before the first run.
    """

    config: Config
    journal: Journal
    tables: Callable[[], AbstractContextManager[Connection]]
    masked: bool

    def blocking(self, entity: str | None = None) -> pd.DataFrame:
        """What blocking will do with the records of the newest run, a line a rule, before anything is compared.

        rule               in words
        blocks, records    blocks to compare, and the records in them, each as often as it is in one
        pairs, new         what they give; and those of them that no earlier rule finds, which is what is compared
        largest            records of the largest block, before any is split
        split              blocks that were too large for the budget, and so are split by a further field if one is fit
        left_out           blocks that are left out as too large, with records_left_out in them or alone after the split
        budget             pairs that the rule may give at most

        Nothing is written. Raises StoreError before the stage standardise has run.
        """
        with self._blocked(entity) as (con, whose):
            return by_rule(con, self.config, whose)

    def largest_blocks(self, entity: str | None = None, rule: str | None = None, top: int = 10) -> pd.DataFrame:
        """The largest blocks before any is split, of all rules or of one as `blocking` names it.

        Columns: rule; value, what the records share, terms with `tokens` last; records. Raises as `blocking`, and
        ConfigError for an unknown rule and for a masked project, for the values are those of the records.
        """
        demand_plain(self.masked)
        if top < 1:
            raise ConfigError(f"The largest {top} blocks are none: give a number from 1 on.")
        with self._blocked(entity) as (con, whose):
            return largest(con, self.config, whose, rule, top)

    def blocking_recall(self, entity: str | None = None) -> float | None:
        """The share (0 to 1) of all matches that the rules of the newest run that matched find, as it estimates.

        See `matching.capture`. None before such a run, and where the matches of but one field's rules tell nothing.
        """
        whose = entity_of(self.config, entity)
        demand_matched(self.config, whose)
        with self.tables() as con:
            return (known_recall(con, whose) or None) if exists(con, "match", f"{whose}_found") else None

    def sample(self, file: str | Path, pairs: int = 200, entity: str | None = None) -> int:
        """Write a sample of about so many compared pairs to a new .csv or .xlsx, for people to decide; the lines.

        `decisions.read` takes it back. What is decided already is left out, so a sample can be made larger later. Its
        values are those of the sources: it is not for sharing. Raises ConfigError for no pairs, SourceError for a file
        that is there.
        """
        demand_plain(self.masked)
        if pairs < 1:
            raise ConfigError(f"A sample of {pairs} pairs is none: give a number from 1 on.")
        decided = Decisions(self.config, self.journal, self.tables, self.masked).decided
        with self._said(entity) as (con, whose, judged):
            query = sample(con, judged, pairs)
            return ask(con, self.config, whose, query, "q.place AS place", decided(whose), Path(file))

    def quality(self, entity: str | None = None) -> pd.DataFrame:
        """What people's decisions tell of rules and model: measure, value, low, high (95%), reviewed, unit.

        The measures are those of `matching.quality.measures`; None where too little of the sample is decided.
        """
        with self._said(entity) as (con, whose, judged):
            found = measures(strata(con, judged), known_recall(con, whose))
        return pd.DataFrame(found, columns=Measure._fields)

    def strata(self, entity: str | None = None) -> pd.DataFrame:
        """Of what the compared pairs consist, and how many of the sample are decided: see `matching.quality`."""
        with self._said(entity) as (con, _, judged):
            return pd.DataFrame(strata(con, judged), columns=Stratum._fields)

    def vectors(self, entity: str | None = None, *, decided: bool = False) -> pd.DataFrame:
        """The compared pairs in recordlinkage's shapes, or those that people decided: the level of each field, 0
        disagreement, NaN missing; indexed by both records as "<source> <key>"."""
        from .matching.supervised import comparison_vectors  # recordlinkage takes seconds

        with self._said(entity) as (con, whose, judged):
            return comparison_vectors(con, whose, f"(FROM {judged} WHERE same IS NOT NULL OR {not decided})")

    def decided(self, entity: str | None = None) -> tuple[pd.DataFrame, pd.Index[Any]]:
        """What classifiers learn from: features (0 or 1) of the decided pairs, and the index of the matches.

        `matching.supervised.train` takes both.
        """
        with self._said(entity) as (con, whose, judged):
            known, same, _ = _taught(con, whose, judged)
        return known, known.index[same]

    def classifiers(self, entity: str | None = None) -> pd.DataFrame:
        """recordlinkage's supervised classifiers beside the matching model, on decisions held back from them.

        See `matching.supervised.compare_classifiers`. Raises ConfigError where people decided too little.
        """
        from .matching.supervised import compare_classifiers

        with self._said(entity) as (con, whose, judged):
            return compare_classifiers(*_taught(con, whose, judged))

    def teach(self, file: str | Path, entity: str | None = None) -> None:
        """Write a model in which logistic regression on people's decisions is in charge: see `matching.taught`.

        Named as `match.<entity>.model` the next run uses it. Raises ConfigError where people decided too little,
        SourceError for a file that is there.
        """
        from .matching.taught import taught

        target = Path(file)
        with self._said(entity) as (con, whose, judged):
            known, same, _ = _taught(con, whose, judged)
            expected = rows(con, f"SELECT avg(probability) FROM {ident('match', f'{whose}_pairs')}")[0][0]
            text = rows(con, "SELECT model FROM match.models WHERE entity = ?", [whose])[0][0]
        found = taught(SavedModel.model_validate_json(text), known, known.index[same], expected)
        if target.exists():
            raise SourceError(f"{target} is there already. Give the model another name.")
        with disk(str(target)):
            target.parent.mkdir(parents=True, exist_ok=True)
            with new_file(target) as made:
                made.write_text(as_json(found), encoding="utf-8")

    def score(self, truth: str | Path, entity: str | None = None) -> pd.DataFrame:
        """Hold the golden records against a file with the columns source, key and cluster: measure, value, unit.

        Pairs, B-cubed and true clusters found exactly, over the records that both have; then the records that only
        one has. Raises SourceError with all that is wrong in the file.
        """
        with self._judged(entity) as (con, whose):
            clusters = f"(SELECT source, key, golden_id AS cluster FROM {ident('match', f'{whose}_clusters')})"
            lay_out_truth(con, Path(truth), self.config.records(whose))
            unknown, untold = left_out(con, clusters, "_truth")
            both = rows(con, "SELECT count(*) FROM _truth")[0][0] - unknown
            if not both:
                raise SourceError(f"{truth}: none of its records is a {whose} of the newest run. Keys are as in std.")
            found = score(con, clusters, "_truth")
        b_cubed = 2 * found.b_precision * found.b_recall / (found.b_precision + found.b_recall)
        shares = {
            "pair precision": found.precision, "pair recall": found.recall, "pair F1": found.f1,
            "B-cubed precision": found.b_precision, "B-cubed recall": found.b_recall, "B-cubed F1": b_cubed,
            "clusters exactly right": found.exact,
        }  # fmt: skip
        counts = {"records compared": both, "records only in the truth": unknown, "records not in the truth": untold}
        lines = [(name, float(value), unit) for values, unit in ((shares, "share"), (counts, "records"))
                 for name, value in values.items()]  # fmt: skip
        return pd.DataFrame(lines, columns=["measure", "value", "unit"])

    @contextmanager
    def _blocked(self, entity: str | None) -> Iterator[tuple[Connection, str]]:
        """A session in which the blocks of an entity are laid out: of true values, for pseudonyms have other words."""
        whose = entity_of(self.config, entity)
        demand_matched(self.config, whose)
        with self.tables() as con:
            std = ident("work", "std", whose) if self.masked else ident("std", whose)
            lay_out(con, self.config, self.journal, whose, std)
            yield con, whose

    @contextmanager
    def _judged(self, entity: str | None) -> Iterator[tuple[Connection, str]]:
        """A session, and the entity that is meant."""
        whose = entity_of(self.config, entity)
        demand_matched(self.config, whose)
        with self.tables() as con:
            if not exists(con, "match", f"{whose}_found"):
                raise StoreError(f"Records of {whose} are not matched yet, or by an older version. Run the project.")
            yield con, whose

    @contextmanager
    def _said(self, entity: str | None) -> Iterator[tuple[Connection, str, str]]:
        """A session, the entity, and its pairs with what people say of them now."""
        with self._judged(entity) as (con, whose):
            lines: list[dict[str, Any]] = [
                {name: line[name] for name in ENDS} | {"same": SAYS[line["kind"]]}
                for line in all_decisions(self.journal, self.config)
                if line["entity"] == whose and line["kind"] in SAYS and line["status"] == "stands"
            ]
            ends = ", ".join(f"{name} VARCHAR" for name in ENDS)
            con.execute(f"CREATE TEMP TABLE _answers ({ends}, same BOOLEAN)")
            if lines:
                append(con, "_answers", pa.Table.from_pylist(lines))
            told = f"(SELECT {', '.join(ENDS)}, bool_and(same) AS same FROM _answers GROUP BY ALL)"
            pairs = ident("match", f"{whose}_pairs")
            yield con, whose, f"(FROM {pairs} LEFT JOIN {told} USING ({', '.join(ENDS)}))"


def _taught(con: Connection, entity: str, judged: str) -> tuple[pd.DataFrame, pd.Series, pd.Series]:
    """Features of the decided pairs, what people say of each, and what rules and model say."""
    from .matching.supervised import comparison_vectors, features

    decided = f"(FROM {judged} WHERE same IS NOT NULL)"
    vectors = comparison_vectors(con, entity, decided)
    said = {(f"{sl} {kl}", f"{sr} {kr}"): (same, ours) for sl, kl, sr, kr, same, ours in rows(con, f"""
        SELECT {", ".join(ENDS)}, same, proposed <> 'ruled out' AND probability >= 0.5 FROM {decided}""")}  # fmt: skip
    same, ours = (pd.Series([said[pair][n] for pair in vectors.index], vectors.index, dtype=bool) for n in (0, 1))
    return features(con, entity, vectors), same, ours
