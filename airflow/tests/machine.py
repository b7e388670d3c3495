"""A real Airflow of a test's own, models for it, and the tables that its nights write."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

HOME = Path(__file__).resolve().parents[2]
SPARK = '{"conn_type": "spark", "host": "local[2]", "extra": {"deploy-mode": "client"}}'
TASKS = ["wait_for_data", "prepare", "train", "evaluate", "promote", "branch", "score"]

T = TypeVar("T")

MODEL = """
model = {model}
store = "{store}"
data {{
  source = "{source}", key = [id], date = date, window = 3 days, label = late, task = binary
  features {{ numeric = [scheduled_departure, distance], categorical = [carrier] }}
  split {{ validation = 0.2, test = 0.2 }}
  rules = [ {{ check = "distance > 0" }} ]
}}
network.layers = [ {{ type = dense, units = 8, activation = relu }} ]
train {{ epochs = 2, batch-size = 256 }}
nightly {{ start = 2013-01-01, end = 2013-12-31, retry-delay = 1 second }}
"""


def model(folder: Path, name: str, more: str = "", source: Path | None = None) -> Path:
    """Writes a model's file, small enough for a night of a minute, with a store beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{name}.conf"
    text = MODEL.format(model=name, store=folder.parent / "store", source=source or HOME / "data" / "flights")
    file.write_text(text + more)
    return file


def until(what: str, limit: float, look: Callable[[], T]) -> T:
    """The first true value of `look`; fails after `limit` seconds."""
    end = time.monotonic() + limit
    while not (seen := look()):
        assert time.monotonic() < end, f"not within {limit} s: {what}"
        time.sleep(0.5)
    return seen


