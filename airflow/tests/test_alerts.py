"""The place for a team's messages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from lockstep.alerts import failed

TASK = SimpleNamespace(dag_id="nightly_retraining_tiny", task_id="train")


def test_a_failure_says_which_task_of_which_day_and_why(caplog: pytest.LogCaptureFixture) -> None:
    failed({"task_instance": TASK, "ds": "2013-03-01", "exception": ValueError("diverged")})
    assert caplog.messages == ["nightly_retraining_tiny: train failed for 2013-03-01: diverged"]


def test_a_run_without_a_day_or_an_exception_has_words_too(caplog: pytest.LogCaptureFixture) -> None:
    failed({"task_instance": TASK})
    assert caplog.messages == ["nightly_retraining_tiny: train failed for an event: no exception"]
