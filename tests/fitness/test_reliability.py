"""docs/reliability.md and the scenarios tell the same: no promise without its test, no test without its promise."""

from tests import (
    test_reliability,
    test_reliability_homeserver,
    test_reliability_matrix,
    test_reliability_telegram,
    test_reliability_uncertain,
)
from tests.reliability import PAGE, scenarios, table


def test_every_row_has_its_scenario_in_the_file_it_names_and_every_scenario_its_row() -> None:
    rows = [(row.id, row.where) for row in table()]
    assert len(rows) == len(set(rows))
    assert sorted(rows) == sorted((id_, where) for id_, (where, _) in scenarios().items())


def test_every_line_of_the_table_is_read() -> None:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    assert len(lines) == len(table())


def test_every_row_says_what_goes_wrong_and_what_people_read() -> None:
    for row in table():
        assert row.fault, row.id
        assert bool(row.outcome.told) == (row.words != "—"), row.id


def test_every_row_is_played_by_one_file_of_tests() -> None:
    files = (test_reliability, test_reliability_uncertain, test_reliability_telegram, test_reliability_matrix)
    played = [row.id for file in (*files, test_reliability_homeserver) for row in file.ROWS]
    played += [row.id for row in test_reliability_homeserver.LIMITED]
    assert sorted(played) == sorted(row.id for row in table())
