"""Waiting for a day's rows, and for the model's other nights."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException, AirflowRescheduleException

from lockstep.jobs import FINAL, overrides
from lockstep.models import HOME, Model
from lockstep.processes import end_with_parent

if TYPE_CHECKING:
    from airflow.sdk import Context

_DAY = timedelta(days=1)
_HOLDING = ["scheduled", "queued", "running", "up_for_reschedule", "up_for_retry", "restarting"]


class DataSensor(BaseSensorOperator):
    """Holds back a night until `jobs/ready` says that the source has rows of the day, or that wait is over.

    The wait is counted from the end of the day, so a day of the past does not wait; what is missing
    then, prepare says, and writes a row of `checks`. It takes no worker between two looks. The job
    reads settings and file systems as all jobs do, and footers of files, so a look takes seconds.

    One night of a model runs at a time, and the earlier one first, also where a backfill has a limit
    of its own and runs beside the schedule: each is judged against the champion of the one before.
    """

    ui_color = "#e0ecd8"

    def __init__(self, *, model: Model, **kwargs: Any) -> None:
        # The day's age ends the wait: Airflow's own limit would count that for other nights too.
        super().__init__(mode="reschedule", timeout=timedelta(days=36500), **kwargs)
        self.conf = str(model.conf)
        self.wait = model.wait
        self.spark = model.spark

    def poke(self, context: Context) -> bool:
        day = context.get("ds")
        if not day:
            raise AirflowFailException(
                "Missing logical date: this run has none (trigger the night with one: the day to process)"
            )
        self._hold_for_others(context)
        found = self._look(day, context)
        self.log.info("%s: %s", day, found["reason"])
        if not found["ready"]:
            if datetime.now(UTC) - _ended(context) <= self.wait:
                return False
            self.log.info("The wait is over: prepare says what is missing")
        self._hold_for_others(context)  # one may have begun during the look
        return True

    def _hold_for_others(self, context: Context) -> None:
        """Looks again later while an earlier night runs, or another one is past its own wait."""
        task = context["ti"]
        running = task.get_dr_count(dag_id=self.dag_id, states=["running"])
        if running <= 1:
            return
        earlier = task.get_previous_dagrun(state="running")
        waiting = task.get_ti_count(dag_id=self.dag_id, task_ids=[self.task_id], states=_HOLDING)
        if earlier:
            self.log.info("Waits for the night of %s, which runs", f"{earlier.logical_date:%Y-%m-%d}")
        elif running > waiting:
            self.log.info("Waits for a later night, which is at work")
        else:
            return
        # The more are waiting, the longer it takes, and the more a look of each of them costs.
        raise AirflowRescheduleException(datetime.now(UTC) + timedelta(seconds=15 * running))

    def _look(self, day: str, context: Context) -> dict[str, Any]:
        command = [str(HOME / "jobs" / "ready"), "--conf", self.conf, "--date", day]
        command += overrides(context["params"])
        if self.spark:
            command.append("--")
        for name, value in self.spark.items():
            command += ["--conf", f"{name}={value}"]
        look = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            preexec_fn=end_with_parent,
        )
        for line in look.stderr.splitlines():
            self.log.info(line)
        last = (look.stderr.strip().splitlines() or [""])[-1]
        if look.returncode in FINAL:
            raise AirflowFailException(f"{FINAL[look.returncode]}: {last}")
        if look.returncode != 0:
            raise AirflowException(f"ready ended with exit code {look.returncode}: {last}")
        return json.loads(look.stdout)


def _ended(context: Context) -> datetime:
    """When the day, and what the schedule takes for it, was over."""
    day_end = datetime.strptime(context["ds"], "%Y-%m-%d").replace(tzinfo=UTC) + _DAY
    return max(day_end, context.get("data_interval_end") or day_end)
