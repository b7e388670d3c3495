"""When a night waits: for its day's rows, and for the other nights of its model."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException

from lockstep.data import DataSensor
from lockstep.models import Model
from machine import model

PARAMS = {"window": None, "epochs": None, "store": None}
YES = 'echo \'{"ready": true, "reason": "rows"}\''
NO = 'echo \'{"ready": false, "reason": "none yet"}\''


class Run:
    """A night's run as its sensor sees it, beside others."""

    def __init__(self, running: int = 1, waiting: int = 1, earlier: str | None = None) -> None:
        self.running, self.waiting, self.earlier = running, waiting, earlier

    def get_dr_count(self, *, states: list[str], **_: str) -> int:
        assert states == ["running"]
        return self.running

    def get_ti_count(self, *, task_ids: list[str], states: list[str], **_: str) -> int:
        assert task_ids == ["wait_for_data"]
        assert "up_for_reschedule" in states
        assert "success" not in states
        return self.waiting

    def get_previous_dagrun(self, state: str) -> Any:
        assert state == "running"
        return self.earlier and SimpleNamespace(logical_date=datetime.fromisoformat(self.earlier))


@pytest.fixture
def look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Pokes a sensor whose `jobs/ready` is a script."""
    (tmp_path / "jobs").mkdir()
    monkeypatch.setattr("lockstep.data.HOME", tmp_path)

    def poke(
        script: str, day: str | None = "2013-03-01", run: Run | None = None, more: str = "", **context: Any
    ) -> bool:
        program = tmp_path / "jobs" / "ready"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >{tmp_path}/arguments\n{script}\n')
        program.chmod(0o700)
        sensor = DataSensor(task_id="wait_for_data", model=Model.read(model(tmp_path / "models", "tiny", more)))
        given = {"params": PARAMS, "ti": run or Run(), **context}
        return sensor.poke(given if day is None else {**given, "ds": day})

    return poke


def days_ago(days: float) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def test_a_day_with_rows_is_ready(look: Any, tmp_path: Path) -> None:
    assert look(YES, more='nightly { spark { "spark.sql.a" = "b c" } }\n') is True
    arguments = (tmp_path / "arguments").read_text().splitlines()
    assert arguments[2:] == ["--date", "2013-03-01", "--", "--conf", "spark.sql.a=b c"]


def test_a_day_waits_from_its_end_on_and_then_leaves_it_to_prepare(look: Any) -> None:
    yesterday = f"{days_ago(1):%Y-%m-%d}"
    assert look(NO, yesterday, more="nightly.wait = 25 hours\n") is False
    assert look(NO, yesterday, more="nightly.wait = 0 seconds\n") is True
    assert look(NO, f"{days_ago(0):%Y-%m-%d}", more="nightly.wait = 0 seconds\n") is False, "it has not ended"
    assert look(NO, "2013-03-01") is True, "a day of the past does not wait"
    assert look(NO, "2013-03-01", more="nightly.wait = 999999 days\n") is False


def test_a_schedule_that_takes_its_time_counts_as_the_days(look: Any) -> None:
    week_ago = f"{days_ago(7):%Y-%m-%d}"
    assert look(NO, week_ago) is True
    assert look(NO, week_ago, data_interval_end=days_ago(0.1)) is False


def test_a_night_waits_for_an_earlier_one_and_takes_no_look(look: Any, tmp_path: Path) -> None:
    with pytest.raises(AirflowRescheduleException):
        look(YES, run=Run(running=2, waiting=2, earlier="2013-02-28T00:00:00+00:00"))
    assert not (tmp_path / "arguments").exists()


def test_a_night_waits_for_a_later_one_only_if_that_is_at_work(look: Any) -> None:
    assert look(YES, run=Run(running=3, waiting=3)) is True
    with pytest.raises(AirflowRescheduleException):
        look(YES, run=Run(running=3, waiting=2))


def test_a_night_that_begins_during_the_look_goes_first(look: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    run = Run()
    counts = iter([1, 2])
    monkeypatch.setattr(run, "get_dr_count", lambda **_: next(counts))
    with pytest.raises(AirflowRescheduleException):
        look(YES, run=run)


def test_a_run_without_a_logical_date_says_so(look: Any) -> None:
    with pytest.raises(AirflowFailException, match=r"^Missing logical date: this run has none"):
        look(YES, day=None)


@pytest.mark.parametrize(("code", "final"), [(1, False), (2, True), (3, True)])
def test_a_look_that_fails_ends_as_a_job_does(look: Any, code: int, final: bool) -> None:
    with pytest.raises(AirflowException, match="Cannot read x") as failure:
        look(f"echo 'Cannot read x' >&2; exit {code}")
    assert isinstance(failure.value, AirflowFailException) == final
