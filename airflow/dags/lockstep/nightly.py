"""The values of a file's section `nightly`, as the jobs read them; a wrong one is a ValueError of one line."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from croniter import croniter
from dateutil.relativedelta import relativedelta
from pyhocon import ConfigTree

_DURATION = re.compile(r"(\d{1,6})\s*(s|seconds?|m|minutes?|h|hours?|d|days?)")
_SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
_BY_CONNECTION = ("spark.master", "spark.submit.deployMode")


def times(nightly: ConfigTree, key: str, *words: str) -> str:
    """One of the words, or a cron expression that some day comes."""
    value = _text(nightly, key)
    rule = f'must be {", ".join(words)} or a cron expression of five fields, such as "0 3 * * *"'
    if value in words:
        return value
    if len(value.split()) != 5:
        raise _invalid(key, value, rule)
    try:
        croniter(value).get_next()
    except ValueError as failure:
        raise _invalid(key, value, rule) from failure
    return value


def day(nightly: ConfigTree, key: str) -> datetime | None:
    """The start of a day; None where there is no bound."""
    value = nightly.get(key, None)
    if value in (None, ""):
        return None
    try:
        return datetime.strptime(_text(nightly, key), "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as failure:
        raise _invalid(key, value, "must be a day such as 2013-06-30") from failure


def flag(nightly: ConfigTree, key: str) -> bool:
    value = nightly.get(key)
    if isinstance(value, bool):
        return value
    if value not in ("true", "false"):
        raise _invalid(key, value, "must be true or false")
    return value == "true"


def count(nightly: ConfigTree, key: str) -> int:
    value = nightly.get(key)
    if isinstance(value, bool) or not re.fullmatch(r"\d{1,9}", str(value).strip()):
        raise _invalid(key, value, "must be a whole number, at least 0")
    return int(value)


def duration(nightly: ConfigTree, key: str) -> timedelta:
    value = nightly.get(key)
    if isinstance(value, relativedelta):  # pyhocon's reading of an unquoted time
        moment = datetime(2000, 1, 1, tzinfo=UTC)
        return moment + value - moment
    matched = _DURATION.fullmatch(str(value).strip())
    if not matched:
        raise _invalid(key, value, "must be a time with its unit, such as 30 seconds or 12 hours")
    return timedelta(seconds=int(matched[1]) * _SECONDS[matched[2][0]])


def spark(nightly: ConfigTree) -> dict[str, str]:
    """Settings of Spark by name, as texts."""
    settings = nightly.get("spark")
    if not isinstance(settings, Mapping):
        raise _invalid("spark", settings, "must be an object { ... }")
    found = {}
    for key, value in _leaves(settings, ""):
        if key in _BY_CONNECTION:
            raise _invalid("spark", key, "the Airflow connection says where jobs run")
        if not key.startswith("spark."):
            raise _invalid("spark", key, 'must be settings of Spark, such as "spark.executor.cores" = 2')
        if isinstance(value, bool):
            found[key] = str(value).lower()
        elif isinstance(value, (str, int, float)):
            found[key] = str(value)
        else:  # an unquoted 10m may be minutes or megabytes
            raise _invalid("spark", key, 'must have a number or a text in quotes, such as "10m"')
    return found


def _leaves(tree: Mapping[str, Any], above: str) -> Iterator[tuple[str, Any]]:
    """Values by their keys joined with dots, quoted or not."""
    for name, value in tree.items():
        key = above + name.strip('"')
        if isinstance(value, Mapping):
            yield from _leaves(value, key + ".")
        elif value is not None:
            yield key, value


def _text(nightly: ConfigTree, key: str) -> str:
    value = nightly.get(key)
    if not isinstance(value, str):
        raise _invalid(key, value, "must be a text")
    return value.strip()


def _invalid(key: str, value: object, rule: str) -> ValueError:
    return ValueError(f"Invalid nightly.{key}: {value} ({rule})")
