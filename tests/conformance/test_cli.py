"""The command line: help, what losses are, reports of findings, and options that are told to be wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from rankproof.conformance.cli import main
from rankproof.conformance.specification import builtin_ids
from rankproof.conformance.specification.describe import describe
from rankproof.conformance.specification.loader import load_builtin
from rankproof.conformance.verdict.document import Document, read, write
from rankproof.conformance.verdict.finding import Finding, Level, Verdict

MINIATURE = f"{Path(__file__).parent / 'data' / 'miniature.py'}:right"
CHECK = ("check", MINIATURE, "--loss", "margin_ranking")


def run(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def finding(clause, verdict, **more):
    return Finding("margin_ranking", "mine", "cpu", "float64", clause, Level.CORRECT, verdict, **more)


@pytest.fixture
def found(tmp_path):
    """Writes a document of findings, and gives its path."""

    def written(name, *findings):
        write(tmp_path / name, Document(findings, {"seed": 0}))
        return tmp_path / name

    return written


@pytest.mark.parametrize("command", [(), ("check",), ("report",), ("diff",), ("show",), ("path",), ("soak",)])
def test_help_fits_a_terminal_and_ends_well(command):
    ran = run(*command, "--help")

    assert ran.exit_code == 0
    assert ran.output.startswith("Usage: ")
    assert max(map(len, ran.output.splitlines())) <= 80
    assert run(*command, "-h").output == ran.output


def test_help_names_every_command():
    words = run("--help").output.split()

    assert {"check", "report", "diff", "show", "path", "soak"} <= set(words)


def test_the_summary_of_every_command_is_whole():
    commands = run("--help").output.partition("Commands:\n")[2].splitlines()

    assert len(commands) == 6
    assert all(line.endswith(".") and not line.endswith("...") for line in commands)


def test_a_loss_may_be_left_out_of_show():
    assert run("show", "--help").output.startswith("Usage: main show [OPTIONS] [LOSS]\n")


def test_path_tells_where_the_spec_of_a_loss_is():
    ran = run("path", "warp")

    assert ran.exit_code == 0
    assert Path(ran.output.rstrip("\n")).read_text().startswith("rankproof: 1\nloss: warp\n")


@pytest.mark.parametrize("command", [("path",), ("show",), ("check", MINIATURE, "--loss")])
def test_a_spec_file_given_as_a_loss_is_told_where_it_belongs(command):
    ran = run(*command, "mine.yaml")

    assert ran.exit_code == 2
    assert "no built-in loss is called 'mine.yaml'; name a spec file of your own by --spec" in ran.stderr


def test_the_defaults_of_check_are_told():
    words = " ".join(run("check", "--help").output.split())

    assert "[default: frugal]" in words
    assert "[default: float64,float32,float16,bfloat16]" in words
    assert "[default: 25" in words


def test_without_a_loss_show_lists_them():
    ran = run("show")

    assert ran.exit_code == 0
    assert [line.split(":")[0] for line in ran.output.splitlines()] == list(builtin_ids())
    assert "margin_ranking: Margin ranking loss\n" in ran.output


@pytest.mark.parametrize("loss", builtin_ids())
def test_show_prints_the_whole_loss(loss):
    ran = run("show", loss)

    assert ran.exit_code == 0
    assert ran.output == describe(load_builtin(loss))


def test_show_is_as_wide_as_it_is_told_to_be(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")

    assert run("show", "warp").output == describe(load_builtin("warp"), 80)


def test_show_of_an_unknown_loss_says_which_it_may_be():
    ran = run("show", "wrap")

    assert ran.exit_code == 2
    assert "no built-in loss 'wrap'; did you mean 'warp'?" in ran.stderr


def test_check_of_an_unknown_loss_says_it_plainly():
    ran = run("check", MINIATURE, "--loss", "wrap")

    assert ran.exit_code == 2
    assert ran.stderr.startswith("rankproof: no built-in loss 'wrap'; did you mean 'warp'? The losses are approx_map, ")


@pytest.mark.parametrize(("name", "loss"), [("ranknet", "pairwise_logistic"), ("p-ListMLE", "list_mle")])
def test_a_loss_by_another_name_is_suggested_beside_all_that_there_are(name, loss):
    told = run("check", MINIATURE, "--loss", name).stderr

    assert f"did you mean {loss!r}?" in told
    assert ", ".join(builtin_ids()) in told


def test_show_takes_a_loss_or_a_file_but_not_both():
    ran = run("show", "warp", "--spec", "warp.yaml")

    assert ran.exit_code == 2
    assert "only one of them" in ran.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--set", "margin"), "got 'margin', expected NAME=VALUE"),
        (("--set", "=1"), "got '=1', expected NAME=VALUE"),
        (("--set", "margin=[1"), "the value of 'margin=[1' is not YAML"),
        (("--set", "margin=wide"), "setting margin: got 'wide', expected a number"),
        (("--set", "margin=null"), "setting margin: got null"),
        (("--set", "margin=.nan"), "setting margin: got nan, expected a finite number"),
        (("--level", "perfect"), "'perfect' is not one of 'correct', 'robust', 'integrated', 'frugal'"),
        (("--clause", "valeu"), "no clause of margin_ranking in float64"),
        (("--clause", "valeu"), "did you mean 'value'? Expected a pattern for some of "),
        (("--clause", "edge.empty_maen"), "did you mean 'edge.empty_mean'? "),
        (("--clause", "value", "--clause", "sampling.*"), "matches 'sampling.*'; expected a pattern for some of"),
        (("--clause", "precision.float16", "--dtypes", "float64"), "no clause of margin_ranking in float64 up to"),
        (("--clause", "purity.*", "--level", "correct"), "up to the level correct matches 'purity.*'"),
        (("--dtypes", "float32,float8"), "unknown dtype float8"),
        (("--dtypes", ""), "unknown dtype ''"),
        (("--cases", "0"), "--cases"),
        (("--timeout", "0"), "--timeout"),
        (("--device", "tpu"), "'tpu' is not one of 'cpu', 'cuda', 'interpreter'"),
        (("--framework", "jax"), "'jax' is not one of"),
        (("--waivers", "absent.yaml"), "absent.yaml"),
        (("--json", "/"), "--json"),
        (("--spec", "other.yaml"), "--loss ID or --spec FILE, and only one of them"),
    ],
)
def test_an_option_that_is_wrong_is_told_before_anything_runs(arguments, words):
    ran = run(*CHECK, *arguments)

    assert ran.exit_code == 2, ran.output
    assert words in ran.stderr
    assert ran.stdout == ""


def test_an_unmatched_clause_is_told_with_all_that_there_are():
    told = run(*CHECK, "--clause", "valeu").stderr

    for clause in ("value", "gradient", "edge.empty_mean", "invalid.target_zero"):
        assert clause in told


def test_of_a_family_of_clauses_only_its_own_are_told():
    told = run(*CHECK, "--clause", "edge.foo").stderr

    assert "edge.one_pair" in told
    assert "gradient" not in told


def test_a_waiver_of_a_loss_that_there_is_not_is_refused(tmp_path):
    waiver = "- {subject: %s, loss: %s, clause: value, reason: known, link: https://example.org/1}\n"
    (tmp_path / "waivers.yaml").write_text(waiver % ("other.py:loss", "mine") + waiver % (MINIATURE, "margin_rankin"))
    ran = run(*CHECK, "--waivers", tmp_path / "waivers.yaml")

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "waivers.yaml:2: no loss is called 'margin_rankin'; did you mean 'margin_ranking'?" in ran.stderr


@pytest.mark.parametrize(
    ("verdict", "status"),
    [(Verdict.CONFORMING, 0), (Verdict.ADMISSIBLE, 0), (Verdict.DIVERGES, 1), (Verdict.NOT_RUN, 2)],
)
def test_a_report_has_the_status_of_what_it_shows(found, verdict, status):
    ran = run("report", found("one.json", finding("value", verdict, reason="because")))

    assert ran.exit_code == status
    assert "margin_ranking" in ran.output


def test_a_report_merges_files_and_directories(found, tmp_path):
    (tmp_path / "more").mkdir()
    one = found("one.json", finding("value", Verdict.CONFORMING, cases=5))
    found("more/two.json", finding("gradient", Verdict.DIVERGES, reason="off"))
    ran = run("report", one, tmp_path / "more", "--format", "json")
    (tmp_path / "merged.json").write_text(ran.stdout)

    assert ran.exit_code == 1
    assert {each.clause for each in read(tmp_path / "merged.json").findings} == {"value", "gradient"}


@pytest.mark.parametrize(
    ("form", "begins"), [("terminal", ""), ("markdown", ""), ("html", "<!doctype html>"), ("json", "{")]
)
def test_a_report_has_four_forms(found, form, begins):
    ran = run("report", found("one.json", finding("value", Verdict.CONFORMING, cases=5)), "--format", form)

    assert ran.exit_code == 0
    assert ran.stdout.lower().startswith(begins)
    assert "margin_ranking" in ran.stdout


def test_reports_that_cannot_be_read_are_told(found, tmp_path):
    (tmp_path / "half.json").write_text('{"rankproof": "0.1.0", "findings": [')
    (tmp_path / "none").mkdir()

    for path, words in (("half.json", "truncated"), ("absent.json", "cannot be read"), ("none", "none")):
        ran = run("report", tmp_path / path)

        assert ran.exit_code == 2
        assert words in ran.stderr
        assert ran.stdout == ""
    assert run("report").exit_code == 2


@pytest.mark.parametrize(
    ("before", "after", "status"),
    [(Verdict.CONFORMING, Verdict.DIVERGES, 1), (Verdict.DIVERGES, Verdict.CONFORMING, 0)],
)
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_diff_fails_where_something_got_worse(found, before, after, status, form):
    old, new = (found(f"{verdict}.json", finding("value", verdict, reason="off")) for verdict in (before, after))
    ran = run("diff", old, new, "--format", form)

    assert ran.exit_code == status
    assert f"{before}.json" in ran.stdout.replace("\n", "")  # a long path is folded
    assert "value" in ran.stdout


def test_diff_takes_directories_and_merges_each(found, tmp_path):
    for side in ("old", "new"):
        (tmp_path / side).mkdir()
        found(f"{side}/cpu.json", finding("value", Verdict.CONFORMING))
        found(f"{side}/more.json", finding("gradient", Verdict.CONFORMING))
    ran = run("diff", tmp_path / "old", tmp_path / "new")

    assert ran.exit_code == 0
    assert "2 unchanged" in ran.stdout


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ('{"rankproof": "0.1.0", "findings": [', "truncated"),
        ("[1]", "holds a list, expected the object that rankproof writes"),
        ('{"rankproof": "9", "format": 9, "environment": {}, "findings": []}', "format 9, written by rankproof 9;"),
    ],
)
@pytest.mark.parametrize("broken", [0, 1])
def test_diff_names_the_file_that_it_cannot_use(found, tmp_path, text, words, broken):
    (tmp_path / "broken.json").write_text(text)
    paths = [found("good.json", finding("value", Verdict.CONFORMING))]
    paths.insert(broken, tmp_path / "broken.json")
    ran = run("diff", *paths)

    assert ran.exit_code == 2
    assert "broken.json" in ran.stderr
    assert words in ran.stderr
    assert ran.stdout == ""


def test_diff_of_runs_that_have_nothing_in_common_says_so(found):
    one = found("one.json", finding("value", Verdict.CONFORMING))
    other = found("other.json", replace(finding("value", Verdict.CONFORMING), loss="warp"))
    ran = run("diff", one, other)

    assert (ran.exit_code, ran.stdout) == (2, "")
    assert "no subject in common" in ran.stderr
    assert f"{other} has warp mine (cpu)" in ran.stderr


def test_a_report_in_an_unwritable_place_is_told_before_anything_is_judged(tmp_path):
    (tmp_path / "file").write_text("in the way")
    ran = run(*CHECK, "--json", tmp_path / "file" / "a.json")

    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert "cannot be written" in ran.stderr


def test_a_run_that_ends_early_leaves_an_older_report_as_it_is(tmp_path):
    (tmp_path / "a.json").write_text("older")
    ran = run("check", "absent.py:loss", "--loss", "warp", "--json", tmp_path / "a.json")

    assert ran.exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text() == "older"


def test_a_setting_that_nobody_takes_is_told_with_those_that_are():
    pytest.importorskip("torch")
    ran = run(*CHECK, "--clause", "value", "--set", "temperature=1")

    assert ran.exit_code == 2
    assert "setting temperature: neither a parameter of margin_ranking (margin) nor an argument of" in ran.stderr


def test_json_holds_what_was_run(tmp_path):
    pytest.importorskip("torch")
    ran = run(
        *CHECK, "--clause", "value", "--cases", "2", "--seed", "7", "--dtypes", "float64", "--json", tmp_path / "a.json"
    )
    document = json.loads((tmp_path / "a.json").read_text())

    assert "\nconforms in the clauses asked (value): 1 conforming, " in ran.stdout
    assert [each["clause"] for each in document["findings"]] == ["value"]
    assert (document["environment"]["seed"], document["environment"]["cases"]) == (7, 2)
    assert [each["called"] for each in document["subjects"]] == ["right(input1, input2, target, margin=margin)"]
