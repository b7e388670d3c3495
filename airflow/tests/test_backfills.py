"""Backfills beside each other, and finished tasks that run again: the rows are those of nights in turn."""

from __future__ import annotations

import subprocess
import urllib.error
from datetime import datetime
from itertools import pairwise
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
    machine.backfill(DAG, DAYS[0], DAYS[1], "completed", max_active_runs=1)
    until("the first one runs", 120, lambda: "running" in machine.runs(DAG).values())
    with pytest.raises(urllib.error.HTTPError, match="409"):
        machine.backfill(DAG, DAYS[1], DAYS[2], "completed", max_active_runs=1)
    assert DAYS[2] not in machine.runs(DAG)
    assert machine.ended(DAG, DAYS[:2]) == dict.fromkeys(DAYS[:2], "success")
    until("the first one is over", 120, lambda: backfilled(machine))
    machine.backfill(DAG, DAYS[1], DAYS[2], "completed", max_active_runs=1)
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


def test_nights_take_turns_whatever_a_backfill_allows(machine: Machine) -> None:
    dag = "nightly_retraining_wide"
    conf = model(machine.models, "wide")
    machine.up()
    machine.unpause(dag)
    machine.backfill(dag, DAYS[0], DAYS[2], "none")
    until("all run", 120, lambda: list(machine.runs(dag).values()) == ["running"] * 3)
    until("the backfill is over", 900, lambda: backfilled(machine, dag))
    assert machine.ended(dag, DAYS) == dict.fromkeys(DAYS, "success")

    spans = [span(machine, dag, day) for day in DAYS]
    assert spans == sorted(spans), "the earlier one first"
    for (_, end), (start, _) in pairwise(spans):
        assert end <= start, spans
    serial = machine.folder / "serial-wide"
    nightly = [HOME / "jobs" / "nightly", "--conf", conf, "--store", serial, "--from", DAYS[0], "--to", DAYS[2]]
    subprocess.run(nightly, check=True, capture_output=True)
    assert undated(of(rows(machine.store), "wide")) == undated(of(rows(serial), "wide"))


def span(machine: Machine, dag: str, day: str) -> tuple[datetime, datetime]:
    """When a night was at work."""
    tasks = machine.tasks(dag, machine.run_id(dag, day))
    return moment(tasks["prepare"]["start_date"]), moment(tasks["score"]["end_date"])


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def of(tables: dict[str, list[dict[str, Any]]], name: str) -> dict[str, list[dict[str, Any]]]:
    """The rows of a model's runs: the store has those of other tests too."""
    return {table: [row for row in found if row["run_id"].startswith(f"{name}-")] for table, found in tables.items()}


def backfilled(machine: Machine, dag: str = DAG) -> bool:
    """Whether no backfill is under way."""
    found = machine.call("GET", f"/backfills?dag_id={dag}")["backfills"]
    return all(each["completed_at"] for each in found)


def undated(tables: dict[str, list[dict[str, Any]]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{key: value for key, value in row.items() if key != "decided_at"} for row in found]
        for name, found in tables.items()
    }
