"""The catalogue is sound: every fault can be found, says where it was seen, and takes what the right loss takes."""

from __future__ import annotations

import importlib
import inspect
from collections import Counter
from types import ModuleType

import pytest
import torch

from rankproof.conformance.checks.registry import clauses
from rankproof.conformance.specification import load_builtin
from tests.faults import steps
from tests.faults.catalogue import CATALOGUE, MODULES
from tests.faults.defects import DEFECTS, PENDING
from tests.faults.fault import Loss, seen

IDS = [fault.id for fault in CATALOGUE]
LOSSES = [module.__name__.rpartition(".")[2] for module in MODULES]


def load(target: str) -> Loss:
    module, _, name = target.partition(":")
    return getattr(importlib.import_module(module), name)


def right(loss: str) -> Loss:
    return getattr(importlib.import_module(f"{steps.__name__}.{loss}"), loss)


def test_ids_are_unique() -> None:
    assert [id_ for id_, count in Counter(IDS).items() if count > 1] == []


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_has_at_least_eight_faults(loss: str) -> None:
    assert sum(fault.loss == loss for fault in CATALOGUE) >= 8


def test_every_target_is_its_fault() -> None:
    assert [fault.id for fault in CATALOGUE if inspect.getdoc(load(fault.target)) != fault.what] == []


def test_every_fault_takes_what_the_right_loss_takes() -> None:
    signatures = {loss: inspect.signature(right(loss)) for loss in LOSSES}

    assert [fault.id for fault in CATALOGUE if inspect.signature(load(fault.target)) != signatures[fault.loss]] == []


def test_every_fault_names_a_right_loss_that_is_another() -> None:
    assert [fault.id for fault in CATALOGUE if load(fault.right) is load(fault.target)] == []


def test_every_fault_says_what_is_wrong_and_where_it_was_seen() -> None:
    assert [fault.id for fault in CATALOGUE if not fault.what.endswith(".")] == []
    assert [fault.id for fault in CATALOGUE if not fault.source.startswith("https://")] == []
    assert [fault.id for fault in CATALOGUE if not fault.clauses] == []


@pytest.mark.parametrize("loss", LOSSES)
def test_named_clauses_exist(loss: str) -> None:
    existing = {clause.id for clause in clauses(load_builtin(loss))}
    named = {name for fault in CATALOGUE if fault.loss == loss and not fault.planted for name in fault.clauses}

    assert {name for name in named if not any(f"{each}.".startswith(f"{name}.") for each in existing)} == set()


def test_every_loss_in_which_a_fault_is_planted_has_a_clause_that_it_names() -> None:
    existing = {loss: [clause.id for clause in clauses(load_builtin(loss))] for loss in LOSSES}
    planted = [fault for fault in CATALOGUE if fault.planted]

    assert [fault.id for fault in planted if not any(fault.names(clause) for clause in existing[fault.loss])] == []


def test_planted_faults_name_clauses_that_some_loss_has() -> None:
    existing = {clause.id for loss in LOSSES for clause in clauses(load_builtin(loss))}
    named = {name for fault in CATALOGUE if fault.planted for name in fault.clauses}

    assert {name for name in named if not any(f"{each}.".startswith(f"{name}.") for each in existing)} == set()


def test_classes_of_defect_are_numbered_once() -> None:
    assert all(number == defect.number for number, defect in DEFECTS.items())


def test_a_class_of_defect_has_a_fault_or_is_pending_with_what_it_waits_for() -> None:
    planted = {fault.defect.number for fault in CATALOGUE if fault.defect}

    assert planted.isdisjoint(PENDING)
    assert planted | set(PENDING) == set(DEFECTS)
    assert all(PENDING.values())


def test_an_unknown_class_of_defect_is_refused() -> None:
    with pytest.raises(KeyError):
        seen(99, "value")


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("masked", [False, True])
def test_steps_make_the_right_loss(loss: str, masked: bool) -> None:
    ours = load(f"rankproof.implementations.vectorized.{loss}:{loss}")
    generator = torch.Generator().manual_seed(0)
    scores = torch.randn((3, 6), generator=generator, dtype=torch.float64)
    grades = torch.randint(0, 3, (3, 6), generator=generator).double()
    mask = torch.rand((3, 6), generator=generator) > 0.3 if masked else None
    inputs = {
        "margin_ranking": (scores, scores.flip(0), 1 - 2 * (grades > 0).double()),
        "pairwise_hinge": (scores, grades),
        "approx_ndcg": (scores, grades),
        "triplet_margin": (scores, scores.flip(0), scores.flip(-1)),
        "warp": (scores, grades > 1, torch.randperm(6, generator=generator).expand(3, 6)),
    }[loss]
    keywords = {"mask": mask} if "mask" in inspect.signature(ours).parameters else {}

    torch.testing.assert_close(right(loss)(*inputs, **keywords), ours(*inputs, **keywords))


def test_modules_hold_no_fault_twice() -> None:
    module: ModuleType
    for module in MODULES:
        marked = [value for value in vars(module).values() if hasattr(value, "sighting")]

        assert len({id(value) for value in marked}) == len(marked)
