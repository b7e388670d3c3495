"""Whole nights with real Spark jobs."""

from __future__ import annotations

import os
import shutil
import stat
import urllib.error
from pathlib import Path

import pytest

from machine import HOME, TASKS, Machine, model, processes, query, until

DAG = "nightly_retraining_tiny"

pytestmark = pytest.mark.slow


def test_a_night_ends_with_a_champion_and_scores(machine: Machine) -> None:
    model(machine.models, "tiny")
    machine.up()
    assert machine.knows(DAG), "at once"
    machine.unpause(DAG)
    run = machine.trigger(DAG, "2013-03-01", epochs=1)
    assert machine.ended(DAG, ["2013-03-01"]) == {"2013-03-01": "success"}
    tasks = machine.tasks(DAG, run)
    assert {name: tasks[name]["state"] for name in [*TASKS, "promoted", "kept"]} == {
        **dict.fromkeys([*TASKS, "promoted"], "success"),
        "kept": "skipped",
    }
    versions = query(machine.store, "select status, logical_date from lockstep.metrics.versions")
    assert [(row["status"], str(row["logical_date"])) for row in versions] == [("champion", "2013-03-01")]
    epochs = query(machine.store, "select distinct epoch from lockstep.metrics.epochs")
    assert [row["epoch"] for row in epochs] == [1], "params reach the jobs"
    assert list((machine.store / "predictions" / "tiny" / "date=2013-03-01").rglob("*.parquet"))
    assert "overhead of Airflow and of starts" in machine.log(DAG, run, "score")


def test_broken_data_stop_the_night_at_once_and_leave_the_champion(machine: Machine, tmp_path: Path) -> None:
    source = tmp_path / "flights"
    shutil.copytree(HOME / "data" / "flights", source)
    rules = 'data.rules = [ { check = "distance > 100000" } ]\n'
    model(machine.models, "broken", rules, source)
    dag = "nightly_retraining_broken"
    machine.unpause(dag)
    run = machine.trigger(dag, "2013-03-01")
    assert machine.ended(dag, ["2013-03-01"]) == {"2013-03-01": "failed"}
    tasks = machine.tasks(dag, run)
    assert tasks["prepare"]["state"] == "failed"
    assert tasks["prepare"]["try_number"] == 1
    assert tasks["train"]["state"] == "upstream_failed"
    log = machine.log(dag, run, "prepare")
    assert "exit code 3" in log
    assert "distance > 100000" in log
    checks = query(machine.store, "select rule, passed from lockstep.metrics.checks where run_id like 'broken%'")
    assert {"rule": "distance > 100000", "passed": False} in checks
    champions = query(machine.store, "select model from lockstep.metrics.versions where status = 'champion'")
    assert [row["model"] for row in champions] == ["tiny"]


def test_up_again_changes_nothing_and_down_leaves_no_process(machine: Machine) -> None:
    port = machine.port()
    assert "password" not in machine.up()
    assert machine.port() == port
    for name, value in {"LOCKSTEP_CONF": "/elsewhere", "AIRFLOW_CONN_SPARK_DEFAULT": '{"password": "x"}'}.items():
        assert machine.refused(name, value) == (
            f"Cannot change {name} of a running Airflow: it has another one (run airflow/down first)\n"
        )
    for name in ("passwords.json", "airflow.cfg", "secrets", "airflow.db"):
        assert stat.S_IMODE((machine.home / name).stat().st_mode) & 0o077 == 0, name
    with pytest.raises(urllib.error.HTTPError, match="401"):
        machine._send("POST", "/auth/token", {"username": "admin", "password": "admin"})
    leaders = [int(file.read_text().split()[0]) for file in (machine.home / "run").glob("*.pid")]
    assert len(leaders) == 3
    machine.down()
    until("all have ended", 10, lambda: not any(session(pid) in leaders for pid in all_processes()))
    assert not processes(str(machine.home))
    machine.down()


def all_processes() -> list[int]:
    return [int(entry.name) for entry in Path("/proc").glob("[0-9]*")]


def session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:
        return -1
