"""What the DAGs are, without running them."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from airflow.dag_processing.dagbag import DagBag
from airflow.sdk import DAG, ParamsDict
from pyhocon import ConfigFactory

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


@pytest.mark.parametrize(
    "line",
    [
        'cron = "0 25 * * *"',
        'cron = "0 0 31 2 *"',
        'cron = "@daily"',
        "cron = 5",
        "cron = ${?SOMETHING_OF_THE_JOBS}",
        "cron = null",
        "scoring = [a]",
        'scoring = "0 0 * * 8"',
        "scoring = weekly",
        "start = yesterday",
        "start = 2014-01-01",
        "catchup = maybe",
        "wait = 12",
        "timeout = long",
        "retries = -1",
        "retries = [2]",
        'retry-delay = "1 week"',
        "spark = 2",
        "spark { executor.cores = 2 }",
        'spark { "spark.master" = yarn }',
        "spark { spark.network.timeout = 10m }",
    ],
)
def test_a_wrong_value_is_told_and_costs_the_others_nothing(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, line: str
) -> None:
    model(tmp_path, "good")
    model(tmp_path, "bad", f"nightly {{ {line} }}\n")
    monkeypatch.setenv("LOCKSTEP_CONF", str(tmp_path))
    loaded = bag()
    assert loaded.import_errors == {}
    assert loaded.dags["nightly_retraining_good"].timetable.can_be_scheduled
    key = "end" if line.startswith("start = 2014") else line.split()[0]
    for name in ("nightly_retraining_bad", "scoring_bad"):
        assert f"**Cannot read {tmp_path / 'bad.conf'}: Invalid nightly.{key}: " in loaded.dags[name].doc_md
        assert not loaded.dags[name].timetable.can_be_scheduled


def test_dags_that_airflow_refuses_cost_the_others_nothing(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    model(tmp_path, "good")
    model(tmp_path, "odd", "nightly { cron = odd }\n")
    model(tmp_path, "unmade", "nightly { scoring = [unmade] }\n")
    monkeypatch.setenv("LOCKSTEP_CONF", str(tmp_path))
    monkeypatch.setattr("lockstep.nightly.times", lambda nightly, key, *_: nightly[key])
    loaded = bag()
    assert loaded.import_errors == {}
    names = {"good", "odd", "unmade"}
    assert set(loaded.dags) == {f"{kind}_{name}" for kind in ("nightly_retraining", "scoring") for name in names}
    assert loaded.dags["nightly_retraining_good"].timetable.can_be_scheduled
    for name in ("odd", "unmade"):
        assert not loaded.dags[f"nightly_retraining_{name}"].timetable.can_be_scheduled
        assert f"**Cannot read {tmp_path / name}.conf: " in loaded.dags[f"scoring_{name}"].doc_md


@pytest.mark.parametrize("name", ["my model", "flüge", "a" * 101, os.fsdecode(b"fl\xfcge")])
def test_a_file_that_no_dag_can_be_named_after_is_told(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str
) -> None:
    model(tmp_path, "told").rename(tmp_path / f"{name}.conf")
    model(tmp_path, "my_model")
    model(tmp_path, ".hidden")
    monkeypatch.setenv("LOCKSTEP_CONF", str(tmp_path))
    loaded = bag()
    assert loaded.import_errors == {}
    nights = [dag for dag_id, dag in loaded.dags.items() if dag_id.startswith("nightly_retraining_")]
    (told,) = [dag for dag in nights if dag.dag_id != "nightly_retraining_my_model"]
    assert "Invalid name (must be" in told.doc_md
    assert told.doc_md.encode()
    assert not told.timetable.can_be_scheduled


def test_the_reference_is_read_once(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    read: list[str] = []
    parse = ConfigFactory.parse_file
    monkeypatch.setattr(
        ConfigFactory, "parse_file", lambda file, **more: read.append(Path(file).name) or parse(file, **more)
    )
    for name in ("one", "two", "three"):
        assert Model.read(model(tmp_path, name, "nightly.wait = 1 hour\n")).wait == timedelta(hours=1)
    assert read.count("reference.conf") <= 1
    plain = tmp_path / "plain.conf"
    plain.write_text("model = plain\n")
    assert Model.read(plain).wait == timedelta(hours=12), "no model changes another one's defaults"


def test_what_is_no_hocon_is_told_by_its_place(tmp_path: Path) -> None:
    file = tmp_path / "bad.conf"
    file.write_text('model = bad\nnightly.spark."spark.executor.cores" = 2\n')
    assert Model.read(file).problem == f"Cannot read {file}: line 2, column 15 is no HOCON that Airflow reads"


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


@pytest.mark.parametrize("value", ["true", '"true"', "false", '"false"'])
def test_catchup_in_quotes_means_what_it_says(tmp_path: Path, value: str) -> None:
    read = Model.read(model(tmp_path, "night", f"nightly.catchup = {value}\n"))
    assert (read.catchup, read.problem) == ("true" in value, None)


def test_days_to_make_up_for_need_a_first_one(tmp_path: Path) -> None:
    file = tmp_path / "plain.conf"
    file.write_text("nightly.catchup = true\n")
    assert Model.read(file).problem.endswith(
        "Invalid nightly.catchup: true (needs nightly.start, the first day to make up for)"
    )


def test_settings_of_spark_reach_each_job_of_the_model(tmp_path: Path) -> None:
    text = '"spark.executor.cores" = 2, spark.executor { memory = 2g, a.b = "10m" }, spark.ui.enabled = false'
    read = Model.read(model(tmp_path, "own", f"nightly.spark {{ {text} }}\n"))
    assert read.problem is None
    assert read.spark == {
        "spark.executor.cores": "2",
        "spark.executor.memory": "2g",
        "spark.executor.a.b": "10m",
        "spark.ui.enabled": "false",
    }
    task = JobOperator(task_id="train", job="train", model=read)
    assert read.spark.items() <= task.conf.items()
    assert task.conf["spark.executorEnv.OMP_NUM_THREADS"] == "1"


def test_the_night_alone_scores_as_a_night_does(night: DAG, loaded: DagBag) -> None:
    jobs = [task for task in night.tasks if isinstance(task, JobOperator)]
    assert {task.task_id: task.flags for task in jobs if task.flags} == {"score": ["--nightly"]}
    assert loaded.dags["scoring_tiny"].get_task("score").flags == []


def test_a_file_without_the_section_has_the_references_schedule(tmp_path: Path) -> None:
    file = tmp_path / "plain.conf"
    file.write_text("model = plain\nstore = ${SOMETHING_OF_THE_JOBS}\n")
    read = Model.read(file)
    assert (read.cron, read.end, read.catchup, read.problem) == ("0 0 * * *", None, False, None)


def test_models_are_read_in_the_order_of_their_names() -> None:
    assert [each.name for each in models()] == ["flights", "tiny"]
