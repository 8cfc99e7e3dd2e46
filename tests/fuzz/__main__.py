"""``python -m tests.fuzz``: whatever the readers of rankproof are given, they accept it or say clearly why not."""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path

from tests.fuzz.engines import has_atheris
from tests.fuzz.supervise import Result, fuzz
from tests.fuzz.target import Target
from tests.fuzz.targets.registry import NAMES, target_named

ENGINES = ("hypothesis", "atheris")
COLUMNS = ("target", "engine", "inputs", "accepted", "refused", "failures", "slowest ms", "memory MiB", "seconds")


def main() -> int:
    """Fuzz, print the figures, and return the exit status: 1 where an input failed."""
    options = _options()
    if options.reproduce:
        return _reproduce(options.reproduce)
    engines = [engine for engine in ENGINES if options.engine in (engine, "both")]
    if "atheris" in engines and not has_atheris():
        print("atheris was not run: it is not installed here (it has wheels for some versions of Python only)")
        engines.remove("atheris")
    chosen = [target_named(name) for name in NAMES if not options.target or name in options.target]
    jobs = _jobs(chosen, engines, options.inputs)
    shutil.rmtree(options.out, ignore_errors=True)
    print(("{:<12}{:<12}" + "{:>11}" * 7).format(*COLUMNS), flush=True)
    with ThreadPoolExecutor(options.processes) as pool:
        results = list(pool.map(lambda job: _run(*job, options.seed, options.out), jobs))
    return _told(results, options.out)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--inputs", type=int, default=20_000, help="over all targets (%(default)s)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--engine", choices=(*ENGINES, "both"), default="both")
    parser.add_argument("--target", action="append", choices=NAMES, help="only this one; repeatable")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--out", type=Path, default=Path("build/fuzz"))
    parser.add_argument("--reproduce", type=Path, metavar="FILE", help="put one kept input to its target again")
    return parser.parse_args()


def _jobs(targets: list[Target], engines: list[str], inputs: int) -> list[tuple[Target, str, int]]:
    """How many inputs each target gets from each engine; the slow ones come first."""
    total = sum(target.share for target in targets)
    jobs = []
    for target in targets:
        own = [engine for engine in engines if engine in target.engines]
        for engine in own:
            jobs.append((target, engine, max(10, round(inputs * target.share / total / len(own)))))
    return jobs


def _run(target: Target, engine: str, inputs: int, seed: int, out: Path) -> Result:
    result = fuzz(target, engine, inputs, seed, out / f"{target.name}-{engine}")
    print(_row(result), flush=True)
    return result


def _row(result: Result) -> str:
    numbers = (result.inputs, result.accepted, result.refused, result.failures)
    measured = (f"{1000 * result.slowest:.0f}", f"{result.growth / 2**20:.0f}", f"{result.seconds:.0f}")
    return f"{result.target:<12}{result.engine:<12}" + "".join(f"{value!s:>11}" for value in (*numbers, *measured))


def _told(results: list[Result], out: Path) -> int:
    inputs, failures = (sum(getattr(each, name) for each in results) for name in ("inputs", "failures"))
    out.mkdir(parents=True, exist_ok=True)
    (out / "figures.json").write_text(json.dumps([asdict(each) for each in results], indent=1) + "\n")
    for result in results:
        for path in result.reproducers:
            print(f"\n{path}: python -m tests.fuzz --reproduce {path}")
            print(Path(f"{path}.txt").read_text()[:1500])
    print(f"\n{inputs} inputs, {failures} failures")
    return 1 if failures else 0


def _reproduce(path: Path) -> int:
    """Put a kept input to its target in this process; what it raises comes out."""
    name = Path(f"{path}.txt").read_text().split()[0]
    accepted = target_named(name).read(path.read_bytes())
    print("accepted" if accepted else "refused")
    return 0


if __name__ == "__main__":
    sys.exit(main())
