"""A job as a task: what becomes of its result, its exit code and its process."""

from __future__ import annotations

import os
import platform
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from airflow.sdk.exceptions import AirflowException, AirflowFailException

from lockstep.jobs import JobOperator
from lockstep.models import Model
from machine import HOME, model, until

PARAMS = {"window": None, "epochs": None, "store": None}


def run(tmp_path: Path, script: str, **params: Any) -> Any:
    """Executes a task whose spark-submit is a script."""
    program = tmp_path / "spark-submit"
    program.write_text("#!/bin/sh\n" + script)
    program.chmod(0o700)
    task = JobOperator(task_id="train", job="train", model=Model.read(model(tmp_path, "tiny")), day="2013-03-01")
    task._spark_binary = str(program)
    return task.execute({"params": {**PARAMS, **params}})


def test_the_line_of_json_is_the_result_whatever_else_is_printed(tmp_path: Path) -> None:
    lines = 'echo progress >&2\necho "{not json"\necho \'{"run_id":"a","rows":{"train":1}}\'\necho bye >&2\n'
    assert run(tmp_path, lines) == {"run_id": "a", "rows": {"train": 1}}


def test_params_reach_the_job_as_arguments_of_their_own(tmp_path: Path) -> None:
    show = f'printf "%s\\n" "$@" >{tmp_path}/arguments\necho "{{}}"\n'
    run(tmp_path, show, window="2 days", store="/a b; $(touch c)")
    seen = (tmp_path / "arguments").read_text().splitlines()
    start = seen.index("--conf", seen.index("dev.lockstep.job.TrainJob"))
    assert seen[start:] == [
        *("--conf", str(tmp_path / "tiny.conf"), "--date", "2013-03-01"),
        *("--set", "data.window=2 days", "--store", "/a b; $(touch c)"),
    ]


@pytest.mark.skipif(platform.machine() != "x86_64", reason="the kernels of another processor")
def test_executors_take_the_kernels_of_the_driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    show = f'printf "%s\\n" "$@" >{tmp_path}/arguments\necho "{{}}"\n'
    for name in [name for name in os.environ if name.startswith("OPENBLAS_")]:
        monkeypatch.delenv(name)
    run(tmp_path, show)
    assert "spark.executorEnv.OPENBLAS_CORETYPE=Haswell" in (tmp_path / "arguments").read_text().splitlines()
    monkeypatch.setenv("OPENBLAS_CORETYPE", "SkylakeX")
    run(tmp_path, show)
    assert "spark.executorEnv.OPENBLAS_CORETYPE=SkylakeX" in (tmp_path / "arguments").read_text().splitlines()


@pytest.mark.parametrize("code", [2, 3, 4])
def test_an_exit_code_that_a_retry_cannot_help_fails_for_good(tmp_path: Path, code: int) -> None:
    with pytest.raises(AirflowFailException, match=f"exit code {code}, .*: Invalid label: all false"):
        run(tmp_path, f"echo 'Invalid label: all false' >&2\nexit {code}\n")


@pytest.mark.parametrize("script", ["echo 'Failed to train' >&2\nexit 1\n", "kill -9 $$\n"])
def test_any_other_end_may_be_tried_again(tmp_path: Path, script: str) -> None:
    with pytest.raises(AirflowException, match="a retry may help") as failure:
        run(tmp_path, script)
    assert not isinstance(failure.value, AirflowFailException)


def test_a_job_that_prints_no_result_has_failed(tmp_path: Path) -> None:
    with pytest.raises(AirflowException, match="Missing result"):
        run(tmp_path, "exit 0\n")


def test_without_a_connection_no_job_goes_to_another_cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AIRFLOW_CONN_SPARK_DEFAULT")
    with pytest.raises(Exception, match="spark_default"):
        run(tmp_path, "exit 0\n")


def test_a_killed_runner_takes_its_driver_along(tmp_path: Path) -> None:
    started = tmp_path / "driver"
    program = (
        "import subprocess, sys; sys.path.insert(0, sys.argv[1]); from lockstep.processes import end_with_parent;"
        "subprocess.run(['sh', '-c', 'echo $$ >$0 && exec sleep 600', sys.argv[2]], preexec_fn=end_with_parent)"
    )
    runner = subprocess.Popen([sys.executable, "-c", program, str(HOME / "airflow" / "dags"), str(started)])
    until("the driver runs", 30, lambda: started.exists() and started.read_text().strip())
    driver = Path("/proc") / started.read_text().strip()
    os.kill(runner.pid, signal.SIGKILL)
    runner.wait()
    until("the driver has ended", 10, lambda: not driver.exists() or " Z " in (driver / "stat").read_text())
