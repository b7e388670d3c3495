"""Waiting for a day's rows."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from airflow.sdk import BaseSensorOperator
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from lockstep.jobs import FINAL, overrides
from lockstep.models import HOME, Model
from lockstep.processes import end_with_parent

if TYPE_CHECKING:
    from airflow.sdk import Context


class DataSensor(BaseSensorOperator):
    """Holds once `jobs/ready` says that the source has rows of the day.

    It takes no worker between two looks. The job reads settings and file systems as all jobs do,
    and only footers of files, so a look takes seconds.
    """

    template_fields: Sequence[str] = ("day",)
    ui_color = "#e0ecd8"

    def __init__(self, *, model: Model, day: str = "{{ ds }}", **kwargs: Any) -> None:
        super().__init__(mode="reschedule", timeout=model.wait.total_seconds(), **kwargs)
        self.conf = str(model.conf)
        self.day = day

    def poke(self, context: Context) -> bool:
        command = [str(HOME / "jobs" / "ready"), "--conf", self.conf, "--date", self.day]
        command += overrides(context["params"])
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
        found = json.loads(look.stdout)
        self.log.info("%s: %s", self.day, found["reason"])
        return found["ready"]
