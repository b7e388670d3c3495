"""The models that have DAGs: each configuration file of a folder is one."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dateutil.relativedelta import relativedelta
from pyhocon import ConfigFactory, ConfigTree

HOME = Path(__file__).resolve().parents[3]
REFERENCE = HOME / "conf" / "reference.conf"

_NAME = re.compile(r"[A-Za-z0-9._-]{1,100}")
_DURATION = re.compile(r"(\d{1,6})\s*(s|seconds?|m|minutes?|h|hours?|d|days?)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_FIRST_DAY = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Model:
    """A configuration file and what its section `nightly` says; the jobs read the rest of it.

    `name` is the file's, without `.conf`. `problem` is why the section could not be read: then
    nothing is scheduled, and the first task that runs fails with the job's own words.
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
    problem: str | None = None

    @staticmethod
    def read(conf: Path) -> Model:
        """The model of a file; a broken file keeps its DAGs and does not take away the others'."""
        defaults = _section(REFERENCE)
        try:
            return _model(conf, ConfigTree.merge_configs(defaults, _section(conf)), None)
        except Exception as failure:  # whatever the parser raises
            first = (str(failure).splitlines() or [type(failure).__name__])[0]
            return _model(conf, _section(REFERENCE), f"Cannot read {conf}: {first}")


def folder() -> Path:
    """Where the models' files are: $LOCKSTEP_CONF, else conf/ beside the DAGs' project."""
    return Path(os.environ.get("LOCKSTEP_CONF") or HOME / "conf")


def models() -> list[Model]:
    """A model for each file NAME.conf, in the order of names; the reference is none."""
    files = sorted(folder().glob("*.conf"))
    return [Model.read(file) for file in files if file.name != REFERENCE.name and _NAME.fullmatch(file.stem)]


def _section(file: Path) -> ConfigTree:
    # Unresolved: ${NAME} elsewhere in the file may come from the environment of the jobs alone.
    return ConfigFactory.parse_file(str(file), resolve=False).get("nightly", ConfigTree())


def _model(conf: Path, nightly: ConfigTree, problem: str | None) -> Model:
    cron = nightly["cron"]
    start = nightly.get("start", None)
    end = nightly.get("end", None)
    return Model(
        name=conf.stem,
        conf=conf.resolve(),
        cron=None if problem or cron == "off" else cron,
        start=_day(start) if start else _FIRST_DAY,
        # The whole last day.
        end=_day(end) + timedelta(days=1, seconds=-1) if end else None,
        catchup=bool(nightly["catchup"]),
        wait=_duration(nightly["wait"]),
        timeout=_duration(nightly["timeout"]),
        retries=int(nightly["retries"]),
        retry_delay=_duration(nightly["retry-delay"]),
        scoring="off" if problem else nightly["scoring"],
        problem=problem,
    )


def _day(text: str) -> datetime:
    return datetime.strptime(str(text), "%Y-%m-%d").replace(tzinfo=UTC)


def _duration(value: object) -> timedelta:
    if isinstance(value, relativedelta):  # pyhocon's reading of an unquoted time
        moment = datetime(2000, 1, 1, tzinfo=UTC)
        return moment + value - moment
    matched = _DURATION.fullmatch(str(value).strip())
    if not matched:
        raise ValueError(f"Invalid time: {value} (must be such as 30 seconds or 12 hours)")
    return timedelta(seconds=int(matched[1]) * _SECONDS[matched[2][0]])
