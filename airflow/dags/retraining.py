"""For each model's file NAME.conf the DAGs nightly_retraining_NAME and scoring_NAME."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from airflow.providers.standard.operators.empty import EmptyOperator
from airflow.sdk import DAG, Asset, CronDataIntervalTimetable, Metadata, chain, task

from lockstep.alerts import failed
from lockstep.data import DataSensor
from lockstep.jobs import PARAMS, JobOperator
from lockstep.models import Model, models
from lockstep.times import note

NIGHT = """
### A night of {name}

Settings: `{conf}`{problem}

| task | does | result, as XCom |
| --- | --- | --- |
| wait_for_data | looks every five minutes whether the day's rows are there, until `nightly.wait` after the day's \
end; one night at a time, the earlier one first | |
| prepare | checks the rows and writes features; **exit code 3: refused, nothing is trained** | rows, fingerprint |
| train | the epochs; a killed one goes on from its last checkpoint | version, parameters_sha256 |
| evaluate | metrics on the test rows, beside two baselines | metrics |
| promote | the gate: candidate against champion | decision, reason |
| branch | to `promoted` or `kept` | |
| score | the day's rows through the champion | rows, path |

The logical date is the day that is processed. A rerun, a retry or a backfill of a night changes nothing that is done.
Exit codes 2 (settings), 3 (data) and 4 (diverged) fail at once; anything else is tried again.
The log of `score` ends with the night's seconds: Airflow's waiting, starts of processes and of Spark, and work.
What happened is in the tables: `jobs/query "select * from lockstep.metrics.runs where model = …"`.
"""

SCORING = """
### Predictions of {name}, without training

Settings: `{conf}`{problem}

A day's rows through the champion, into `predictions/` below the store; a day that is scored again is replaced whole.
Runs when there is a new champion, or by `nightly.scoring`. Started by hand, the logical date is the day.
"""


def common(model: Model) -> dict[str, Any]:
    """What all DAGs of a model share."""
    return {
        # A DAG that could not be finished must not register itself.
        "auto_register": False,
        "params": PARAMS,
        "start_date": model.start,
        "max_active_runs": 1,
        "default_args": {
            "owner": "lockstep",
            "retries": model.retries,
            "retry_delay": model.retry_delay,
            "on_failure_callback": failed,
            "post_execute": note,
        },
        "tags": ["lockstep", model.name],
    }


def text(template: str, model: Model) -> str:
    problem = f"\n\n**{model.problem}**" if model.problem else ""
    return template.format(name=model.name, conf=model.conf, problem=problem)


def champion(model: Model) -> Asset:
    return Asset(name=f"champion_{model.name}", uri=f"x-lockstep://champion/{model.name}")


def predictions(model: Model) -> Asset:
    return Asset(name=f"predictions_{model.name}", uri=f"x-lockstep://predictions/{model.name}")


def nightly_retraining(model: Model) -> DAG:
    with DAG(
        dag_id=f"nightly_retraining_{model.name}",
        schedule=CronDataIntervalTimetable(model.cron, timezone="UTC") if model.cron else None,
        end_date=model.end,
        catchup=model.catchup,
        doc_md=text(NIGHT, model),
        **common(model),
    ) as dag:
        wait = DataSensor(
            task_id="wait_for_data",
            model=model,
            poke_interval=timedelta(minutes=5),
            execution_timeout=timedelta(minutes=10),
        )
        prepare = JobOperator(task_id="prepare", job="prepare", model=model)
        train = JobOperator(task_id="train", job="train", model=model)
        evaluate = JobOperator(task_id="evaluate", job="evaluate", model=model)
        promote = JobOperator(task_id="promote", job="promote", model=model)
        short = {"execution_timeout": timedelta(minutes=10)}

        @task.branch(**short)
        def branch(gate: dict[str, Any]) -> str:
            return "promoted" if gate["decision"] == "promoted" else "kept"

        @task(outlets=[champion(model)], **short)
        def promoted(gate: dict[str, Any], ds: str) -> Any:
            yield Metadata(champion(model), {"date": ds, "version": gate["champion"]})

        kept = EmptyOperator(task_id="kept")
        score = JobOperator(
            task_id="score",
            job="score",
            model=model,
            flags=["--nightly"],
            outlets=[predictions(model)],
            trigger_rule="none_failed_min_one_success",
        )
        chosen = branch(promote.output)
        chain(wait, prepare, train, evaluate, promote)
        chain(chosen, [promoted(promote.output), kept], score)
    return dag


def scoring(model: Model) -> DAG:
    when = {"champion": [champion(model)], "off": None}
    with DAG(
        dag_id=f"scoring_{model.name}",
        schedule=when[model.scoring]
        if model.scoring in when
        else CronDataIntervalTimetable(model.scoring, timezone="UTC"),
        end_date=model.end if model.scoring not in when else None,
        catchup=False,
        doc_md=text(SCORING, model),
        **common(model),
    ) as dag:

        @task(execution_timeout=timedelta(minutes=10))
        def day(dag_run: Any, triggering_asset_events: Any = None) -> str:
            """The newest champion's day, else the logical date, else the day before now."""
            events = [event for group in (triggering_asset_events or {}).values() for event in group]
            named = [event.extra["date"] for event in events if "date" in event.extra]
            if named:
                return max(named)
            moment = dag_run.logical_date or dag_run.run_after - timedelta(days=1)
            return moment.strftime("%Y-%m-%d")

        chosen = day()
        chosen >> JobOperator(task_id="score", job="score", model=model, day=chosen, outlets=[predictions(model)])
    return dag


def dags(model: Model) -> dict[str, DAG]:
    """A model's DAGs by id; where Airflow refuses them, those of a broken file: the other models go on."""
    try:
        made = [nightly_retraining(model), scoring(model)]
        for dag in made:
            dag.validate()
    except Exception as failure:  # whatever Airflow raises
        broken = replace(Model.broken(model.conf, failure), name=model.name)
        made = [nightly_retraining(broken), scoring(broken)]
    return {dag.dag_id: dag for dag in made}


for each in models():
    globals().update(dags(each))
