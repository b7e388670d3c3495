"""What the DAGs are, without running them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, ParamsDict

from lockstep.jobs import PARAMS, JobOperator, overrides
from lockstep.models import Model, models
from lockstep.times import note
from machine import HOME, TASKS, model

DAGS = HOME / "airflow" / "dags"


def bag() -> DagBag:
    return DagBag(dag_folder=DAGS, bundle_path=DAGS, bundle_name="dags-folder")


@pytest.fixture(scope="module")
def loaded() -> DagBag:
    return bag()


@pytest.fixture
def night(loaded: DagBag) -> DAG:
    return loaded.dags["nightly_retraining_tiny"]


def test_all_dags_import_without_errors(loaded: DagBag) -> None:
    assert loaded.import_errors == {}


def test_a_models_file_makes_its_dags_and_the_reference_makes_none(loaded: DagBag) -> None:
    names = {"tiny", "flights"}
    assert set(loaded.dags) == {f"{kind}_{name}" for kind in ("nightly_retraining", "scoring") for name in names}


def test_a_new_file_adds_a_dag_and_no_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model(tmp_path, "one")
    monkeypatch.setenv("LOCKSTEP_CONF", str(tmp_path))
    before = set(bag().dags)
    model(tmp_path, "another")
    assert set(bag().dags) - before == {"nightly_retraining_another", "scoring_another"}


def test_a_broken_file_keeps_its_dag_unscheduled_and_the_others_theirs(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model(tmp_path, "good")
    (tmp_path / "bad.conf").write_text("nightly { wait = ")
    monkeypatch.setenv("LOCKSTEP_CONF", str(tmp_path))
    dags = bag().dags
    assert "nightly_retraining_good" in dags
    assert f"Cannot read {tmp_path / 'bad.conf'}" in dags["nightly_retraining_bad"].doc_md
    assert not dags["nightly_retraining_bad"].timetable.can_be_scheduled


def test_every_dag_keeps_the_house_rules(loaded: DagBag) -> None:
    for dag in loaded.dags.values():
        assert {"lockstep"} < dag.tags, dag.dag_id
        assert dag.doc_md, dag.dag_id
        assert dag.max_active_runs == 1, dag.dag_id
        assert set(PARAMS) == set(dag.params), dag.dag_id
        for task in dag.tasks:
            assert task.owner == "lockstep", task.task_id
            assert task.on_failure_callback, task.task_id
            assert task.retries == 2, task.task_id
            assert task._post_execute_hook is note, task.task_id
            assert task.execution_timeout or task.task_type == "EmptyOperator", task.task_id


def test_a_night_goes_from_data_to_scores_by_way_of_the_gate(night: DAG) -> None:
    after = {task.task_id: task.downstream_task_ids for task in night.tasks}
    assert after == {
        "wait_for_data": {"prepare"},
        "prepare": {"train"},
        "train": {"evaluate"},
        "evaluate": {"promote"},
        "promote": {"branch", "promoted"},
        "branch": {"promoted", "kept"},
        "promoted": {"score"},
        "kept": {"score"},
        "score": set(),
    }


def test_only_a_promotion_updates_the_champion(night: DAG, loaded: DagBag) -> None:
    outlets = {task.task_id: [asset.name for asset in task.outlets] for task in night.tasks if task.outlets}
    assert outlets == {"promoted": ["champion_tiny"], "score": ["predictions_tiny"]}
    when = loaded.dags["scoring_tiny"].timetable.asset_condition
    assert [asset.name for asset in when.objects] == ["champion_tiny"]


def test_each_job_is_one_spark_submit_by_the_projects_launcher(night: DAG) -> None:
    jobs = {task.task_id: task for task in night.tasks if isinstance(task, JobOperator)}
    assert list(jobs) == [task for task in TASKS if task not in ("wait_for_data", "branch")]
    for name, task in jobs.items():
        assert task._java_class == f"dev.lockstep.job.{name.capitalize()}Job"
        assert os.access(task._spark_binary, os.X_OK)
        assert Path(task._spark_binary).name == "spark-submit"
        assert task.application_args[0::2] == ["--conf", "--date"]
        assert task.application_args[3] == "{{ ds }}"


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window", "60"),
        ("window", "1 day; rm -rf /"),
        ("window", "0 days"),
        ("epochs", 0),
        ("epochs", "3"),
        ("store", ""),
    ],
)
def test_a_param_that_no_job_could_use_is_refused(key: str, value: object) -> None:
    with pytest.raises(ValueError, match=key):
        ParamsDict({**PARAMS, key: PARAMS[key]}).update({key: value})


def test_a_param_is_one_argument_whatever_is_in_it() -> None:
    assert overrides({"window": None, "epochs": None, "store": None}) == []
    given = {"window": "60 days", "epochs": 3, "store": "/tmp/a b; $(x)"}  # noqa: S108
    assert overrides(given) == [
        *("--set", "data.window=60 days"),
        *("--set", "train.epochs=3"),
        *("--store", "/tmp/a b; $(x)"),  # noqa: S108
    ]


def test_the_section_nightly_sets_the_schedule(tmp_path: Path) -> None:
    text = 'nightly { cron = "30 3 * * *", catchup = true, wait = 90 minutes, timeout = "2 hours", scoring = off }'
    read = Model.read(model(tmp_path, "night", text))
    assert (read.cron, read.catchup, read.scoring) == ("30 3 * * *", True, "off")
    assert (read.wait, read.timeout) == (timedelta(minutes=90), timedelta(hours=2))
    assert (str(read.start.date()), str(read.end.date())) == ("2013-01-01", "2013-12-31")
    assert read.problem is None


def test_a_file_without_the_section_has_the_references_schedule(tmp_path: Path) -> None:
    file = tmp_path / "plain.conf"
    file.write_text("model = plain\nstore = ${SOMETHING_OF_THE_JOBS}\n")
    read = Model.read(file)
    assert (read.cron, read.end, read.catchup, read.problem) == ("0 0 * * *", None, False, None)


def test_models_are_read_in_the_order_of_their_names() -> None:
    assert [each.name for each in models()] == ["flights", "tiny"]
