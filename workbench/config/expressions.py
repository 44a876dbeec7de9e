"""Expressions that people write into files: one SQL expression each, and nothing that reaches outside."""

import sqlglot
from sqlglot import exp

_FORBIDDEN = (exp.Command, exp.DDL, exp.DML, exp.Attach, exp.Copy, exp.Pragma, exp.Set, exp.Into)
_FILE_FUNCTIONS = ("read_", "glob", "parquet_", "sniff_", "sqlite_", "postgres_", "getenv", "which_secret", "query")


def parse(expression: str) -> exp.Expr:
    """The expression's tree. Raises ValueError, saying why, when it is not one harmless expression."""
    try:
        tree = sqlglot.parse_one(expression, read="duckdb", into=exp.Condition)
        commented = any(token.comments for token in sqlglot.tokenize(expression, read="duckdb"))
    except sqlglot.errors.SqlglotError as error:
        near = error.errors[0]["highlight"] if isinstance(error, sqlglot.ParseError) and error.errors else None
        raise ValueError("not a SQL expression" + (f"; look near '{near}'" if near else "")) from error
    if commented or isinstance(tree, exp.Star):
        raise ValueError("one SQL expression without comments is accepted")
    for node in tree.walk():
        if isinstance(node, _FORBIDDEN):
            raise ValueError("it may only compute, not change anything")
        calls_file = isinstance(node, exp.Anonymous) and node.name.lower().startswith(_FILE_FUNCTIONS)
        names_file = isinstance(node, exp.Table) and set(node.name) & set("./\\:")
        if calls_file or names_file or isinstance(node, exp.ReadCSV | exp.ReadParquet):
            raise ValueError("it may not read files or settings")
    return tree


def refused(expression: str) -> str:
    """Why an expression is refused; '' when it is accepted.

    >>> refused("credit_limit >= 0"), refused("1; drop table x")
    ('', "not a SQL expression; look near 'drop'")
    """
    try:
        parse(expression)
    except ValueError as error:
        return str(error)
    return ""


def columns_of(expression: str) -> set[str]:
    """The columns an expression reads.

    >>> sorted(columns_of("case when debit then amount else -amount end"))
    ['amount', 'debit']
    """
    return {column.name for column in parse(expression).find_all(exp.Column)}


def outer_columns(expression: str, record: str) -> set[str]:
    """The columns that an expression reads of the record itself (called `record`), not of tables of its subqueries.

    >>> sorted(outer_columns("class = (select max(o.rank) from gold.orders as o where o.owner = firm.id)", "firm"))
    ['class', 'id']
    """
    columns = parse(expression).find_all(exp.Column)
    return {c.name for c in columns if c.table == record or c.find_ancestor(exp.Select) is None}
