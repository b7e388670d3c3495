"""Where a night's time goes: in Airflow between the tasks, in starts of processes and of Spark, or in work."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from airflow.sdk import Context

KEY = "times"

_LOG = logging.getLogger(__name__)
_FORMAT = "{:<16}{:>9}{:>9}{:>9}{:>9}"


@dataclass(frozen=True)
class Times:
    """A task's last attempt, in seconds.

    `waiting`: of Airflow, from the end of what the task depends on, or the run's start, to its own
    start; earlier attempts and the branch are in it. `process`: the task's own process and all else around the job.
    `start`: from the JVM's start to the job's work, with Spark's start. `work`: the job's. `ended`:
    since 1970.
    """

    waiting: float
    process: float
    start: float
    work: float
    ended: float

    @staticmethod
    def of(result: Any, ready: float, started: float, ended: float) -> Times:
        """From a task's moments and what its job's result says."""
        job = (result.get("job_seconds") if isinstance(result, Mapping) else None) or {}
        start, work = job.get("start", 0.0), job.get("work", 0.0)
        return Times(max(0.0, started - ready), ended - started - start - work, start, work, ended)

    def overhead(self) -> float:
        return self.waiting + self.process + self.start


def note(context: Context, result: Any = None) -> None:
    """Notes the times of the task that has just ended, as XCom; the last one of a DAG logs all of them."""
    task, run = context["task_instance"], context["dag_run"]
    names = sorted(context["task"].get_flat_relative_ids(upstream=True))
    pulled = {name: task.xcom_pull(task_ids=[name], key=KEY) for name in names}
    known = {name: Times(**found[0]) for name, found in pulled.items() if found and found[0]}
    started = task.start_date.timestamp()
    # What passed before an earlier look of a sensor was the data's time, not Airflow's; and a run of
    # `dags test` has its logical date for a start.
    unknown = context.get("task_reschedule_count", 0) > 0 or run.start_date in (None, run.logical_date)
    begun = started if unknown else run.start_date.timestamp()
    ready = max([begun, *(times.ended for times in known.values())])
    times = Times.of(result, ready, started, datetime.now(UTC).timestamp())
    task.xcom_push(key=KEY, value=asdict(times))
    if not context["task"].downstream_task_ids:
        for line in table({**known, task.task_id: times}):
            _LOG.info(line)


def table(times: Mapping[str, Times]) -> list[str]:
    """Lines for a reader, tasks in the order of their ends, and their sum."""
    lines = [_FORMAT.format("seconds of", "waiting", "process", "start", "work")]
    tasks = sorted(times.items(), key=lambda task: task[1].ended)
    whole = Times(*(sum(column) for column in zip(*(tuple(asdict(each).values()) for _, each in tasks), strict=True)))
    for name, each in [*tasks, ("all", whole)]:
        shown = (f"{seconds:.1f}" for seconds in (each.waiting, each.process, each.start, each.work))
        lines.append(_FORMAT.format(name, *shown))
    lines.append(f"overhead of Airflow and of starts {whole.overhead():.1f} s, work {whole.work:.1f} s")
    return lines
