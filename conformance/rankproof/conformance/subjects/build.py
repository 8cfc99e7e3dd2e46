"""From the text that a user types to a subject."""

from __future__ import annotations

import importlib.util
import inspect
import os
import sys
from collections.abc import Mapping
from types import ModuleType
from typing import Any

from rankproof.conformance.specification.model import LossSpec
from rankproof.conformance.subjects.locate import locate, located_module, split_target
from rankproof.conformance.subjects.pending import recorder_of_worker
from rankproof.conformance.subjects.subject import Subject, SubjectError

FRAMEWORKS = ("auto", "torch", "numpy")


def build_subject(
    text: str,
    spec: LossSpec,
    *,
    device: str = "cpu",
    name: str | None = None,
    framework: str = "auto",
    settings: Mapping[str, Any] | None = None,
) -> Subject:
    """The subject that ``text`` names, ``pkg.mod:attr`` or ``path/to/file.py:attr``, ready to be checked.

    With ``framework="auto"`` a module that uses numpy and not torch is a numpy subject, any other a torch
    subject. A numpy function ``loss`` beside which there is a ``loss_gradient`` is differentiated by that.
    The device "interpreter" runs Triton kernels in Triton's interpreter on CPU tensors. In a worker every case
    is noted while the subject has it, for the report of a hang or a crash.

    Raises:
        SubjectError: it cannot be located, its signature does not fit the loss, the framework or device is not there.
    """
    if framework not in FRAMEWORKS:
        raise SubjectError(f'framework="{framework}": expected one of {", ".join(FRAMEWORKS)}')
    if device == "interpreter":
        _interpret_kernels()
    target = locate(text)
    recorder = recorder_of_worker()
    module = located_module(text)
    chosen = _framework(target, module) if framework == "auto" else framework
    if chosen == "numpy":
        from rankproof.conformance.subjects.numpy_subject import NumpySubject

        if device != "cpu":
            raise SubjectError(f'{text} is a numpy subject, which runs on the device "cpu"; got "{device}"')
        companion = getattr(module, split_target(text)[1] + "_gradient", None)
        return NumpySubject(name or text, target, spec, device, settings, text, recorder, companion)
    if importlib.util.find_spec("torch") is None:
        raise SubjectError(f"{text} is a torch subject and torch is not installed; install torch")
    from rankproof.conformance.subjects.torch_subject import TorchSubject

    return TorchSubject(name or text, target, spec, device, settings, text, recorder)


def _framework(target: Any, module: ModuleType) -> str:
    """By what the module, or the module that defines the target, holds."""
    homes = [module, sys.modules.get(getattr(inspect.unwrap(target), "__module__", None) or "")]
    names = {name for home in homes if home for name in _frameworks_used(home)}
    if "torch" in names or any(base.__module__.startswith("torch") for base in _bases(target)):
        return "torch"
    return "numpy" if "numpy" in names else "torch"


def _frameworks_used(module: ModuleType) -> set[str]:
    """Top-level packages of what the module's globals are or come from."""
    found = {module.__name__.split(".")[0]}
    for value in list(vars(module).values()):
        origin = value.__name__ if isinstance(value, ModuleType) else getattr(value, "__module__", None)
        if isinstance(origin, str):
            found.add(origin.split(".")[0])
    return found


def _bases(target: Any) -> tuple[type, ...]:
    return (target if inspect.isclass(target) else type(target)).__mro__


def _interpret_kernels() -> None:
    """Triton decides when a kernel is defined; kernels that were defined before stay compiled."""
    if importlib.util.find_spec("triton") is None:
        raise SubjectError('device "interpreter" needs Triton, which is not installed; install triton')
    os.environ["TRITON_INTERPRET"] = "1"
