from __future__ import annotations

import json
import os
import pty
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import sitegen.build
import sitegen.cli
from sitegen.compiling import MANY_POSTS
from sitegen.config import load_config
from sitegen.diagnostics import CODES
from tests.front.fixtures import Case, check, parametrize

ENVIRONMENT = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one good post, as the current folder."""
    project = tmp_path / "project"
    (project / "content" / "posts").mkdir(parents=True)
    (project / "sitegen.toml").write_text('[site]\ntitle = "Notes"\nbase_url = "https://example.org/"\n')
    post(project, "good", "---\ntitle: Good\n---\nAn identity: $a = a$.\n")
    monkeypatch.chdir(project)
    return project


def post(project: Path, name: str, text: str | bytes) -> None:
    (project / "content" / "posts" / f"{name}.md").write_bytes(text if isinstance(text, bytes) else text.encode())


def run(*arguments: str) -> Result:
    """Run in this process; the exit code is what `main` would exit with."""
    runner = CliRunner()
    with runner.isolation() as (out, err, _):
        with pytest.raises(SystemExit) as exited:
            sitegen.cli.main(arguments)
        stdout, stderr = out.getvalue(), err.getvalue()
    return Result(runner, stdout, stderr, stdout + stderr, None, int(exited.value.code or 0), None)


def process(*arguments: str, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sitegen", *arguments]
    return subprocess.run(command, cwd=cwd, env=ENVIRONMENT, capture_output=True, encoding="utf-8", check=False)


# --- help, version, mistakes in the command line -------------------------------------------------------------------


@parametrize("cli.txt")
def test_what_is_printed(case: Case, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "80")

    def show(text: str) -> str:
        result = run(*text.split())
        return f"{result.stdout}{result.stderr}".replace(str(tmp_path), "HERE") + f"exit code {result.exit_code}\n"

    check(case, show)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["build", "--stirct"], ["--stirct", "--strict"]),
        (["build", "--format", "xml"], ["xml", "text", "github", "json"]),
        (["build", "a", "b"], ["unexpected", "b"]),
        (["explain", "a", "b"], ["unexpected", "b"]),
    ],
)
def test_mistakes_that_click_reports_in_its_own_words(arguments: list[str], words: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: sitegen ")
    assert all(word in result.stderr.rpartition("Error: ")[2] for word in words)


def test_version_is_that_of_the_distribution() -> None:
    from importlib.metadata import version

    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"sitegen {version('sitegen-math')}\n")
    assert sitegen.__version__ == version("sitegen-math")


def test_explain_lists_every_code() -> None:
    lines = run("explain").stdout.splitlines()
    assert [line.split() for line in lines] == [[code, CODES[code].severity] for code in sorted(CODES)]


@pytest.mark.parametrize("code", sorted(CODES))
def test_explain_prints_the_whole_paragraph(code: str) -> None:
    head, blank, *lines = run("explain", code).stdout.splitlines()
    assert (head, blank) == (f"{CODES[code].severity}[{code}]", "")
    assert " ".join(lines).split() == CODES[code].explanation.split()
    assert max(map(len, lines)) <= 88 or any(len(word) > 60 for word in lines)


def test_explain_takes_a_code_as_it_was_printed() -> None:
    assert run("explain", "error[config/syntax]").stdout == run("explain", "config/syntax").stdout


@pytest.mark.parametrize("name", sitegen.cli.COMMANDS)
def test_every_command_has_help_with_an_example(name: str) -> None:
    result = run(name, "--help")
    assert result.exit_code == 0
    assert f"sitegen {name}" in result.stdout.partition("\n")[2]


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_are_told_how_to_complete(shell: str) -> None:
    assert "_SITEGEN_COMPLETE=" in run("completion", shell).stdout


def test_a_shell_is_told_commands_and_options() -> None:
    def completions(words: str) -> set[str]:
        environment = {**ENVIRONMENT, "_SITEGEN_COMPLETE": "bash_complete", "COMP_WORDS": words}
        environment["COMP_CWORD"] = str(len(words.split()) - 1)
        done = subprocess.run(
            [sys.executable, "-m", "sitegen"], env=environment, capture_output=True, text=True, check=False
        )
        return {line.partition(",")[2] for line in done.stdout.splitlines()}

    assert completions("sitegen bu") == {"build"}
    assert completions("sitegen build --st") == {"--strict"}


def test_help_takes_little_longer_than_importing_click() -> None:
    """The processors' time, the least of several runs: it tells little of what else the machine does."""

    def seconds(*arguments: str) -> float:
        times = []
        for _ in range(5):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            subprocess.run([sys.executable, *arguments], stdout=subprocess.DEVNULL, check=True)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            times.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        return min(times)

    assert seconds("-m", "sitegen", "--help") < 2 * seconds("-c", "import click")


