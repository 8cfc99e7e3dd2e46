"""A count of cases belongs to the code that was judged; what changed is told."""

from __future__ import annotations

from rankproof.conformance.soak import digest
from rankproof.conformance.soak.digest import differences, identity, sources


def test_the_digest_covers_specs_variants_and_judging_but_no_report():
    names = [name for name, _ in sources()]

    assert "rankproof.spec/warp.yaml" in names
    assert "rankproof.reference/warp.py" in names
    assert "rankproof.implementations/vectorized/warp.py" in names
    assert "rankproof.conformance.checks/sampling.py" in names
    assert not any("verdict" in name or "cli" in name for name in names)
    assert len(names) == len(set(names))


def test_a_changed_file_changes_the_digest(tmp_path, monkeypatch):
    (tmp_path / "one.py").write_text("x = 1\n")
    monkeypatch.setattr(digest, "sources", lambda: iter([("one.py", tmp_path / "one.py")]))
    before = digest.digest()
    (tmp_path / "one.py").write_text("x = 2\n")

    assert digest.digest() != before


def test_the_same_code_and_plan_have_one_identity():
    assert identity({"cases": 50}) == identity({"cases": 50})


def test_differences_name_what_changed():
    old = {"sources": "a", "versions": {"torch": "2.12"}, "plan": {"cases": 25}}
    new = {"sources": "b", "versions": {"torch": "2.13"}, "plan": {"cases": 50}}

    assert differences(old, new) == (
        "the judged code, the specs or the suite; torch (2.12 before, 2.13 now); cases (25 before, 50 now)"
    )
    assert differences(new, new) == ""
