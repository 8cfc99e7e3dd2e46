"""What a run ran on: the versions that its numbers depend on, read without importing any of them."""

from __future__ import annotations

import platform
from importlib import metadata
from typing import Any

PACKAGES = ("torch", "triton", "jax", "numpy", "hypothesis", "mpmath")


def version(package: str = "rankproof") -> str | None:
    """The installed version of a package; None where it is not installed."""
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def environment(**run: Any) -> dict[str, Any]:
    """Python, platform and package versions, then what the run adds (seed, cases, GPU ...)."""
    packages = {package: found for package in PACKAGES if (found := version(package))}
    system = f"{platform.system()} {platform.machine()}"
    return {"python": platform.python_version(), "platform": system, **packages, **run}
