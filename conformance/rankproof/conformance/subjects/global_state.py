"""The state that all code of a process shares: read before a call, compared and put back after it."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import os
import random
import signal
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGALRM", "SIGUSR1") if hasattr(signal, name))


@dataclass(frozen=True)
class Setting:
    """One thing that a call must leave as it was; ``expression`` is source that gives it, for a snippet."""

    name: str
    expression: str
    read: Callable[[], Any]
    restore: Callable[[Any], object]


@dataclass(frozen=True)
class Change:
    """Something that is not as it was; ``expression`` is source that gives it, for a snippet."""

    name: str
    expression: str
    values: str = ""  # from what to what, where that can be read

    def __str__(self) -> str:
        return f"{self.name} ({self.values})" if self.values else self.name


@dataclass
class Watched:
    """What a call did to the state: known when the call is over."""

    changes: list[Change] = field(default_factory=list)
    generators: dict[str, str] = field(default_factory=dict)  # digests of their states, by the source that gives them
    put_back: Callable[[], None] = lambda: None  # gives replaced functions their meaning back, before they are used


@cache
def settings(torch: bool, every: bool = False) -> tuple[Setting, ...]:
    """What is watched in a call: the settings of Python, of torch for a torch subject, and ``every`` costly one."""
    torch_settings = _torch_settings() if torch else ()
    return (*_python_settings(), *torch_settings, *(_costly_settings() if every else ()))


@contextlib.contextmanager
def watched(watch: tuple[Setting, ...]) -> Iterator[Watched]:
    """Compare the settings before and after, and put back those that changed."""
    told = Watched()
    before = [setting.read() for setting in watch]
    try:
        yield told
    finally:
        for setting, earlier in zip(watch, before, strict=True):
            now = setting.read()
            if now is not earlier and now != earlier:
                told.changes.append(_change(setting, earlier, now))
                setting.restore(earlier)


def _change(setting: Setting, before: Any, after: Any) -> Change:
    values = f"from {before!r} to {after!r}"
    return Change(setting.name, setting.expression, values if len(values) < 100 else "")


def generator_digests(torch: bool) -> dict[str, str]:
    """A digest of the state of each global generator, by the source that gives the state."""
    states: dict[str, bytes] = {
        "random.getstate()": repr(random.getstate()).encode(),
        "numpy.random.get_state()[1].tolist()": np.random.get_state(legacy=True)[1].tobytes(),  # type: ignore[index]
    }
    if torch:
        import torch as framework

        states["torch.get_rng_state().tolist()"] = framework.get_rng_state().numpy().tobytes()
    return {source: hashlib.sha256(state).hexdigest() for source, state in states.items()}


def _python_settings() -> Iterator[Setting]:
    yield Setting("the working directory", "os.getcwd()", _directory, os.chdir)
    yield Setting("the environment", "dict(os.environ)", _environment, _set_environment)
    yield Setting("Python's recursion limit", "sys.getrecursionlimit()", sys.getrecursionlimit, sys.setrecursionlimit)
    yield Setting(
        "the garbage collector", "gc.isenabled()", gc.isenabled, lambda on: gc.enable() if on else gc.disable()
    )
    if hasattr(signal, "getitimer"):
        pending = "signal.getitimer(signal.ITIMER_REAL)[0] > 0"
        yield Setting("the alarm", pending, _alarm_is_set, lambda _: signal.setitimer(signal.ITIMER_REAL, 0))
    yield Setting("the threads", "set(threading.enumerate())", _own_threads, lambda _: None)


def _handler(number: signal.Signals) -> Setting:
    def restore(handler: Any) -> None:
        if handler is not None and threading.current_thread() is threading.main_thread():
            signal.signal(number, handler)

    source = f"signal.getsignal(signal.{number.name})"
    return Setting(f"the handler of {number.name}", source, lambda: signal.getsignal(number), restore)


def _directory() -> str | None:
    try:
        return os.getcwd()
    except OSError:  # it was removed
        return None


def _environment() -> dict[Any, Any]:
    # Decoding every variable would cost more than all other settings together.
    return dict(getattr(os.environ, "_data", os.environ))


def _set_environment(variables: dict[Any, Any]) -> None:
    text = {os.fsdecode(name): os.fsdecode(value) for name, value in variables.items()}
    for name in set(os.environ) - set(text):
        del os.environ[name]
    os.environ.update(text)


def _alarm_is_set() -> bool:
    return signal.getitimer(signal.ITIMER_REAL)[0] > 0


def _own_threads() -> frozenset[threading.Thread]:
    """Threads that run; a framework's own, which lie in wait for work, do not count."""
    return frozenset(thread for thread in threading.enumerate() if not _waits(thread))


def _waits(thread: threading.Thread) -> bool:
    code = getattr(getattr(thread, "_target", None), "__code__", None)
    return code is None or "site-packages" in code.co_filename or code.co_filename.startswith(sys.base_prefix)


def _costly_settings() -> Iterator[Setting]:
    for each in SIGNALS:
        yield _handler(each)
    yield Setting("numpy's error handling", "numpy.geterr()", np.geterr, lambda kept: np.seterr(**kept))
    options = "numpy.get_printoptions()"
    yield Setting("numpy's print options", options, np.get_printoptions, lambda kept: np.set_printoptions(**kept))


def _torch_settings() -> Iterator[Setting]:
    import torch

    def row(name: str, source: str, read: Callable[[], Any], restore: Callable[[Any], object]) -> Setting:
        return Setting(name, source, read, restore)

    dtype, device = torch.get_default_dtype, torch.get_default_device
    yield row("torch's default dtype", "torch.get_default_dtype()", dtype, torch.set_default_dtype)
    yield row("torch's default device", "torch.get_default_device()", device, torch.set_default_device)
    yield row("torch's grad mode", "torch.is_grad_enabled()", torch.is_grad_enabled, torch._C._set_grad_enabled)
    deterministic = torch.are_deterministic_algorithms_enabled
    yield row(
        "torch's deterministic algorithms",
        "torch.are_deterministic_algorithms_enabled()",
        deterministic,
        torch.use_deterministic_algorithms,
    )
    yield row("torch's number of threads", "torch.get_num_threads()", torch.get_num_threads, torch.set_num_threads)
    precision = torch.get_float32_matmul_precision
    set_precision = torch.set_float32_matmul_precision
    yield row("torch's precision of products", "torch.get_float32_matmul_precision()", precision, set_precision)
    yield row("torch's anomaly mode", "torch.is_anomaly_enabled()", torch.is_anomaly_enabled, torch.set_anomaly_enabled)
    autocast = 'torch.is_autocast_enabled("cpu")'
    yield row(
        "torch's autocast",
        autocast,
        lambda: torch.is_autocast_enabled("cpu"),
        lambda on: torch.set_autocast_enabled("cpu", on),
    )
