"""A night's seconds, apart."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from lockstep.times import Times, note, table


class Night:
    """The tasks of a night as `note` sees them: each after the ones before."""

    def __init__(self, start: float) -> None:
        self.run = SimpleNamespace(start_date=moment(start), logical_date=moment(0))
        self.xcom: dict[str, Any] = {}

    def ended(self, name: str, started: float, looks: int = 0, last: bool = False, result: Any = None) -> Times:
        pull = lambda task_ids, **_: [self.xcom.get(each) for each in task_ids]  # noqa: E731
        push = lambda key, value: self.xcom.update({name: value})  # noqa: E731, ARG005
        note(
            {
                "task_instance": SimpleNamespace(
                    task_id=name, start_date=moment(started), xcom_pull=pull, xcom_push=push
                ),
                "task": SimpleNamespace(
                    get_flat_relative_ids=lambda upstream: {*self.xcom, "kept"} if upstream else set(),
                    downstream_task_ids=set() if last else {"next"},
                ),
                "dag_run": self.run,
                "task_reschedule_count": looks,
            },
            result,
        )
        return Times(**self.xcom[name])


def moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def test_what_the_job_does_not_account_for_is_its_process() -> None:
    times = Times.of({"job_seconds": {"start": 4.0, "work": 10.0}}, ready=100.0, started=102.5, ended=119.0)
    assert times == Times(waiting=2.5, process=2.5, start=4.0, work=10.0, ended=119.0)
    assert times.overhead() == 9.0


@pytest.mark.parametrize("result", [None, True, "2013-03-01", {"decision": "kept"}])
def test_a_task_without_a_job_is_overhead(result: object) -> None:
    assert Times.of(result, ready=1.0, started=2.0, ended=5.0) == Times(1.0, 3.0, 0.0, 0.0, 5.0)


def test_the_lines_are_in_the_tasks_order_and_end_with_the_sum() -> None:
    lines = table({"train": Times(1.0, 2.0, 3.0, 40.0, 200.0), "prepare": Times(0.5, 2.0, 3.5, 10.25, 100.0)})
    assert [line.split() for line in lines[1:4]] == [
        ["prepare", "0.5", "2.0", "3.5", "10.2"],
        ["train", "1.0", "2.0", "3.0", "40.0"],
        ["all", "1.5", "4.0", "6.5", "50.2"],
    ]
    assert lines[4] == "overhead of Airflow and of starts 12.0 s, work 50.2 s"


def test_a_task_waits_from_the_end_of_what_is_before_it_and_in_a_new_run_from_its_start(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("INFO", "lockstep.times")
    night = Night(start=1000.0)
    assert night.ended("wait_for_data", started=1003.0).waiting == 3.0
    first = night.xcom["wait_for_data"]["ended"]
    assert night.ended("prepare", started=first + 2).waiting == pytest.approx(2, abs=1e-3)
    assert caplog.text == ""
    night.ended("score", started=night.xcom["prepare"]["ended"] + 1, last=True)
    assert [line.split()[0] for line in caplog.messages[1:4]] == ["wait_for_data", "prepare", "score"]

    night.run.start_date = moment(night.xcom["score"]["ended"] + 500)
    again = night.ended("score", started=night.xcom["score"]["ended"] + 504, last=True)
    assert again.waiting == pytest.approx(4, abs=1e-3)


def test_a_run_that_has_its_logical_date_for_a_start_waits_for_nothing() -> None:
    assert Night(start=0.0).ended("wait_for_data", started=9000.0).waiting == 0.0


def test_waiting_for_the_data_is_nobodys_overhead() -> None:
    assert Night(start=1000.0).ended("wait_for_data", started=9000.0, looks=3).waiting == 0.0
