"""Nights on a real scheduler: in turn, again, and with processes killed in the middle."""

from __future__ import annotations

import os
import signal
import urllib.error
from pathlib import Path

import pytest

from machine import Machine, model, processes, query, rows, until

pytestmark = pytest.mark.slow

PARTS = ["api-server", "dag-processor", "scheduler"]
LONG = "train { epochs = 400 }\nlease { timeout = 10 seconds }\n"


def night(name: str) -> str:
    return f"nightly_retraining_{name}"


def test_two_nights_by_schedule_a_backfill_of_three_and_a_rerun_leave_one_set_of_rows(machine: Machine) -> None:
    model(machine.models, "turns", "nightly { start = 2013-03-01, end = 2013-03-02, catchup = true }\n")
    dag = night("turns")
    machine.up()
    machine.unpause(dag)
    days = ["2013-03-01", "2013-03-02"]
    assert machine.ended(dag, days) == dict.fromkeys(days, "success")
    scheduled = rows(machine.store)
    assert {row["attempt"] for row in scheduled["runs"]} == {1}

    more = ["2013-03-01", "2013-03-02", "2013-03-03"]
    model(machine.models, "turns", "nightly { start = 2013-03-01, end = 2013-03-03, catchup = false }\n")
    machine.backfill(dag, more[0], more[-1], "completed", max_active_runs=1)
    with pytest.raises(urllib.error.HTTPError, match="409"):
        machine.backfill(dag, more[0], more[-1], "none")
    assert machine.ended(dag, more) == dict.fromkeys(more, "success")
    after = rows(machine.store)
    for table, seen in scheduled.items():
        old = [row for row in after[table] if row in seen]
        assert [row for row in seen if row not in old and row.get("status") != "champion"] == [], table
    assert len({row["run_id"] for row in after["runs"]}) == len(after["runs"]) == 3

    run = machine.run_id(dag, "2013-03-02")
    machine.clear(dag, run)
    until("the rerun begins", 60, lambda: machine.runs(dag)["2013-03-02"] in ("queued", "running"))
    assert machine.ended(dag, more) == dict.fromkeys(more, "success")
    assert rows(machine.store) == after


@pytest.mark.parametrize("victim", ["driver", "runner", "scheduler"])
def test_a_kill_in_mid_train_costs_time_and_nothing_else(machine: Machine, victim: str) -> None:
    name = f"kill-{victim}"
    dag = night(name)
    file = model(machine.models, name, LONG)
    machine.up()
    machine.unpause(dag)
    run = machine.trigger(dag, "2013-03-01")
    driver = training(machine, str(file), name)
    dead = leader(machine, "scheduler")
    if victim == "scheduler":
        os.kill(dead, signal.SIGKILL)
        machine.up()
        assert members(dead) == [], "its tasks do not run beside those of the next one"
    else:
        os.kill(driver if victim == "driver" else parent(driver), signal.SIGKILL)
        until("the driver is gone", 10, lambda: not Path(f"/proc/{driver}").exists())
    assert machine.ended(dag, ["2013-03-01"]) == {"2013-03-01": "success"}
    assert machine.tasks(dag, run)["train"]["try_number"] <= 3
    runs = query(machine.store, f"select status from lockstep.metrics.runs where model = '{name}'")  # noqa: S608
    assert [row["status"] for row in runs].count("done") == 1
    epochs = query(
        machine.store,
        f"select epoch, split from lockstep.metrics.epochs where model = '{name}'",  # noqa: S608
    )
    assert len(epochs) == len({(row["epoch"], row["split"]) for row in epochs}) == 800
    leaders = [dead, *(leader(machine, part) for part in PARTS)]
    machine.down()
    assert [members(each) for each in leaders] == [[]] * len(leaders)
    assert processes(str(machine.home)) == processes(str(file)) == []


def test_a_task_marked_failed_stops_its_driver(machine: Machine) -> None:
    dag = night("marked")
    file = model(machine.models, "marked", LONG)
    machine.up()
    machine.unpause(dag)
    run = machine.trigger(dag, "2013-03-01")
    driver = training(machine, str(file), "marked")
    machine.call("PATCH", f"/dags/{dag}/dagRuns/{run}/taskInstances/train", {"new_state": "failed"})
    until("the driver has ended", 10, lambda: not Path(f"/proc/{driver}").exists())


def training(machine: Machine, conf: str, name: str) -> int:
    """The process id of the driver, once it has a checkpoint."""
    folder = machine.store / "checkpoints"
    until(f"{name} trains", 600, lambda: any(folder.glob(f"{name}-*/[1-9]*")))
    jvms = [pid for pid in processes(conf) if b"TrainJob" in Path(f"/proc/{pid}/cmdline").read_bytes()]
    assert len(jvms) == 1
    return jvms[0]


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()[1])


def members(session: int) -> list[int]:
    """The processes of a session that have not ended."""
    stats = ((int(entry.name), stat(entry)) for entry in Path("/proc").glob("[0-9]*"))
    return [pid for pid, found in stats if found and found[0] != "Z" and int(found[3]) == session]


def stat(process: Path) -> list[str]:
    try:
        return (process / "stat").read_text().rpartition(") ")[2].split()
    except OSError:
        return []


def leader(machine: Machine, part: str) -> int:
    return int((machine.home / "run" / f"{part}.pid").read_text().split()[0])
