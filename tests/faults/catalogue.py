"""The catalogue of faults: every known-wrong loss, in the order of its file."""

from __future__ import annotations

from tests.faults import approx_ndcg, margin_ranking, pairwise_hinge, warp
from tests.faults.fault import Fault, faults_in

MODULES = (margin_ranking, pairwise_hinge, approx_ndcg, warp)
CATALOGUE: tuple[Fault, ...] = tuple(fault for module in MODULES for fault in faults_in(module))
