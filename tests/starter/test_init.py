"""A new site: what `sitegen init` writes, that it builds without a word, and that hosts can read their files."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest
import yaml

from sitegen.starter import InstallError, guess, guess_installation, read_installation
from sitegen.starter.guesses import pages_address
from tests.support.sites import ROOT, run_sitegen

WHEEL = "sitegen_math-0.1.0-py3-none-any.whl"
GIT = "git+https://example.org/sitegen.git@v1"


def made(folder: Path) -> list[str]:
    return sorted(file.relative_to(folder).as_posix() for file in folder.rglob("*") if file.is_file())


@pytest.fixture(scope="module")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site as it is begun, with its font lent."""
    place = tmp_path_factory.mktemp("begun")
    done = run_sitegen(place, "init", "my-site", "--install", GIT)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return place / "my-site"


def test_the_files_of_a_new_site(tmp_path: Path) -> None:
    done = run_sitegen(tmp_path, "init", "my-site", "--install", GIT)
    assert made(tmp_path / "my-site") == [
        ".github/workflows/site.yml",
        ".gitignore",
        "content/about.md",
        "content/posts/bell-curve/bell-curve.svg",
        "content/posts/bell-curve/index.md",
        "requirements.txt",
        "sitegen.toml",
    ]
    told, _, steps = done.stdout.partition("\n\n")
    assert sorted(told.splitlines()) == [f"my-site/{path}" for path in made(tmp_path / "my-site")]
    assert "cd my-site" in steps
    assert tomllib.loads((tmp_path / "my-site" / "sitegen.toml").read_text())["site"]["title"] == "My site"


def test_a_new_site_builds_without_a_message(begun: Path) -> None:
    done = run_sitegen(begun, "build", "--strict", "--verbose")
    assert done.returncode == 0
    assert "0 warnings, " in done.stderr.splitlines()[0], done.stderr
    page = (begun / "dist" / "bell-curve" / "index.html").read_text(encoding="utf-8")
    assert page.count("<math") > 10
    assert '<img src="/bell-curve/bell-curve.svg" width="420" height="210"' in page
    assert "<pre" in page
    assert "<table>" in page
    assert "footnote" in page


@pytest.mark.parametrize("title", ['Tom & "Jerry"', "back\\slash", "ünï 卷", "it's", "a\x7fb"])
def test_titles_are_quoted(tmp_path: Path, title: str) -> None:
    assert run_sitegen(tmp_path, "init", "--title", title, "--ci", "none").returncode == 0
    assert tomllib.loads((tmp_path / "sitegen.toml").read_text(encoding="utf-8"))["site"]["title"] == title


def test_a_site_is_not_begun_twice(begun: Path) -> None:
    before = {path: (begun / path).read_bytes() for path in made(begun)}
    (begun / "content" / "posts" / "bell-curve" / "index.md").write_bytes(b"mine")
    before["content/posts/bell-curve/index.md"] = b"mine"
    done = run_sitegen(begun.parent, "init", "my-site", "--ci", "netlify")
    assert done.returncode == 1
    assert "error[init/exists]" in done.stderr
    assert " --> my-site/sitegen.toml" in done.stderr
    assert {path: (begun / path).read_bytes() for path in made(begun)} == before


def test_files_that_exist_are_kept(tmp_path: Path) -> None:
    (tmp_path / ".gitignore").write_text("mine\n")
    (tmp_path / "content" / "posts").mkdir(parents=True)
    (tmp_path / "content" / "posts" / "mine.md").write_text("# Mine\n")
    done = run_sitegen(tmp_path, "init", "--ci", "none")
    assert done.returncode == 0
    assert "warning[init/kept]: .gitignore exists already and was left as it is\n --> .gitignore\n" in done.stderr
    assert made(tmp_path) == [".gitignore", "content/about.md", "content/posts/mine.md", "sitegen.toml"]
    assert (tmp_path / ".gitignore").read_text() == "mine\n"


def test_what_is_in_the_way_is_named(tmp_path: Path) -> None:
    (tmp_path / "content").write_text("a file\n")
    done = run_sitegen(tmp_path, "init")
    assert done.returncode == 1
    assert "error[init/not-writable]" in done.stderr
    assert run_sitegen(tmp_path, "init", "content").returncode == 2


@pytest.mark.parametrize(
    ("option", "value"),
    [("--install", "sitegen"), ("--install", "sitegen==2.0"), ("--install", "none.whl"), ("--base-url", "x.org")],
)
def test_bad_options(tmp_path: Path, option: str, value: str) -> None:
    done = run_sitegen(tmp_path, "init", "blog", option, value)
    assert done.returncode == 2
    assert option in done.stderr
    assert not (tmp_path / "blog").exists()


