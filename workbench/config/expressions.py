"""Expressions that people write into files: one SQL expression each, and nothing that reaches outside."""

import sqlglot
from sqlglot import exp

_FORBIDDEN = (exp.Command, exp.DDL, exp.DML, exp.Attach, exp.Copy, exp.Pragma, exp.Set, exp.Into)
_FILE_FUNCTIONS = ("read_", "glob", "parquet_", "sniff_", "sqlite_", "postgres_", "getenv", "which_secret", "query")


def parse(expression: str) -> exp.Expression:
    """The expression's tree. Raises ValueError, saying why, when it is not one harmless expression."""
    try:
        trees = sqlglot.parse(f"SELECT ({expression})", read="duckdb")
    except sqlglot.errors.SqlglotError as error:
        raise ValueError("not a SQL expression: " + str(error).splitlines()[0]) from error
    if len(trees) != 1 or trees[0] is None or not _is_bracketed(trees[0]):
        raise ValueError("one SQL expression is accepted")
    for node in trees[0].walk():
        if isinstance(node, _FORBIDDEN):
            raise ValueError("it may only compute, not change anything")
        calls_file = isinstance(node, exp.Anonymous) and node.name.lower().startswith(_FILE_FUNCTIONS)
        names_file = isinstance(node, exp.Table) and set(node.name) & set("./\\:")
        if calls_file or names_file or isinstance(node, exp.ReadCSV | exp.ReadParquet):
            raise ValueError("it may not read files or settings")
    inner: exp.Expression = trees[0].expressions[0]
    return inner.this if isinstance(inner, exp.Paren) else inner


def _is_bracketed(tree: exp.Expression) -> bool:
    """Whether a tree is SELECT (...) and no more: the brackets put around the expression were not closed within."""
    if [name for name, part in tree.args.items() if part] != ["expressions"] or any(n.comments for n in tree.walk()):
        return False
    inner, *others = tree.expressions
    return (
        not others and isinstance(inner, exp.Paren | exp.Subquery) and not isinstance(inner.this, exp.Alias | exp.Star)
    )


def refused(expression: str) -> str:
    """Why an expression is refused; '' when it is accepted.

    >>> refused("credit_limit >= 0"), refused("1; drop table x")
    ('', 'one SQL expression is accepted')
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
