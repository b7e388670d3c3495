"""Airflow for the tests in this process: set up before anything imports it."""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from machine import HOME, SPARK, Machine, model

_FOLDER = Path(tempfile.mkdtemp(prefix="lockstep-airflow-"))
atexit.register(shutil.rmtree, _FOLDER, ignore_errors=True)
os.environ.update(
    AIRFLOW_HOME=str(_FOLDER),
    AIRFLOW__CORE__LOAD_EXAMPLES="False",
    AIRFLOW__CORE__DAGS_FOLDER=str(HOME / "airflow" / "dags"),
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED="False",
    AIRFLOW_CONN_SPARK_DEFAULT=SPARK,
    LOCKSTEP_CONF=str(_FOLDER / "models"),
)
model(_FOLDER / "models", "tiny")
shutil.copy(HOME / "conf" / "flights.conf", _FOLDER / "models")
shutil.copy(HOME / "conf" / "reference.conf", _FOLDER / "models")


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """A machine that is down; a test that starts it need not stop it."""
    machine = Machine(tmp_path_factory.mktemp("machine"))
    machine.models.mkdir()
    yield machine
    machine.down()