# -- guesses


@pytest.mark.parametrize(
    ("remote", "address"),
    [
        ("https://github.com/Ada/notes.git", "https://ada.github.io/notes/"),
        ("git@github.com:Ada/notes.git", "https://ada.github.io/notes/"),
        ("ssh://git@github.com/ada/ada.github.io", "https://ada.github.io/"),
        ("https://token@gitlab.com/ada/sub/notes", "https://ada.gitlab.io/sub/notes/"),
        ("https://example.org/ada/notes.git", None),
        ("/srv/git/notes", None),
        ("", None),
    ],
)
def test_addresses_of_pages(remote: str, address: str | None) -> None:
    assert pages_address(remote) == address


def test_guesses_of_a_repository(tmp_path: Path) -> None:
    folder = tmp_path / "on-kernels"
    folder.mkdir()
    for command in (["init", "-q"], ["remote", "add", "origin", "git@github.com:ada/on-kernels.git"]):
        subprocess.run(["git", *command], cwd=folder, check=True)
    subprocess.run(["git", "config", "user.name", "Ada"], cwd=folder, check=True)
    guesses = guess(folder)
    assert (guesses.title, guesses.author, guesses.base_url) == (
        "On kernels",
        "Ada",
        "https://ada.github.io/on-kernels/",
    )


class Installed(Distribution):
    """A distribution that knows where it came from."""

    def __init__(self, record: Any) -> None:
        self.record = record

    def read_text(self, filename: str) -> str | None:
        if filename == "METADATA":
            return "Metadata-Version: 2.4\nName: sitegen-math\nVersion: 0.1.0\n"
        return json.dumps(self.record) if self.record and filename == "direct_url.json" else None

    def locate_file(self, path: Any) -> Any:
        return Path(path)


@pytest.mark.parametrize(
    ("record", "requirement"),
    [
        (None, "sitegen-math==0.1.0"),
        (
            {"url": "https://example.org/s.git", "vcs_info": {"vcs": "git", "commit_id": "abc"}},
            "sitegen-math @ git+https://example.org/s.git@abc",
        ),
        (
            {"url": f"https://example.org/{WHEEL}", "archive_info": {}},
            f"sitegen-math @ https://example.org/{WHEEL}",
        ),
        ({"url": f"file:///nowhere/{WHEEL}", "archive_info": {}}, ""),
        ({"url": "file:///nowhere", "dir_info": {"editable": True}}, ""),
    ],
)
def test_where_sitegen_came_from(record: Any, requirement: str) -> None:
    assert guess_installation(Installed(record)).requirement == requirement


