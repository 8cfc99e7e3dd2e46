"""How a process ended, in a sentence."""

from __future__ import annotations

import re
import signal
import sysconfig

FRAME = re.compile(r'^  File "(?P<file>[^"]+)", line (?P<line>\d+) in (?P<name>.+)$', re.MULTILINE)
OUT_OF_MEMORY = re.compile(r"MemoryError|std::bad_alloc|[Cc]an(?:not|'t) allocate memory")
MEANINGS = {
    signal.SIGSEGV: "a segmentation fault",
    signal.SIGBUS: "an invalid memory access",
    signal.SIGABRT: "abort() in C code",
    signal.SIGFPE: "an arithmetic exception in C code",
    signal.SIGILL: "an illegal instruction",
}


def explain_exit(status: int | None, output: str) -> tuple[str, str]:
    """Kind of failure ("crashed", "memory", "exited") and sentence, for the exit status of a process.

    ``status`` is negative for a signal, None for a process that cut its connection and would not end.
    """
    if status is None:
        return "crashed", "cut its connection to the harness"
    if status == 1 and output.rstrip().rpartition("\n")[2].startswith("MemoryError"):
        return "memory", "ran out of memory"
    if status >= 0:
        return "exited", f"ended the process with status {status} (sys.exit or os._exit)"
    if OUT_OF_MEMORY.search(output):
        return "memory", f"ran out of memory and died of signal {-status} ({_name(-status)})"
    if -status == signal.SIGKILL:
        return "memory", "was killed by the system (SIGKILL), as happens when memory runs out"
    meaning = MEANINGS.get(signal.Signals(-status)) if -status in set(signal.Signals) else None
    return "crashed", f"died of signal {-status} ({_name(-status)}{', ' + meaning if meaning else ''})"


def culprit(output: str) -> str:
    """Where a process was, as in " in my_loss.py, line 3 (forward)", from what faulthandler wrote; or nothing.

    The innermost frame that is neither of the standard library nor of an installed package, if any.
    """
    threads = [list(FRAME.finditer(part)) for part in output.split("(most recent call first):")[1:]]
    frames = next((found for found in reversed(threads) if found), [])  # the main thread is written last
    paths = sysconfig.get_paths()
    installed = (paths["stdlib"], paths["purelib"], paths["platlib"])
    own = [frame for frame in frames if not frame["file"].startswith(installed)]
    for frame in (own or frames)[:1]:
        return f" in {frame['file']}, line {frame['line']} ({frame['name']})"
    return ""


def _name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return "unknown"