def test_help_loads_little() -> None:
    script = (
        "import sys; from sitegen.cli import cli; cli(['--help'], standalone_mode=False);"
        "print([name for name in ('msgspec', 'rich', 'yaml', 'jinja2', 'asyncio', 'importlib.metadata') "
        "if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stderr == "[]\n"


# --- building ------------------------------------------------------------------------------------------------------


def test_a_clean_build(site: Path) -> None:
    result = run("build")
    assert result.exit_code == 0, result.stderr
    assert result.stdout == ""
    assert re.fullmatch(
        r"1 page, 1 formula, 0 warnings, \d+\.\d\d s; dist: \d+ files written, 0 unchanged\n", result.stderr
    )
    assert (site / "dist" / "good" / "index.html").is_file()


def test_an_error_in_a_post(site: Path) -> None:
    post(site, "bad", "Wrong: $a \\convol b$.\n")
    result = run("build")
    assert result.exit_code == 1
    assert "error[math/unknown-command]: " in result.stderr
    assert " --> content/posts/bad.md:1:11\n  |\n1 | Wrong: $a \\convol b$.\n  |           ^^^^^^^" in result.stderr
    assert "2 pages, 2 formulas, 0 warnings, 1 error, " in result.stderr
    assert (site / "dist" / "bad" / "index.html").is_file()


def test_strict_counts_warnings_and_never_notes(site: Path) -> None:
    post(
        site,
        "image",
        "![](data:image/gif;base64,R0lGODlhAQABAAAAACw=)\n\n<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>\n",
    )
    noted = run("build", "--strict", "-v")
    assert "note[image/missing-alt]" in noted.stderr
    assert noted.exit_code == 0
    post(site, "warned", "---\ntilte: Warned\n---\n# Warned\n")
    assert run("build").exit_code == 0
    failed = run("build", "--strict", "-q")
    assert failed.exit_code == 1
    assert failed.stderr.startswith("warning[frontmatter/unknown-key]: ")
    assert "note[" not in failed.stderr


def test_notes_are_counted_and_shown_on_request(site: Path) -> None:
    post(site, "image", "<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>\n")
    quiet, plain, verbose = (run("build", *options).stderr for options in (["-q"], [], ["-v"]))
    assert quiet == ""
    assert "note[" not in plain
    assert "1 note (-v shows them)" in plain
    assert "note[image/missing-alt]" in verbose
    assert "1 note, " in verbose


def test_quiet_shows_errors_only(site: Path) -> None:
    post(site, "bad", "---\ntilte: Bad\n---\n$\\convol$\n")
    result = run("build", "-q")
    assert result.exit_code == 1
    assert re.findall(r"^(\w+)\[", result.stderr, re.MULTILINE) == ["error"]
    assert "pages" not in result.stderr


def test_quiet_and_verbose_exclude_each_other(site: Path) -> None:
    assert run("build", "-q", "-v").exit_code == 2


def test_json_alone_on_stdout(site: Path) -> None:
    post(site, "bad", "$\\convol$\n")
    done = process("build", "--format", "json", cwd=site)
    assert (done.returncode, done.stderr) == (1, "")
    data = json.loads(done.stdout)
    assert data["version"] == 1
    assert data["summary"]["errors"] == 1
    assert data["summary"]["pages"] == 2
    (problem,) = [problem for problem in data["diagnostics"] if problem["severity"] == "error"]
    assert problem["start"] == {"line": 1, "column": 2, "offset": 1}
    assert problem["end"] == {"line": 1, "column": 9, "offset": 8}


def test_json_of_wrong_settings_has_no_summary(site: Path) -> None:
    (site / "sitegen.toml").write_text("[site]\ntitel = 1\n")
    done = process("build", "--format", "json", cwd=site)
    assert done.returncode == 2
    data = json.loads(done.stdout)
    assert (data["summary"], [problem["code"] for problem in data["diagnostics"]]) == (None, ["config/unknown-key"])


def test_annotations_on_stdout(site: Path) -> None:
    post(site, "bad", "$\\convol$\n")
    done = process("build", "--format", "github", cwd=site)
    assert done.returncode == 1
    assert done.stdout.startswith(
        "::error file=content/posts/bad.md,line=1,endLine=1,col=2,endColumn=9,title=math/unknown-command::"
    )
    assert done.stdout.count("\n") == 1
    assert done.stderr.startswith("2 pages, ")


def test_the_project_is_the_nearest_folder_upwards(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post(site, "bad", "$\\convol$\n")
    monkeypatch.chdir(site / "content" / "posts")
    result = run("build")
    assert result.exit_code == 1
    assert " --> ../../content/posts/bad.md:1:2\n" in result.stderr
    assert (site / "dist" / "good" / "index.html").is_file()


def test_a_project_is_named(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    post(site, "bad", "$\\convol$\n")
    monkeypatch.chdir(site.parent)
    result = run("build", "project", "--output", "www")
    assert result.exit_code == 1
    assert " --> project/content/posts/bad.md:1:2\n" in result.stderr
    assert (site.parent / "www" / "good" / "index.html").is_file()
    assert not (site / "dist").exists()


def test_a_project_is_named_from_within(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(site / "content" / "posts")
    assert run("build", "../..").exit_code == 0
    assert (site / "dist" / "good" / "index.html").is_file()
    assert run("build", "../../sitegen.toml").exit_code == 0
    assert load_config(site / "content" / "..")[1] == ()


def test_a_named_folder_is_not_searched_upwards(site: Path) -> None:
    result = run("build", "content")
    assert result.exit_code == 2
    assert "error[config/missing-file]" in result.stderr


def test_the_settings_stand_for_their_folder_and_other_files_are_refused(site: Path) -> None:
    assert run("build", "sitegen.toml").exit_code == 0
    assert (site / "dist" / "good" / "index.html").is_file()
    result = run("build", "content/posts/good.md")
    assert result.exit_code == 2
    assert "content/posts/good.md is a file; DIR is the folder of a site" in result.stderr


def test_options_reach_the_site(site: Path) -> None:
    post(site, "draft", "---\ntitle: Draft\ndraft: true\n---\nText.\n")
    assert run("build", "--base-url", "https://example.com/base").exit_code == 0
    assert not (site / "dist" / "draft").exists()
    assert "/base/good/" in (site / "dist" / "index.html").read_text()
    assert run("build", "--drafts").exit_code == 0
    assert (site / "dist" / "draft" / "index.html").is_file()


def test_a_bad_base_url_of_the_command_line(site: Path) -> None:
    result = run("build", "--base-url", "example.org")
    assert result.exit_code == 2
    assert result.stderr == (
        "error[config/bad-base-url]: this is not the complete address of a site\n"
        " --> <command line>:1:12\n  |\n1 | --base-url example.org\n  |            ^^^^^^^^^^^\n"
        "  = hint: write https://example.org/\n\n"
    )


def test_a_file_that_is_not_utf8_is_shown_with_its_line(site: Path) -> None:
    post(site, "latin", b"One\nCaf\xe9\n")
    result = run("build")
    assert result.exit_code == 1
    assert (
        " --> content/posts/latin.md:2:4\n  |\n2 | Caf\ufffd\n  |    ^ byte 0xe9 does not belong here\n"
        in result.stderr
    )


def test_many_posts_are_compiled_by_workers_to_the_same_bytes(site: Path) -> None:
    for number in range(MANY_POSTS):
        post(site, f"post-{number}", f"# Post {number}\n\n$$x^{{{number}}}$$\n")
    assert process("build", "--output", "by-workers", cwd=site).returncode == 0
    assert run("build", "--output", "alone", "--jobs", "1", "--no-cache").exit_code == 0
    first, second = (
        {file.relative_to(folder): file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file()}
        for folder in (site / "by-workers", site / "alone")
    )
    assert first == second


# --- terminals, pipes, interrupts, bugs ----------------------------------------------------------------------------


def on_terminal(site: Path, **environment: str) -> str:
    """Return what a build prints on a terminal."""
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "build"],
        cwd=site, env={**ENVIRONMENT, "TERM": "xterm", **environment}, stdout=slave, stderr=slave,
    )  # fmt: skip
    os.close(slave)
    chunks = []
    while True:
        try:
            chunk = os.read(master, 65536)
        except OSError:
            break
        if not chunk:
            break
        chunks.append(chunk)
    child.wait()
    os.close(master)
    return b"".join(chunks).decode()


def test_colours_on_a_terminal_only(site: Path) -> None:
    (site / "sitegen.toml").write_text("[site]\ntitel = 1\n")
    assert "\x1b[1;31merror[config/unknown-key]\x1b[0m" in on_terminal(site)
    assert "\x1b" not in process("build", cwd=site).stderr
    assert "\x1b" not in on_terminal(site, NO_COLOR="1")
    assert "\x1b" not in on_terminal(site, TERM="dumb")
    assert "\x1b[1;31merror" in on_terminal(site, NO_COLOR="")


def test_a_build_on_a_terminal_ends_with_its_summary(site: Path) -> None:
    lines = on_terminal(site).replace("\r\n", "\n").splitlines()
    # On a slow machine a bar was there, and is wiped away.
    assert lines[-1].rpartition("\x1b[2K")[2].startswith("1 page, 1 formula, 0 warnings, ")


def test_a_closed_pipe_is_no_error_message() -> None:
    read, write = os.pipe()
    os.close(read)
    done = subprocess.run(
        [sys.executable, "-m", "sitegen", "explain"], stdout=write, stderr=subprocess.PIPE, env=ENVIRONMENT, check=False
    )
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_an_interrupt_is_quiet(site: Path) -> None:
    os.mkfifo(site / "sitegen.fifo")
    (site / "sitegen.toml").unlink()
    (site / "sitegen.toml").symlink_to("sitegen.fifo")
    # The build waits for its settings, until it is interrupted.
    child = subprocess.Popen(
        [sys.executable, "-m", "sitegen", "build", str(site)],
        env=ENVIRONMENT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        # A shell starts its background jobs with the interrupt ignored, and children inherit that.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    writer = os.open(site / "sitegen.fifo", os.O_WRONLY)
    time.sleep(0.2)
    child.send_signal(signal.SIGINT)
    out, err = child.communicate(timeout=30)
    os.close(writer)
    assert (child.returncode, out, err.strip()) == (130, b"", b"")


def test_a_bug_asks_to_be_reported(site: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(sitegen.build, "build", broken)
    result = run("build")
    assert result.exit_code == 70
    assert "ZeroDivisionError: a bug" in result.stderr
    assert "Please report it" in result.stderr


# --- public names --------------------------------------------------------------------------------------------------


def test_public_names_are_what_they_say() -> None:
    assert sitegen.build_site is sitegen.build.build
    assert set(sitegen.__all__) <= set(dir(sitegen))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sitegen.nothing