def test_a_checkout_came_from_its_remote(tmp_path: Path) -> None:
    for command in (["init", "-q"], ["remote", "add", "origin", "git@example.org:a/sitegen.git"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    record = {"url": tmp_path.as_uri(), "dir_info": {"editable": True}}
    assert guess_installation(Installed(record)).requirement == "sitegen-math @ git+https://example.org/a/sitegen.git"


@pytest.mark.parametrize(
    ("written", "requirement"),
    [
        (GIT, f"sitegen-math @ {GIT}"),
        ("https://example.org/sitegen.git", "sitegen-math @ git+https://example.org/sitegen.git"),
        ("git@example.org:a/sitegen.git", "sitegen-math @ git+ssh://git@example.org/a/sitegen.git"),
        (f"https://example.org/{WHEEL}", f"sitegen-math @ https://example.org/{WHEEL}"),
        ("sitegen-math>=0.1", "sitegen-math>=0.1"),
        ("sitegen_math", "sitegen_math"),
    ],
)
def test_installations(tmp_path: Path, written: str, requirement: str) -> None:
    assert read_installation(written, tmp_path).requirement == requirement


@pytest.mark.parametrize("written", ["", "sitegen", "numpy", "https://e.org/numpy-1-py3-none-any.whl", "x.whl"])
def test_no_installations(tmp_path: Path, written: str) -> None:
    with pytest.raises(InstallError):
        read_installation(written, tmp_path)


def test_a_wheel_of_this_machine_is_taken_along(tmp_path: Path) -> None:
    (tmp_path / WHEEL).write_bytes(b"a wheel")
    done = run_sitegen(tmp_path, "init", "blog", "--install", WHEEL)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "blog" / "wheels" / WHEEL).read_bytes() == b"a wheel"
    assert f"\n./wheels/{WHEEL}\n" in (tmp_path / "blog" / "requirements.txt").read_text()


# -- deploy files

SCHEMAS = {
    "github": (".github/workflows/site.yml", ["vendor.github-workflows"]),
    "gitlab": (".gitlab-ci.yml", ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"]),
}
"""File and published schema for each host that has one among those that check-jsonschema carries."""


def deploy_file(folder: Path, host: str, name: str) -> Path:
    done = run_sitegen(folder, "init", "--ci", host, "--install", GIT)
    assert done.returncode == 0, done.stderr
    return folder / name


def obeys(file: Path, schema: list[str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, str(file)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("file", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda file: file.name)
def test_our_own_workflows_obey_the_schema(file: Path) -> None:
    done = obeys(file, ["vendor.github-workflows"])
    assert done.returncode == 0, done.stdout + done.stderr


def test_our_own_site_is_published_as_we_tell_others(tmp_path: Path) -> None:
    """The workflow of this repository is the one that `init` writes, but for how sitegen is installed."""
    ours, theirs = (
        yaml.safe_load(file.read_text(encoding="utf-8"))["jobs"]
        for file in (
            ROOT / ".github" / "workflows" / "site.yml",
            deploy_file(tmp_path, "github", ".github/workflows/site.yml"),
        )
    )
    assert ours["deploy"] == theirs["deploy"]
    differ = {
        left.get("name", left.get("uses"))
        for left, right in zip(ours["build"]["steps"], theirs["build"]["steps"], strict=True)
        if left != right
    }
    assert differ == {"actions/setup-python@v6", "Install sitegen", "Check links, images and pages"}


def test_every_python_that_we_promise_is_tested() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "tests.yml").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    promised = [name.rpartition(" :: ")[2] for name in project["classifiers"] if " :: Python :: 3." in name]
    assert workflow["jobs"]["test"]["strategy"]["matrix"]["python"] == promised


@pytest.mark.parametrize("host", SCHEMAS)
def test_deploy_files_obey_their_schemas(tmp_path: Path, host: str) -> None:
    name, schema = SCHEMAS[host]
    file = deploy_file(tmp_path, host, name)
    done = obeys(file, schema)
    assert done.returncode == 0, done.stdout + done.stderr
    broken = tmp_path / "broken.yml"
    broken.write_text(re.sub(r"(runs-on|script):", "x-\\1:", file.read_text()))
    assert obeys(broken, schema).returncode != 0


def test_the_deploy_file_of_netlify(tmp_path: Path) -> None:
    settings = tomllib.loads(deploy_file(tmp_path, "netlify", "netlify.toml").read_text())
    assert settings["build"]["publish"] == "dist"
    contexts = [settings["build"], *settings["context"].values()]
    assert all(re.search(r'sitegen build --strict --base-url "\$\w+/"$', each["command"]) for each in contexts)


def test_the_deploy_file_of_cloudflare(tmp_path: Path) -> None:
    settings = tomllib.loads(deploy_file(tmp_path, "cloudflare", "wrangler.toml").read_text())
    assert re.fullmatch(r"[a-z0-9-]+", settings["name"])
    assert settings["assets"] == {"directory": "./dist", "not_found_handling": "404-page"}
    assert settings["build"]["command"].endswith("&& sitegen build --strict")


def test_no_deploy_file(tmp_path: Path) -> None:
    assert run_sitegen(tmp_path, "init", "--ci", "none").returncode == 0
    assert not {"requirements.txt", ".github/workflows/site.yml"} & set(made(tmp_path))


@pytest.mark.parametrize("host", ["github", "gitlab", "netlify", "cloudflare"])
def test_no_deploy_file_installs_the_other_sitegen(tmp_path: Path, host: str) -> None:
    assert run_sitegen(tmp_path, "init", "--ci", host, "--install", GIT).returncode == 0
    for path in made(tmp_path):
        text = (tmp_path / path).read_text(encoding="utf-8")
        assert re.findall(r"install ([\w.\"'-]+)", text) in ([], ["--requirement"]), path
    lines = (tmp_path / "requirements.txt").read_text().splitlines()
    assert [line for line in lines if not line.startswith("#")] == [f"sitegen-math @ {GIT}"]


def test_pages_are_published_from_the_default_branch_only(tmp_path: Path) -> None:
    workflow = yaml.safe_load(deploy_file(tmp_path, "github", ".github/workflows/site.yml").read_text())
    condition = "github.ref_name == github.event.repository.default_branch"
    assert workflow["jobs"]["deploy"]["if"] == condition
    uploads = [step for step in workflow["jobs"]["build"]["steps"] if "upload" in step.get("uses", "")]
    assert [step["if"] for step in uploads] == [condition]
