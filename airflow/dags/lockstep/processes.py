"""Processes that end with the one that started them."""

from __future__ import annotations

import ctypes
import signal
import sys

_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """Has the kernel kill this process when its parent dies, however it dies; `exec` keeps that.

    Otherwise the driver of a killed task would train on beside that of the retry. Fit for
    `preexec_fn`. Elsewhere than on Linux nothing happens, and the run's lease keeps them apart.
    """
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
