"""Matched customers made by hand: three records that are one, one for review, one that a rule keeps apart, one alone."""

from pathlib import Path

from workbench.published import Published

from .made import HOSTILE, published

WEIGHTS = """SELECT * REPLACE (weight::DOUBLE AS weight) FROM (VALUES
    ('name', 0, 'different', -3.0), ('name', 1, 'near', 6.5), ('name', 2, 'same', 12.25),
    ('tax_id', 0, 'different', -6.0), ('tax_id', 1, 'same', 15.5),
    ('city', 0, 'different', -4.0), ('city', 1, 'same', 4.5),
    ('(prior)', 0, 'any pair', -10.0)) AS v(field, level, name, weight)"""
PAIRS = """SELECT source_l, key_l, source_r, key_r, weight::DOUBLE AS weight, 1 / (1 + 2 ** -weight) AS probability, verdict, decided_by,
        levels::TINYINT[] AS levels, rarity::FLOAT[] AS rarity
    FROM (VALUES
        ('crm', 'A', 'erp', '1', 24.375, 'match', 'model', [2, 1, 1], [2.125, 0, 0]), ('crm', 'A', 'erp', '2', 12.0, 'match', 'model', [1, 1, -1], [0, 0, 0]),
        ('erp', '1', 'erp', '2', 1.75, 'review', 'model', [2, -1, -1], [0, 0, 0]), ('crm', 'B', 'erp', '3', -1.75, 'review', 'model', [2, -1, 0], [0, 0, 0]),
        ('crm', 'B', 'erp', '2', 0.75, 'no_match', 'rule', [2, 0, 1], [0, 0, 0]), ('crm', 'C', 'erp', '3', -23.0, 'no_match', 'model', [0, 0, 0], [0, 0, 0])
    ) AS v(source_l, key_l, source_r, key_r, weight, verdict, decided_by, levels, rarity)"""
# (the weights above: -10 + the levels' weights + the rarity; the pair of a rule -10 + 12.25 - 6 + 4.5)
JOINT = """SELECT * REPLACE (weight::DOUBLE AS weight) FROM (VALUES
    ('name', 0, 'different', -3.0), ('name', 1, 'near', 6.5), ('name', 2, 'same', 12.25),
    ('tax_id + city', 0, 'different', -6.0), ('tax_id + city', 1, 'step 1 of 2', 4.0), ('tax_id + city', 2, 'all the same', 9.0),
    ('(prior)', 0, 'any pair', -10.0)) AS v(field, level, name, weight)"""
JOINT_PAIR = """SELECT 'crm' AS source_l, 'A' AS key_l, 'erp' AS source_r, '1' AS key_r, 7.25::DOUBLE AS weight,
    0.993 AS probability, 'match' AS verdict, 'model' AS decided_by, [2, 1]::TINYINT[] AS levels, [0, 1]::FLOAT[] AS rarity"""
CLUSTERS = """SELECT * REPLACE (confidence::DOUBLE AS confidence) FROM (VALUES
    ('crm', 'A', 'g1', 0.9999, false), ('erp', '1', 'g1', 0.9999, true), ('erp', '2', 'g1', 0.9997, false),
    ('crm', 'B', 'g2', 0.4, true), ('crm', 'C', 'g3', 1.0, true), ('erp', '3', 'g4', 0.77, true))
    AS v(source, key, golden_id, confidence, founding)"""
RECORDS = f"""SELECT * FROM (VALUES
    ('crm', 'A', 'g1', '青岛钰璟有限公司', '91', '青岛市'), ('erp', '1', 'g1', '青岛钰璟有限公司', '91', '青岛'),
    ('erp', '2', 'g1', 'Yujing', '91', NULL), ('crm', 'B', 'g2', '{HOSTILE}', NULL, 'x'), ('erp', '3', 'g4', '{HOSTILE}', NULL, 'y'))
    AS v(source, key, golden_id, name, tax_id, city)"""
PROVENANCE = f"""SELECT 'customer' AS entity, 'g1' AS golden_id, * FROM (VALUES
    ('name', '青岛钰璟有限公司', 'erp', '1', 'most_trusted', true), ('name', 'Yujing', 'erp', '2', 'most_trusted', false),
    ('tax_id', '91', 'erp', '1', 'agreed', true),
    ('city', '青岛市', 'crm', 'A', 'owner', false), ('city', '{HOSTILE}', 'erp', '1', 'owner', true))
    AS v(field, value, source, key, rule, stands)"""
TABLES = {
    "match_customer_weights": WEIGHTS,
    "match_customer_pairs": PAIRS,
    "match_customer_clusters": CLUSTERS,
    "match_customer_records": RECORDS,
    "gold_provenance": PROVENANCE,
}


def matched(root: Path, **other: str) -> Published:
    """A masked run with these tables, some of them other ones; "" leaves a table out."""
    root.mkdir(exist_ok=True)
    tables = {name: query for name, query in (TABLES | other).items() if query}
    return published(root, [("2026-03-02", [], {})], **tables)


def ends(pair: object) -> tuple[str, str, str, str]:
    """A pair's records, as the views take them."""
    return tuple(getattr(pair, name) for name in ("source_l", "key_l", "source_r", "key_r"))  # type: ignore[return-value]
