"""A database that raw tables can be read into."""

from collections.abc import Iterator

import pytest

from workbench.store import Connection, fresh_schema, session


@pytest.fixture
def con() -> Iterator[Connection]:
    with session(None) as connection:
        fresh_schema(connection, "raw")
        yield connection
