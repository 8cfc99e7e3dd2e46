"""The project's commands: nox -l lists them, nox -s NAME runs one, nox -R -s NAME runs it again without installing."""

from __future__ import annotations

import glob
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import nox

nox.needs_version = ">=2024.4.15"
nox.options.default_venv_backend = "virtualenv"
nox.options.sessions = ["conformance", "tests", "lint"]
nox.options.error_on_missing_interpreters = True

PROJECT = nox.project.load_toml("pyproject.toml")
ROOTS = ("spec", "reference", "implementations", "conformance")
SPECS = "spec/rankproof/spec"
REPORTS = Path("build/conformance")
OURS = ("loop", "vectorized", "custom_autograd")

# What each conformance session puts under test: [LOSS/]NAME[@DTYPES]=TARGET.
SUBJECTS = {
    "cpu": [
        "reference@float64=rankproof.reference.{loss}:{loss}",
        *(f"{variant}=rankproof.implementations.{variant}.{{loss}}:{{loss}}" for variant in OURS),
        "margin_ranking/torch=torch.nn:MarginRankingLoss",
    ],
    "interpreter": ["cuda=rankproof.implementations.cuda.{loss}:{loss}"],
    "cuda": [f"{variant}=rankproof.implementations.{variant}.{{loss}}:{{loss}}" for variant in (*OURS, "cuda")],
}
# An interpreted kernel takes 3 to 15 ms a program, so it is judged on fewer cases.
CASES = {"cpu": 25, "interpreter": 12, "cuda": 25}
EXTRAS = {"cpu": "torch", "interpreter": "cuda", "cuda": "cuda"}
LEAST_COVERED = 95  # percent of the harness's lines
PLUGIN = ("-p", "rankproof.conformance.plugin")


@nox.session
@nox.parametrize("device", list(SUBJECTS), ids=list(SUBJECTS))
def conformance(session: nox.Session, device: str) -> None:
    """Judge every variant of every loss on one device, and print the matrix of all devices that have run."""
    report = REPORTS / f"{device}.json"
    report.unlink(missing_ok=True)
    no_gpu = missing_gpu(session)
    if no_gpu:
        note_not_run("cuda", no_gpu)
    if device == "cuda" and no_gpu:
        session.skip(no_gpu)
    install(session, EXTRAS[device], "test")
    if device == "cuda" and not sees_gpu(session):
        session.error("a GPU is there, but the installed torch cannot use it: install a CUDA build of torch")
    env = environment(session)
    if device == "interpreter":
        env["TRITON_INTERPRET"] = "1"
    subjects = [f"--rankproof-subject={subject}" for subject in SUBJECTS[device]]
    try:
        session.run(
            *(python(session), "-m", "pytest", *plugin(session), *workers(session), "-q", "-rfE"),
            *sorted(glob.glob(f"{SPECS}/*.yaml")),
            *(f"--rankproof-device={device}", *subjects, "--rankproof-waivers=waivers.yaml"),
            *(f"--rankproof-cases={CASES[device]}", f"--rankproof-json={report}", *session.posargs),
            env=env,
        )
    finally:
        # The merged matrix may show another device's divergence: that one's own session fails for it.
        command = (python(session), "-m", "rankproof.conformance", "report", str(REPORTS))
        session.run(*command, env=env, success_codes=[0, 1])


@nox.session
def tests(session: nox.Session) -> None:
    """Run the project's own tests; Triton kernels are interpreted where there is no GPU."""
    install(session, "cuda", "test")
    env = environment(session)
    if missing_gpu(session):
        env["TRITON_INTERPRET"] = "1"
    command = (python(session), "-m", "pytest", *plugin(session), *workers(session))
    session.run(*command, *(session.posargs or ["tests"]), env=env)


@nox.session(default=False)
def coverage(session: nox.Session) -> None:
    """Tell which lines of the harness its tests do not reach, in any process; under 95% of them fails."""
    install(session, "cuda", "test")
    env = environment(session) | {"COVERAGE_FILE": str(Path("build/coverage/data").resolve())}
    if missing_gpu(session):
        env["TRITON_INTERPRET"] = "1"
    Path("build/coverage").mkdir(parents=True, exist_ok=True)
    measure = (python(session), "-m", "coverage")
    chosen = session.posargs or ["tests/conformance", "tests/faults"]
    session.run(*measure, "erase", env=env)
    session.run(*measure, "run", "-m", "pytest", *plugin(session), *workers(session), *chosen, env=env)
    session.run(*measure, "combine", "--quiet", env=env)
    session.run(*measure, "report", f"--fail-under={LEAST_COVERED}", env=env)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and the direction of the imports."""
    install(session, "cuda", "lint")
    env = environment(session)
    session.run("ruff", "check", ".", env=env)
    session.run(python(session), "-m", "mypy", env=env)
    session.run("lint-imports", env=env)


@nox.session(default=False)
def faults(session: nox.Session) -> None:
    """Judge every known-wrong loss by every clause, and print which clause catches which: -- 'warp.*' --seed 1."""
    install(session, "cuda", "test")
    session.run(python(session), "-m", "tests.faults", *session.posargs, env=environment(session))


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Measure time and memory of the variants; -- --benchmark-autosave keeps, -- --benchmark-compare compares."""
    install(session, "cuda", "bench")
    command = (python(session), "-m", "pytest", *plugin(session), "tests/benchmarks", *session.posargs)
    session.run(*command, env=environment(session))


