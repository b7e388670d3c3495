"""The models that have DAGs: each configuration file of a folder is one."""

from __future__ import annotations

import os
import re
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256
from pathlib import Path

from pyhocon import ConfigFactory, ConfigTree
from pyparsing import ParseBaseException

from lockstep import nightly

HOME = Path(__file__).resolve().parents[3]
REFERENCE = HOME / "conf" / "reference.conf"

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Model:
    """A configuration file and what its section `nightly` says; the jobs read the rest of it.

    `name` is the file's, without `.conf`. `problem` is why the section could not be read: then
    nothing is scheduled, and a run by hand fails with the job's own words.
    """

    name: str
    conf: Path
    cron: str | None
    start: datetime
    end: datetime | None
    catchup: bool
    wait: timedelta
    timeout: timedelta
    retries: int
    retry_delay: timedelta
    scoring: str
    spark: dict[str, str]
    problem: str | None = None

    @staticmethod
    def read(conf: Path) -> Model:
        """The model of a file; a broken file keeps its DAGs and does not take away the others'."""
        try:
            if not _NAME.fullmatch(conf.stem):
                raise ValueError("Invalid name (must be 1 to 100 letters, digits, '.', '_' or '-', and .conf)")
            return _model(conf, ConfigTree.merge_configs(_defaults(), _section(conf)), None)
        except Exception as failure:  # whatever the parser raises
            return Model.broken(conf, failure)

    @staticmethod
    def broken(conf: Path, failure: Exception) -> Model:
        """One that is never scheduled and says why."""
        if isinstance(failure, ParseBaseException):
            first = f"line {failure.lineno}, column {failure.column} is no HOCON that Airflow reads"
        else:
            first = (str(failure).splitlines() or [type(failure).__name__])[0]
        return _model(conf, _defaults(), _shown(f"Cannot read {conf}: {first}"))


def folder() -> Path:
    """Where the models' files are: $LOCKSTEP_CONF, else conf/ beside the DAGs' project."""
    return Path(os.environ.get("LOCKSTEP_CONF") or HOME / "conf")


def models() -> list[Model]:
    """A model for each file NAME.conf, in the order of names; the reference and hidden files are none."""
    files = sorted(folder().glob("*.conf"))
    return [Model.read(file) for file in files if file.name != REFERENCE.name and not file.name.startswith(".")]


def _section(file: Path) -> ConfigTree:
    # Unresolved: ${NAME} elsewhere in the file may come from the environment of the jobs alone.
    return ConfigFactory.parse_file(str(file), resolve=False).get("nightly", ConfigTree())


@cache
def _reference() -> ConfigTree:
    return _section(REFERENCE)


def _defaults() -> ConfigTree:
    return deepcopy(_reference())


def _model(conf: Path, section: ConfigTree, problem: str | None) -> Model:
    cron = nightly.times(section, "cron", "off")
    scoring = nightly.times(section, "scoring", "champion", "off")
    start, end = nightly.day(section, "start"), nightly.day(section, "end")
    if start and end and end < start:
        raise ValueError(f"Invalid nightly.end: {end:%Y-%m-%d} (must not be before nightly.start)")
    catchup = nightly.flag(section, "catchup")
    if catchup and not start:
        raise ValueError("Invalid nightly.catchup: true (needs nightly.start, the first day to make up for)")
    return Model(
        name=_name(conf),
        conf=Path(_shown(str(conf.resolve()))),
        cron=None if problem or cron == "off" else cron,
        start=start or _FIRST_DAY,
        # The whole last day.
        end=end + timedelta(days=1, seconds=-1) if end else None,
        catchup=catchup,
        wait=nightly.duration(section, "wait"),
        timeout=nightly.duration(section, "timeout"),
        retries=nightly.count(section, "retries"),
        retry_delay=nightly.duration(section, "retry-delay"),
        scoring="off" if problem else scoring,
        spark=nightly.spark(section),
        problem=problem,
    )


def _name(conf: Path) -> str:
    """The file's, or of letters that a DAG's id may have and like that of no other file."""
    if _NAME.fullmatch(conf.stem):
        return conf.stem
    return re.sub(r"[^A-Za-z0-9._-]", "_", conf.stem)[:80] + "-" + sha256(os.fsencode(conf.name)).hexdigest()[:8]


def _shown(text: str) -> str:
    """Bytes of a file's name that are no text cannot go into Airflow's database."""
    return os.fsencode(text).decode(errors="replace")
