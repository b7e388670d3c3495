"""Backfills beside each other, and finished tasks that run again: the rows are those of nights in turn."""

from __future__ import annotations

import subprocess
import urllib.error
from typing import Any

import pytest

from machine import HOME, Machine, model, rows, until

DAG = "nightly_retraining_overlap"
DAYS = ["2013-03-01", "2013-03-02", "2013-03-03"]

pytestmark = pytest.mark.slow


def test_two_overlapping_backfills_and_a_task_run_again_leave_the_rows_of_nights_in_turn(machine: Machine) -> None:
    conf = model(machine.models, "overlap")
    machine.up()
    machine.unpause(DAG)
    machine.backfill(DAG, DAYS[0], DAYS[1], "completed")
    until("the first one runs", 120, lambda: "running" in machine.runs(DAG).values())
    with pytest.raises(urllib.error.HTTPError, match="409"):
        machine.backfill(DAG, DAYS[1], DAYS[2], "completed")
    assert DAYS[2] not in machine.runs(DAG)
    assert machine.ended(DAG, DAYS[:2]) == dict.fromkeys(DAYS[:2], "success")
    until("the first one is over", 120, lambda: backfilled(machine))
    machine.backfill(DAG, DAYS[1], DAYS[2], "completed")
    until("the second one is over", 900, lambda: backfilled(machine))
    assert machine.ended(DAG, DAYS) == dict.fromkeys(DAYS, "success")
    after = rows(machine.store)

    serial = machine.folder / "serial"
    nightly = [HOME / "jobs" / "nightly", "--conf", conf, "--store", serial, "--from", DAYS[0], "--to", DAYS[2]]
    subprocess.run(nightly, check=True, capture_output=True)
    assert undated(after) == undated(rows(serial))
    assert [row["status"] for row in after["versions"]].count("champion") == 1
    assert [row["attempt"] for row in after["runs"]] == [1, 1, 1]

    for task in ("train", "promote"):
        run = machine.run_id(DAG, DAYS[1])
        machine.clear(DAG, run, [task])
        until(f"{task} runs again", 120, lambda: machine.runs(DAG)[DAYS[1]] in ("queued", "running"))
        assert machine.ended(DAG, DAYS) == dict.fromkeys(DAYS, "success")
        assert machine.tasks(DAG, run)[task]["try_number"] > 1
    assert rows(machine.store) == after


def backfilled(machine: Machine) -> bool:
    """Whether no backfill is under way."""
    found = machine.call("GET", f"/backfills?dag_id={DAG}")["backfills"]
    return all(each["completed_at"] for each in found)


def undated(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{key: value for key, value in row.items() if key != "decided_at"} for row in found]
        for name, found in tables.items()
    }
