"""The oracle as callers see it: the answer to a case, from lists that are evaluated once."""

from __future__ import annotations

from rankproof.conformance.cases.case import Case
from rankproof.conformance.oracle.cache import Cache
from rankproof.conformance.oracle.compose import composed
from rankproof.conformance.oracle.judge import CaseAnswer
from rankproof.conformance.oracle.lists import ScoredList, batch_shape, split
from rankproof.conformance.oracle.listwise import Listwise
from rankproof.conformance.oracle.problem import ListProblem, Programs
from rankproof.conformance.specification.model import LossSpec


class Oracle:
    """Answers cases; remembers the lists and cases asked last, so that subjects can share them."""

    def __init__(self, lists: int = 2048, cases: int = 512) -> None:
        self.lists = Listwise(lists)
        self._cases: Cache[tuple[LossSpec, Case, CaseAnswer]] = Cache(cases)

    def answer(self, spec: LossSpec, case: Case) -> CaseAnswer:
        """The answer to a case.

        Raises
        ------
        Undecided
            Where a condition is closer than its error bounds: draw the case again.
        FormulaError
            Where the formula has no value or takes too many steps.
        ValueError
            For a case that does not fit the spec; the message names the argument.
        """
        # The cache holds on to both, so that their ids cannot come to mean others.
        key = (id(spec), id(case))
        return self._cases.get(key, lambda: (spec, case, self._answer(spec, case)))[2]

    def _answer(self, spec: LossSpec, case: Case) -> CaseAnswer:
        missing = [name for name in spec.inputs if name not in case.inputs and not spec.may_be_left_out(name)]
        if missing:
            raise ValueError(f"{spec.loss} needs the input {missing[0]}, which the case does not give")
        answers = {
            index: (given, self.lists.answer(self._problem(spec, case, given))) for index, given in split(spec, case)
        }
        return CaseAnswer(spec, case, composed(spec, case, batch_shape(spec, case), answers))

    def _problem(self, spec: LossSpec, case: Case, given: ScoredList) -> ListProblem:
        return self.lists.problem(spec, given, case.parameters, case.dtype, case.certified)


_shared = Oracle()


def answer(spec: LossSpec, case: Case) -> CaseAnswer:
    """The answer to a case, from lists evaluated once in this process; see ``Oracle.answer``."""
    return _shared.answer(spec, case)


def shared_programs() -> Programs:
    """The specs compiled by ``answer`` in this process."""
    return _shared.lists.programs
