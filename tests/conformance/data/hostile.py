"""Losses for margin_ranking that are right, but for one thing that a harness has to survive."""

import atexit
import contextlib
import ctypes
import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time

import numpy as np
import torch


def _right(input1, input2, target, margin, reduction):
    units = torch.relu(margin - target * (input1 - input2))
    if reduction == "none":
        return units
    return units.mean() if reduction == "mean" and units.numel() else units.sum()


def loss(misbehave):
    """The right loss, which misbehaves before it returns: what ``misbehave`` returns, where it does, is the result."""

    def hostile(input1, input2, target, margin=0.0, reduction="mean"):
        value = _right(input1, input2, target, margin, reduction)
        instead = misbehave(value)
        return value if instead is None else instead

    hostile.__name__ = misbehave.__name__
    return hostile


def _in_a_clause():
    """Whether the harness is past its probing calls, which a subject has to survive to be judged at all."""
    import inspect

    return any(frame.function == "run_clause" for frame in inspect.stack())


def sometimes(misbehave):
    """The right loss, which misbehaves in one clause of those asked: where units are returned."""

    def hostile(input1, input2, target, margin=0.0, reduction="mean"):
        value = _right(input1, input2, target, margin, reduction)
        instead = misbehave(value) if reduction == "none" and len(input1) > 1 and _in_a_clause() else None
        return value if instead is None else instead

    return hostile


@loss
def right(value):
    return None


@sometimes
def hangs(value):
    time.sleep(1000)


@sometimes
def leaves(value):
    os._exit(7)


@sometimes
def segfaults(value):
    ctypes.string_at(0)


@sometimes
def eats_memory(value):
    kept = []
    while True:
        kept.append(torch.ones(2**24))


@sometimes
def writes_to_the_harness(value):
    for descriptor in range(3, 1024):
        with contextlib.suppress(OSError):
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, b"conforming\n" * 10)
    time.sleep(1000)


@loss
def exits(value):
    sys.exit(3)


@loss
def interrupts(value):
    raise KeyboardInterrupt


@loss
def stops(value):
    raise StopIteration(3)


@loss
def closes_a_generator(value):
    raise GeneratorExit


class Wordless(BaseException):
    def __str__(self):
        raise ValueError("no words")

    def __reduce__(self):
        raise TypeError("stays here")


@loss
def raises_without_words(value):
    raise Wordless


@loss
def raises_a_group(value):
    raise ExceptionGroup("all at once", [ValueError("one"), KeyError("other")])


@loss
def raises_a_novel(value):
    raise ValueError("word " * 10**6)


class _Hostile(torch.Tensor):
    @classmethod
    def __torch_function__(cls, function, types, arguments=(), options=None):
        raise RuntimeError("no such thing")


@loss
def returns_a_hostile_tensor(value):
    return torch.Tensor.as_subclass(value, _Hostile)


@loss
def returns_a_generator(value):
    return (each for each in (1.0,))


@loss
def returns_a_huge_tensor(value):
    return value.sum().expand(10**12)


@loss
def prints_megabytes(value):
    print("chatter " * 10**5)
    os.write(1, b"chatter " * 10**5)
    os.write(2, b"chatter " * 10**5)


@loss
def closes_descriptors(value):
    os.closerange(0, 64)


@loss
def forks(value):
    if os.fork() == 0:
        return value + 1000
    return value


@loss
def starts_processes(value):
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(30)"], start_new_session=True)


@loss
def hangs_at_exit(value):
    atexit.register(time.sleep, 1000)


@loss
def seeds_torch(value):
    torch.manual_seed(0)


@loss
def seeds_numpy(value):
    np.random.seed(value.numel())


@loss
def seeds_python(value):
    random.seed("always")


@loss
def sets_the_default_dtype(value):
    torch.set_default_dtype(torch.float64)


@loss
def sets_the_default_device(value):
    torch.set_default_device("meta")


@loss
def disables_gradients(value):
    torch.set_grad_enabled(False)


@loss
def sets_deterministic(value):
    torch.use_deterministic_algorithms(True)


@loss
def sets_threads(value):
    torch.set_num_threads(torch.get_num_threads() + 1)


@loss
def replaces_torch_functions(value):
    torch.sum = torch.ones_like = torch.from_numpy = lambda *a, **k: None
    torch.Tensor.detach = torch.Tensor.clone = lambda tensor: None
    torch.autograd.grad = lambda *a, **k: ()


@loss
def replaces_numpy_functions(value):
    np.abs = np.all = np.asarray = lambda *a, **k: True


@loss
def replaces_the_judge(value):
    from rankproof.conformance.checks import judge, numbers

    judge.judge_value = numbers.judge = lambda *a, **k: None
    return value + 1000


@loss
def changes_the_environment(value):
    os.environ["OMP_NUM_THREADS"] = "64"
    os.chdir("/")


@loss
def handles_signals(value):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, lambda *a: os._exit(9))
    signal.alarm(20)


@loss
def leaves_a_thread(value):
    threading.Thread(target=lambda: time.sleep(1000), daemon=True).start()


def draws(input1, input2, target, margin=0.0, reduction="mean"):
    """Moves the global generators on, as a sampler does, which is none of a call's faults."""
    torch.rand(3), np.random.rand(3), random.random()
    return _right(input1, input2, target, margin, reduction)
