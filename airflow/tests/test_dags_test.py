"""A whole night by `airflow dags test`, with real Spark jobs on the bundled data."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from machine import HOME, model, rows

DAY = "2013-03-01"
RUN = re.compile(r"tiny-2013-03-01-[0-9a-f]{8}")


class Night:
    """The night of DAY by `airflow dags test`, in an Airflow and on a store of its own."""

    def __init__(self, folder: Path) -> None:
        self.store = folder / "store"
        self.models = folder / "models"
        model(self.models, "tiny")
        home = {"AIRFLOW_HOME": str(folder / "airflow"), "LOCKSTEP_CONF": str(self.models)}
        self.environment = {**os.environ, **home, "COLUMNS": "200"}
        self.airflow("db", "migrate")
        self.log = self.run("tiny", DAY)
        self.rows = rows(self.store)

    def run(self, name: str, day: str) -> str:
        """All that a night prints."""
        return self.airflow("dags", "test", f"nightly_retraining_{name}", day)

    def airflow(self, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-m", "airflow", *arguments],
            env=self.environment,
            cwd=HOME,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return done.stdout

    def files(self) -> dict[str, str]:
        """Names and hashes of what readers get; the tables' files are in the rows."""
        folders = ("prepared", "models", "predictions")
        found = [file for each in folders for file in (self.store / each).rglob("*") if file.is_file()]
        return {str(file.relative_to(self.store)): sha256(file.read_bytes()).hexdigest() for file in found}


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> Night:
    return Night(tmp_path_factory.mktemp("night"))


def test_a_night_trains_decides_and_scores(night: Night) -> None:
    assert "state=success" in night.log, night.log
    (run,) = night.rows["runs"]
    assert RUN.fullmatch(run["run_id"])
    assert (run["attempt"], run["status"]) == (1, "done")
    assert re.fullmatch("[0-9a-f]{64}", run["parameters_sha256"])
    assert [(row["epoch"], row["split"]) for row in night.rows["epochs"]] == [
        (epoch, split) for epoch in (1, 2) for split in ("train", "validation")
    ]
    iterations = sorted(row["iteration"] for row in night.rows["iterations"])
    assert iterations == list(range(1, len(iterations) + 1))
    assert len(iterations) % 2 == 0, "as many in each epoch"
    assert [(row["version"], row["status"]) for row in night.rows["versions"]] == [(run["run_id"], "champion")]
    assert "the first champion of the model" in night.log
    assert max(row["value"] for row in night.rows["evaluations"] if row["metric"] == "auc") > 0.6
    assert all(row["passed"] for row in night.rows["checks"])
    assert {"distance > 0", "day has rows"} <= {row["rule"] for row in night.rows["checks"]}
    assert any(re.fullmatch(rf"predictions/tiny/date={DAY}/.+\.parquet", name) for name in night.files())


def test_its_seconds_are_told_apart(night: Night) -> None:
    seconds = times(night.log)
    assert list(seconds) == ["wait_for_data", "prepare", "train", "evaluate", "promote", "promoted", "score", "all"]
    for job in ("prepare", "train", "evaluate", "promote", "score"):
        assert all(0 <= each < 600 for each in seconds[job])
        assert seconds[job][2] > 0.5, "Spark's start takes time"
        assert seconds[job][3] > 0.1, "so does work"
    whole = seconds.pop("all")
    assert whole == pytest.approx([sum(part) for part in zip(*seconds.values(), strict=True)], abs=0.5)


def test_its_rerun_changes_no_row_and_no_file(night: Night) -> None:
    files = night.files()
    assert "state=success" in night.run("tiny", DAY)
    assert {name: of_run(night, found) for name, found in rows(night.store).items()} == night.rows
    assert {name: night.files().get(name) for name in files} == files


def test_scoring_alone_finds_what_the_night_has_left(night: Night) -> None:
    files = night.files()
    log = night.airflow("dags", "test", "scoring_tiny", DAY)
    assert "state=success" in log, log
    assert "Predictions are there already" in log
    assert night.files() == files


def test_a_day_of_the_past_without_rows_fails_at_once_with_a_row_that_says_why(night: Night) -> None:
    model(night.models, "past", "model = tiny\nnightly.start = 2012-01-01\n")
    log = night.run("past", "2012-06-30")
    assert "The wait is over: prepare says what is missing" in log
    assert "state=failed" in log
    assert "exit code 3, the data do not fit the settings" in log
    assert "nightly_retraining_past: prepare failed for 2012-06-30: prepare ended with exit code 3" in log, "the alert"
    found = [row for row in rows(night.store)["checks"] if row["run_id"].startswith("tiny-2012-06-30-")]
    assert False in [row["passed"] for row in found]


def test_broken_data_stop_the_next_night_and_the_champion_stays(night: Night) -> None:
    model(night.models, "broken", 'model = tiny\ndata.rules = [ { check = "distance > 100000" } ]\n')
    log = night.run("broken", "2013-03-02")
    assert "state=failed" in log
    assert "exit code 3, the data do not fit the settings" in log
    assert "up_for_retry" not in log.lower()
    now = rows(night.store)
    broken = [row for row in now["checks"] if row["run_id"].startswith("tiny-2013-03-02-") and not row["passed"]]
    assert [row["rule"] for row in broken] == ["distance > 100000"]
    for table in ("versions", "epochs", "iterations", "evaluations"):
        assert now[table] == night.rows[table], table


def of_run(night: Night, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of DAY's run alone: other tests have other days."""
    return [row for row in found if row["run_id"] == night.rows["runs"][0]["run_id"]]


def times(log: str) -> dict[str, list[float]]:
    """Waiting, process, start and work of each task, as the night's last one logs them."""
    line = re.compile(r"\[info +\] (\w+)" + r" +(\d+\.\d)" * 4 + r" \[lockstep\.times\]")
    return {found[1]: [float(each) for each in found.groups()[1:]] for found in line.finditer(log)}
