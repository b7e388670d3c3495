"""A whole night by `airflow dags test`, with real Spark jobs on the bundled data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path

import pytest

from machine import HOME, model, rows

DAY = "2013-03-01"
RUN = re.compile(r"tiny-2013-03-01-[0-9a-f]{8}")


class Night:
    """The night of DAY by `airflow dags test`, in an Airflow and on a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store"
        model(folder / "models", "tiny")
        home = {"AIRFLOW_HOME": str(folder / "airflow"), "LOCKSTEP_CONF": str(folder / "models")}
        self.environment = {**os.environ, **home, "COLUMNS": "200"}
        self.airflow("db", "migrate")

    def run(self) -> str:
        """All that the night prints."""
        return self.airflow("dags", "test", "nightly_retraining_tiny", DAY)

    def airflow(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            env=self.environment,
            cwd=HOME,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert done.returncode == 0, done.stdout
        return done.stdout

    def files(self) -> dict[str, str]:
        """Names and hashes of what readers get; the tables' files are in the rows."""
        folders = ("prepared", "models", "predictions")
        found = [file for each in folders for file in (self.store / each).rglob("*") if file.is_file()]
        return {str(file.relative_to(self.store)): sha256(file.read_bytes()).hexdigest() for file in found}


def test_a_night_trains_decides_and_scores_and_its_rerun_changes_nothing(tmp_path: Path) -> None:
    night = Night(tmp_path)
    log = night.run()
    assert "state=success" in log
    then, files = rows(night.store), night.files()

    (run,) = then["runs"]
    assert RUN.fullmatch(run["run_id"])
    assert (run["attempt"], run["status"]) == (1, "done")
    assert re.fullmatch("[0-9a-f]{64}", run["parameters_sha256"])
    assert [(row["epoch"], row["split"]) for row in then["epochs"]] == [
        (epoch, split) for epoch in (1, 2) for split in ("train", "validation")
    ]
    iterations = sorted(row["iteration"] for row in then["iterations"])
    assert iterations == list(range(1, len(iterations) + 1))
    assert len(iterations) % 2 == 0
    assert [(row["version"], row["status"]) for row in then["versions"]] == [(run["run_id"], "champion")]
    assert "the first champion of the model" in log
    auc = [row["value"] for row in then["evaluations"] if row["metric"] == "auc"]
    assert max(auc) > 0.6
    assert all(row["passed"] for row in then["checks"])
    assert {"distance > 0", "day has rows"} <= {row["rule"] for row in then["checks"]}
    assert any(name.startswith(f"predictions/tiny/date={DAY}/") and name.endswith(".parquet") for name in files)
    seconds = times(log)
    assert list(seconds) == ["wait_for_data", "prepare", "train", "evaluate", "promote", "promoted", "score", "all"]
    for job in ("prepare", "train", "evaluate", "promote", "score"):
        assert all(0 <= each < 600 for each in seconds[job])
        assert seconds[job][2] > 0.5, "Spark's start takes time"
        assert seconds[job][3] > 0.1, "so does work"
    assert seconds["all"] == pytest.approx(
        [sum(part) for part in zip(*list(seconds.values())[:-1], strict=True)], abs=0.5
    )

    again = night.run()
    assert "state=success" in again
    assert rows(night.store) == then
    assert night.files() == files


def times(log: str) -> dict[str, list[float]]:
    """Waiting, process, start and work of each task, as the night's last one logs them."""
    line = re.compile(r"\[info +\] (\w+)" + r" +(\d+\.\d)" * 4 + r" \[lockstep\.times\]")
    return {found[1]: [float(each) for each in found.groups()[1:]] for found in line.finditer(log)}
