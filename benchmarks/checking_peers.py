"""The rules of benchmarks/checking.py in the words of Pandera and Great Expectations.

`rules` are those of checking.RULES by label; the work that is prepared gives how many rows fail each.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.customers import BRANCHES

Rules = Mapping[str, dict[str, Any]]
Failing = dict[str, int]


def _whole(rule: dict[str, Any]) -> str:
    return f"^(?:{rule['pattern']})$"


def _bounds(rule: dict[str, Any]) -> list[Any]:
    bounds = (rule.get(name) for name in ("min", "max"))
    return [pd.Timestamp(bound) if isinstance(bound, str) else bound for bound in bounds]


def pandera(file: Path, rules: Rules) -> Callable[[], Failing]:
    """A lazy validation, which keeps all failure cases.

    What is about several columns is a check of one of them that knows the frame: a check of the whole frame, as the
    documentation has it, takes a millisecond for each failing row.
    """
    import pandera.pandas as pa
    from pandera.errors import SchemaErrors

    frame = pd.read_parquet(file)

    def check(label: str, rule: dict[str, Any]) -> Any:
        low, high = _bounds(rule)
        match rule["check"]:
            case "allowed" | "foreign_key":
                return pa.Check.isin(rule.get("values", BRANCHES), error=label)
            case "length":
                return pa.Check.str_length(low, high, error=label)
            case "pattern":
                return pa.Check.str_matches(_whole(rule), error=label)
            case "compare":
                to = frame[rule["to"]]
                return pa.Check(lambda one: (one >= to) | one.isna() | to.isna(), error=label, ignore_na=False)
            case "unique":
                together = [rule["field"], *rule["together"]]
                return pa.Check(lambda _: ~frame.duplicated(together, keep=False), error=label, ignore_na=False)
        if low is None:
            return pa.Check.le(high, error=label)
        return pa.Check.ge(low, error=label) if high is None else pa.Check.in_range(low, high, error=label)

    flags = {"required": "not_nullable", "unique": "field_uniqueness"}
    columns, labels = {}, {}
    for name in frame:
        here = {label: rule for label, rule in rules.items() if rule["field"] == name}
        flagged = {
            rule["check"]: label for label, rule in here.items() if rule["check"] in flags and "together" not in rule
        }
        checks = [check(label, rule) for label, rule in here.items() if label not in flagged.values()]
        columns[name] = pa.Column(None, checks, nullable="required" not in flagged, unique="unique" in flagged)
        labels |= {(name, flags[flag]): label for flag, label in flagged.items()}
    schema = pa.DataFrameSchema(columns)

    def work() -> Failing:
        try:
            schema.validate(frame, lazy=True)
        except SchemaErrors as errors:
            counts = errors.failure_cases.groupby(["column", "check"]).size()
        return {labels.get((column, said), said): int(count) for (column, said), count in counts.items()}

    return work


def great_expectations(file: Path, rules: Rules) -> Callable[[], Failing]:
    """A suite with the result format COMPLETE, which keeps the places and values of all failures."""
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    import great_expectations as gx
    from great_expectations import expectations as gxe

    def expectation(label: str, rule: dict[str, Any]) -> Any:
        column = {"column": rule["field"], "meta": {"label": label}}
        low, high = _bounds(rule)
        match rule["check"]:
            case "required":
                return gxe.ExpectColumnValuesToNotBeNull(**column)
            case "unique" if "together" in rule:
                together = [rule["field"], *rule["together"]]
                return gxe.ExpectCompoundColumnsToBeUnique(column_list=together, meta=column["meta"])
            case "unique":
                return gxe.ExpectColumnValuesToBeUnique(**column)
            case "allowed" | "foreign_key":
                return gxe.ExpectColumnValuesToBeInSet(value_set=rule.get("values", BRANCHES), **column)
            case "length":
                return gxe.ExpectColumnValueLengthsToBeBetween(min_value=low, max_value=high, **column)
            case "pattern":
                return gxe.ExpectColumnValuesToMatchRegex(regex=_whole(rule), **column)
            case "compare":
                return gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                    column_A=rule["field"], column_B=rule["to"], or_equal=True, meta=column["meta"],
                    ignore_row_if="either_value_is_missing",
                )  # fmt: skip
        return gxe.ExpectColumnValuesToBeBetween(min_value=low, max_value=high, **column)

    frame = pd.read_parquet(file)
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    asset = context.data_sources.add_pandas("memory").add_dataframe_asset("customers")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": frame})
    suite = gx.ExpectationSuite("rules", expectations=[expectation(*each) for each in rules.items()])

    def work() -> Failing:
        found = batch.validate(suite, result_format="COMPLETE")
        return {each.expectation_config.meta["label"]: each.result["unexpected_count"] for each in found.results}

    return work


PEERS = {"pandera": (pandera, 3), "great_expectations": (great_expectations, 1)}
"""Each by the package to be installed, and how often it is measured."""
