"""The note of the case that the subject has."""

from __future__ import annotations

import pytest

from rankproof.conformance.subjects.pending import Recorder, read_pending, recorder_of_worker
from rankproof.conformance.subjects.subject import Call


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pending"


def test_the_case_is_there_while_the_subject_has_it(path, pairs):
    Recorder(path).before(pairs, Call(seed=3))
    pending = read_pending(path)

    assert pending.case.inputs["input1"].tolist() == pairs.inputs["input1"].tolist()
    assert pending.call == Call(seed=3)


def test_the_case_is_gone_afterwards(path, pairs):
    recorder = Recorder(path)
    recorder.before(pairs)
    recorder.after()

    assert read_pending(path) is None


def test_a_shorter_note_after_a_longer_one(path, pairs):
    recorder = Recorder(path)
    recorder.before(pairs.with_(family="f" * 1000))
    recorder.before(pairs)

    assert read_pending(path).case.family == "given"


def test_no_file_is_no_case(path):
    assert read_pending(path) is None


def test_a_torn_note_is_no_case(path, pairs):
    Recorder(path).before(pairs)
    path.write_bytes(path.read_bytes()[:-5])

    assert read_pending(path) is None


def test_only_a_worker_has_a_recorder(path, monkeypatch):
    monkeypatch.delenv("RANKPROOF_PENDING", raising=False)

    assert recorder_of_worker() is None

    monkeypatch.setenv("RANKPROOF_PENDING", str(path))

    assert isinstance(recorder_of_worker(), Recorder)


def test_an_adapter_notes_its_cases(torch_loss, path, pairs, monkeypatch):
    monkeypatch.setenv("RANKPROOF_PENDING", str(path))
    seen = []
    subject = torch_loss("positional")
    subject.target = lambda *_, **__: seen.append(read_pending(path).case)
    subject.perform = lambda case, call, arrangement: subject.target()
    subject.attempt(pairs, Call(), None)

    assert seen[0].inputs["input1"].tolist() == pairs.inputs["input1"].tolist()
    assert read_pending(path) is None
