from pathlib import Path

from workbench.views.cluster_sizes import size_bars
from workbench.views.queue_trend import queue_data, queue_trend

from .made import published, sound


def sizes(**golden: int) -> list[dict[str, int]]:
    return [{"size": int(size[1:]), "golden_records": many} for size, many in golden.items()]


def test_a_bar_for_each_size_from_two_on_and_one_for_all_large() -> None:
    found = str(size_bars(sizes(_1=9000, _2=500, _3=40, _10=2, _57=1)))
    assert "2: 500; 3: 40; 10 or more: 3" in found and "9,000" not in found
    assert found.count('class="fill-written"') == 3


def test_nothing_was_joined() -> None:
    assert size_bars(sizes(_1=12)) is None and size_bars([]) is None


def test_the_queue_of_each_date_that_counted_it(tmp_path: Path) -> None:
    run = published(tmp_path, [(day, [], {}) for day in ("2026-03-02", "2026-03-09")])
    assert "No run has counted it yet" in sound(queue_trend(run, "customer"))
    with run.session() as con:
        con.execute("""INSERT INTO published.metrics BY NAME SELECT run_id, as_of, counts, 'matching queue' AS metric,
            'customer' AS entity, day(as_of) * 10.0 AS value FROM published.runs""")
        assert [(str(line["as_of"]), line["waiting"]) for line in queue_data(con, "customer")] == [
            ("2026-03-02", 20), ("2026-03-09", 90)]  # fmt: skip
        assert queue_data(con, "contact") == []
    assert "Pairs that wait for a decision 90" in sound(queue_trend(run, "customer"))
