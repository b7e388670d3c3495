"""A job of Lockstep as a task: one spark-submit, its result as XCom, its exit code as a decision."""

from __future__ import annotations

import base64
import json
import os
import platform
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from airflow.providers.apache.spark.hooks.spark_submit import SparkSubmitHook
from airflow.providers.apache.spark.operators.spark_submit import SparkSubmitOperator
from airflow.sdk import ObjectStoragePath, Param, Variable
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from lockstep.models import HOME, Model
from lockstep.processes import end_with_parent

if TYPE_CHECKING:
    from airflow.sdk import Context

CONNECTION = "spark_default"

# Exit codes that the same attempt would end with again.
FINAL = {
    2: "bad arguments or settings",
    3: "the data do not fit the settings",
    4: "training diverged",
}

PARAMS = {
    "window": Param(
        None,
        type=["null", "string"],
        pattern="^[1-9][0-9]{0,5} days?$",
        title="Window",
        description="Days of data up to the night's, such as 60 days. Empty: data.window.",
    ),
    "epochs": Param(
        None,
        type=["null", "integer"],
        minimum=1,
        title="Epochs",
        description="Passes over the training set. Empty: train.epochs.",
    ),
    "store": Param(
        None,
        type=["null", "string"],
        minLength=1,
        title="Store",
        description="Root of everything written: a path or a Hadoop URI. Empty: the file's store.",
    ),
}


class JobHook(SparkSubmitHook):
    """Notes a job's result and last words while its output goes to the task's log."""

    _ON_CLUSTER = re.compile(r"User application exited with status (\d+)")

    result: dict[str, Any] | None = None
    last_line = ""
    exit_code: int | None = None

    def submit(self, application: str = "", **kwargs: Any) -> str | None:
        try:
            return super().submit(application, preexec_fn=end_with_parent, **kwargs)
        finally:
            if self._submit_sp is not None and self.exit_code is None:
                self.exit_code = self._submit_sp.returncode

    def _process_spark_submit_log(self, itr: Iterator[str]) -> None:
        super()._process_spark_submit_log(self._noted(itr))

    def _noted(self, lines: Iterator[str]) -> Iterator[str]:
        for line in lines:
            text = line.strip()
            result = _object(text)
            if result is not None:
                self.result = result
            elif text:
                self.last_line = text
            # In YARN's cluster mode the driver's code is known from the application's report alone.
            if matched := self._ON_CLUSTER.search(text):
                self.exit_code = int(matched[1])
            yield line


class JobOperator(SparkSubmitOperator):
    """`jobs/<job> --conf FILE --date DAY` and flags, with the DAG run's params over the file's settings."""

    ui_color = "#f0e4d0"

    def __init__(
        self, *, job: str, model: Model, day: str = "{{ ds }}", flags: Sequence[str] = (), **kwargs: Any
    ) -> None:
        super().__init__(
            conn_id=CONNECTION,
            application=str(HOME / "target" / "lockstep.jar"),
            java_class=f"dev.lockstep.job.{job.capitalize()}Job",
            spark_binary=str(HOME / "jobs" / "spark-submit"),
            name=f"lockstep {job} {model.name}",
            application_args=["--conf", str(model.conf), "--date", day],
            conf=_executor_settings() | model.spark,
            execution_timeout=model.timeout,
            **kwargs,
        )
        self.job = job
        self.flags = list(flags)
        self._overrides: list[str] = []

    def execute(self, context: Context) -> dict[str, Any]:
        end_with_parent()
        self._overrides = overrides(context["params"])
        self._hook = self._get_hook()
        result_file = self._result_file(context)
        if result_file:
            self._hook._application_args += ["--result", str(result_file)]
        try:
            super().execute(context)
        except (AirflowException, RuntimeError) as failure:
            raise self._explained() from failure
        if result_file:
            return json.loads(result_file.read_text())
        if self._hook.result is None:
            raise AirflowException(f"Missing result: {self.job} printed no line of JSON")
        return self._hook.result

    def _get_hook(self) -> JobHook:
        JobHook.get_connection(CONNECTION)  # without one the provider would take YARN, silently
        hook = JobHook(
            conf=self.conf,
            conn_id=CONNECTION,
            java_class=self._java_class,
            name=self.name,
            application_args=[*self.application_args, *self.flags, *self._overrides],
            spark_binary=self._spark_binary,
            status_poll_interval=self._status_poll_interval,
        )
        if self._on_cluster(hook):
            hook._conf |= self._for_the_cluster()
        # To find a YARN application again after a crash the provider needs the web address.
        self.durable = self.durable and not hook._is_yarn_cluster_mode
        return hook

    @staticmethod
    def _on_cluster(hook: JobHook) -> bool:
        return hook._connection["deploy_mode"] == "cluster"

    def _for_the_cluster(self) -> dict[str, str]:
        """A driver there has neither this machine's files nor the launcher's options: as jobs/run-job gives them."""
        settings = Path(self.application_args[1]).read_bytes()
        java_options = (HOME / "target" / "spark.options").read_text().strip()
        own = self.conf.get("spark.driver.extraJavaOptions", "")
        return {
            "spark.driver.extraJavaOptions": f"{java_options} {own}".strip(),
            # Called secret, so that Spark and the provider keep it out of pages and logs.
            "spark.lockstep.secret.settings": base64.b64encode(settings).decode(),
        }

    def _result_file(self, context: Context) -> ObjectStoragePath | None:
        """In cluster mode the driver's stdout is elsewhere: then a file that both sides reach."""
        if not self._on_cluster(self._hook):
            return None
        folder = Variable.get("lockstep_results", default=None)
        if not folder:
            raise AirflowFailException(
                "Missing Airflow variable lockstep_results: no value (in cluster deploy mode it"
                " must be a URI that drivers and Airflow's workers reach)"
            )
        task = context["task_instance"]
        day = self.application_args[self.application_args.index("--date") + 1]
        return ObjectStoragePath(folder) / task.dag_id / day / f"{task.task_id}.json"

    def _explained(self) -> AirflowException:
        code = self._hook.exit_code
        if code in FINAL:
            return AirflowFailException(
                f"{self.job} ended with exit code {code}, {FINAL[code]}: {self._hook.last_line}"
            )
        return AirflowException(f"{self.job} ended with exit code {code}, a retry may help: {self._hook.last_line}")


def overrides(params: Any) -> list[str]:
    """The arguments of the params that are set, each one an argument of its own."""
    arguments: list[str] = []
    for key, setting in (("window", "data.window"), ("epochs", "train.epochs")):
        if params.get(key) is not None:
            arguments += ["--set", f"{setting}={params[key]}"]
    if params.get("store") is not None:
        arguments += ["--store", params["store"]]
    return arguments


def _executor_settings() -> dict[str, str]:
    """An executor's products have the driver's bits if both choose the same kernels."""
    kernels: Sequence[str] = [name for name in os.environ if name.startswith("OPENBLAS_")]
    settings = {f"spark.executorEnv.{name}": os.environ[name] for name in kernels}
    if platform.machine() == "x86_64":  # jobs/spark-submit's choice where there is none
        settings.setdefault("spark.executorEnv.OPENBLAS_CORETYPE", "Haswell")
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        settings[f"spark.executorEnv.{name}"] = "1"
    return settings


def _object(line: str) -> dict[str, Any] | None:
    if not line.startswith("{"):
        return None
    try:
        value = json.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None
