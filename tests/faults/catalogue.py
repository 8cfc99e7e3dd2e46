"""The catalogue of faults: every known-wrong loss, in the order of its file."""

from __future__ import annotations

import importlib

from rankproof.spec.arguments import losses
from tests.faults.fault import Fault, faults_in

MODULES = tuple(importlib.import_module(f"tests.faults.{loss}") for loss in losses())
CATALOGUE: tuple[Fault, ...] = tuple(fault for module in MODULES for fault in faults_in(module))
