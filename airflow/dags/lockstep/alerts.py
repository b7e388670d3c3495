"""Who is told when a night fails: the place for a message to your team."""

from __future__ import annotations

import logging

from airflow.sdk import Context

_LOG = logging.getLogger(__name__)


def failed(context: Context) -> None:
    """Called once a task has failed for good, after its retries.

    It writes a line to the task's log. Put a call to your mail, chat or pager below it: a notifier
    of an Airflow provider, or a request of your own. What it raises is logged and changes nothing.
    """
    task = context["task_instance"]
    _LOG.error(
        "%s: %s failed for %s: %s",
        task.dag_id,
        task.task_id,
        context.get("ds", "an event"),
        context.get("exception", "no exception"),
    )