@nox.session(default=False)
def examples(session: nox.Session) -> None:
    """Train a graph neural network with every loss, compare and draw: nox -s examples -- --objective warp."""
    install(session, "torch", "examples")
    session.run(python(session), "-m", "examples.lightgcn", *session.posargs, env=environment(session))


@nox.session(default=False)
def soak(session: nox.Session) -> None:
    """Judge right variants under many seeds, on from where it stopped: nox -s soak -- --cases 1000000."""
    device = "cpu" if "--device=cpu" in session.posargs or missing_gpu(session) else "cuda"
    install(session, EXTRAS[device], "test")
    subjects = [f"--subject={subject}" for subject in SUBJECTS[device]]
    command = (python(session), "-m", "rankproof.conformance", "soak", *subjects, "--waivers=waivers.yaml")
    session.run(*command, f"--device={device}", *session.posargs, env=environment(session))


@nox.session(default=False)
def power(session: nox.Session) -> None:
    """Measure how often the sampling clause catches a wrong sampler and blames a right one: -- --true 40."""
    install(session, "torch", "test")
    session.run(python(session), "-m", "tests.power", *session.posargs, env=environment(session))


@nox.session(default=False)
def mutants(session: nox.Session) -> None:
    """Judge syntactic mutants of the losses by the suite: a sample in 15 minutes, all of them with -- --all."""
    install(session, "torch", "mutants")
    session.run(python(session), "-m", "tests.mutants", *session.posargs, env=environment(session))


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Give the readers and the command line hostile inputs: nox -s fuzz -- --inputs 1000000."""
    install(session, "torch", "fuzz")
    session.run(python(session), "-m", "tests.fuzz", *session.posargs, env=environment(session))


def install(session: nox.Session, extra: str, group: str) -> None:
    """Install the project in place, at the versions of constraints.txt; bytecode is compiled as it is needed."""
    requirements = nox.project.dependency_groups(PROJECT, group)
    session.install("--no-compile", "-c", "constraints.txt", "-e", f".[{extra},fast]", *requirements)


def python(session: nox.Session) -> str:
    """The session's interpreter: without a virtual environment the one that runs nox."""
    return sys.executable if session.venv_backend == "none" else "python"


def environment(session: nox.Session) -> dict[str, str]:
    """One thread a worker; without a virtual environment also the paths that installing would have added.

    Bytecode is kept, even where the shell says not to: without it every process of a session compiles torch anew.
    """
    env = {"OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": ""}
    if session.venv_backend == "none":
        paths = [str(Path(root).resolve()) for root in ROOTS]
        env["PYTHONPATH"] = os.pathsep.join(filter(None, [*paths, os.environ.get("PYTHONPATH")]))
    return env


def plugin(session: nox.Session) -> tuple[str, ...]:
    """Load the pytest plugin by name where no installed entry point does: loading it twice aborts pytest."""
    if session.venv_backend != "none":
        return ()
    found = "any(e.value == 'rankproof.conformance.plugin' for e in entry_points(group='pytest11'))"
    return () if holds(session, f"from importlib.metadata import entry_points; ok = {found}") else PLUGIN


def workers(session: nox.Session) -> tuple[str, ...]:
    """Two processes, where pytest-xdist is installed; one loss in one dtype stays in one, and shares its answers."""
    if session.venv_backend != "none" or holds(session, "from importlib.util import find_spec as f; ok = f('xdist')"):
        return ("-n", "2", "--dist", "loadgroup")
    return ()


def missing_gpu(session: nox.Session) -> str | None:
    """Why there is no GPU to run on, found without installing anything; None where there is one."""
    if session.venv_backend == "none":
        return None if sees_gpu(session) else "the installed torch sees no CUDA device"
    if glob.glob("/dev/nvidia[0-9]*"):
        return None
    listing = shutil.which("nvidia-smi") and subprocess.run(["nvidia-smi", "-L"], capture_output=True).stdout
    return None if listing and listing.startswith(b"GPU") else "no NVIDIA GPU on this machine"


def sees_gpu(session: nox.Session) -> bool:
    """Whether the session's torch can use a GPU."""
    return holds(session, "import torch; ok = torch.cuda.is_available()")


def holds(session: nox.Session, statements: str) -> bool:
    """Whether ``ok`` is true after these statements in the session's Python; False where they raise."""
    interpreter = shutil.which(python(session), path=os.pathsep.join([*(session.bin_paths or ()), os.environ["PATH"]]))
    command = [interpreter or python(session), "-c", f"{statements}; raise SystemExit(not ok)"]
    return subprocess.run(command, capture_output=True).returncode == 0


def note_not_run(device: str, reason: str) -> None:
    """Leave a report that says why nothing was run on a device, for the matrix to show."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    document = {"rankproof": PROJECT["project"]["version"], "format": 1, "environment": {}, "findings": []}
    document["not_run"] = [{"device": device, "reason": reason}]
    (REPORTS / f"{device}.json").write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