def query(store: Path, sql: str) -> list[dict[str, Any]]:
    done = subprocess.run(
        [HOME / "jobs" / "query", sql, "--store", str(store), "--format", "json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def rows(store: Path) -> dict[str, list[dict[str, Any]]]:
    """What a rerun must leave as it is: the tables without the times of attempts."""
    tables = {
        "runs": "run_id, attempt, status, parameters_sha256",
        "epochs": "run_id, epoch, split, loss",
        "iterations": "run_id, iteration, loss",
        "versions": "model, version, run_id, status, decided_at",
        "evaluations": "run_id, version, split, slice, metric, value",
        "checks": "run_id, rule, `column`, observed, passed",
    }
    # One query: a start of Spark costs more than all of them.
    parts = [
        f"select '{name}' as name, to_json(named_struct({fields(columns)})) as row from lockstep.metrics.{name}"  # noqa: S608
        for name, columns in tables.items()
    ]
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in tables}
    for each in query(store, " union all ".join(parts) + " order by 1, 2"):
        found[each["name"]].append(json.loads(each["row"]))
    return found


def fields(columns: str) -> str:
    return ", ".join(f"'{each.strip('`')}', {each}" for each in columns.split(", "))


def processes(mark: str) -> list[int]:
    """The processes with `mark` in their command line, by id."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            command = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in command:
            found.append(int(entry.name))
    return [pid for pid in found if pid != os.getpid()]


class Machine:
    """What airflow/up starts, spoken to as a user's browser does."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.home = folder / "airflow"
        self.models = folder / "models"
        self.store = folder / "store"
        self.environment = {
            **os.environ,
            "LOCKSTEP_AIRFLOW_HOME": str(self.home),
            "LOCKSTEP_CONF": str(self.models),
            "AIRFLOW_CONN_SPARK_DEFAULT": SPARK,
        }
        for name in ("AIRFLOW_HOME", "LOCKSTEP_AIRFLOW_PORT"):
            self.environment.pop(name, None)
        self._token = ""

    def up(self) -> str:
        return self._script("up")

    def down(self) -> str:
        return self._script("down")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Airflow's own command line."""
        return subprocess.run(
            [self.home / "airflow", *arguments], env=self.environment, capture_output=True, text=True, check=False
        )

    def port(self) -> int:
        return int((self.home / "run" / "port").read_text())

    def call(self, method: str, path: str, body: Any = None) -> Any:
        if not self._token:
            password = json.loads((self.home / "passwords.json").read_text())["admin"]
            login = {"username": "admin", "password": password}
            self._token = self._send("POST", "/auth/token", login)["access_token"]
        return self._send(method, "/api/v2" + path, body)

    def unpause(self, dag: str) -> None:
        until(f"{dag} is there", 120, lambda: self.knows(dag))
        self.call("PATCH", f"/dags/{dag}", {"is_paused": False})

    def knows(self, dag: str) -> bool:
        return any(each["dag_id"] == dag for each in self.call("GET", "/dags?limit=100")["dags"])

    def trigger(self, dag: str, day: str, **params: Any) -> str:
        body = {"logical_date": f"{day}T00:00:00Z", "conf": params}
        return self.call("POST", f"/dags/{dag}/dagRuns", body)["dag_run_id"]

    def backfill(self, dag: str, first: str, last: str, reprocess: str, **limit: int) -> None:
        """Without a limit the API's own: ten nights at once."""
        span = {"from_date": f"{first}T00:00:00Z", "to_date": f"{last}T00:00:00Z"}
        self.call("POST", "/backfills", {"dag_id": dag, **span, "reprocess_behavior": reprocess, **limit})

    def clear(self, dag: str, run: str, tasks: list[str] | None = None) -> None:
        """Has a finished run's tasks run again: these, or all."""
        body = {"dry_run": False, "dag_run_id": run, "only_failed": False, "task_ids": tasks}
        self.call("POST", f"/dags/{dag}/clearTaskInstances", body)

    def runs(self, dag: str) -> dict[str, str]:
        """State by logical day."""
        runs = self.call("GET", f"/dags/{dag}/dagRuns?limit=100")["dag_runs"]
        return {str(run["logical_date"])[:10]: run["state"] for run in runs}

    def run_id(self, dag: str, day: str) -> str:
        runs = self.call("GET", f"/dags/{dag}/dagRuns?limit=100")["dag_runs"]
        return next(run["dag_run_id"] for run in runs if str(run["logical_date"]).startswith(day))

    def tasks(self, dag: str, run: str) -> dict[str, dict[str, Any]]:
        found = self.call("GET", f"/dags/{dag}/dagRuns/{run}/taskInstances")["task_instances"]
        return {each["task_id"]: each for each in found}

    def state(self, dag: str, run: str, task: str) -> str | None:
        return self.tasks(dag, run)[task]["state"]

    def log(self, dag: str, run: str, task: str, attempt: int = 1) -> str:
        return json.dumps(self.call("GET", f"/dags/{dag}/dagRuns/{run}/taskInstances/{task}/logs/{attempt}"))

    def ended(self, dag: str, days: list[str], limit: float = 900) -> dict[str, str]:
        """The states of these days' runs once all have ended."""

        def look() -> dict[str, str] | None:
            seen = {day: state for day, state in self.runs(dag).items() if day in days}
            return seen if len(seen) == len(days) and set(seen.values()) <= {"success", "failed"} else None

        return until(f"{dag} ends for {days}", limit, look)

    def refused(self, name: str, value: str) -> str:
        """What `up` says to another setting."""
        done = self._run("up", {name: value})
        assert done.returncode == 2, done.stdout + done.stderr
        return done.stderr

    def _script(self, name: str) -> str:
        done = self._run(name, {})
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _run(self, name: str, more: dict[str, str]) -> subprocess.CompletedProcess[str]:
        environment = {**self.environment, **more}
        return subprocess.run([HOME / "airflow" / name], env=environment, capture_output=True, text=True, check=False)

    def _send(self, method: str, path: str, body: Any) -> Any:
        request = urllib.request.Request(f"http://127.0.0.1:{self.port()}{path}", method=method)
        request.add_header("Content-Type", "application/json")
        request.add_header("Accept", "application/json")
        if self._token:
            request.add_header("Authorization", f"Bearer {self._token}")
        data = None if body is None else json.dumps(body).encode()
        with urllib.request.urlopen(request, data, timeout=60) as answer:
            text = answer.read()
        return json.loads(text) if text else None
