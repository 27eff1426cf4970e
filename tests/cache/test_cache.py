"""What is found again, what is not, and what happens when builds are cut off or meet."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from PIL import Image

from sitegen import cache as cache_module
from sitegen import compiling, rendering
from sitegen.build import build
from sitegen.cache import Cache, compile_entries
from sitegen.kept import KEPT_DAYS
from sitegen.model import Compiled, CompileOptions, Document, Rejected, Source, StoredBody
from sitegen.output import Spool, lock_output
from tests.site.projects import SETTINGS, Project, codes, tree

POST = Source(
    "content/posts/a.md", "---\ntitle: A\ndate: 2020-01-01T00:00:00-05:30\nmood: [1, x]\n---\n[b](b.md) $x$", "d1"
)
OPTIONS = CompileOptions()


def stored(folder: Path, source: Source = POST, options: CompileOptions = OPTIONS) -> Compiled:
    """Compile a post into a cache and return it as that build sees it."""
    cache = Cache(folder)
    found, missing = cache.find([source], options)
    assert not found
    (entry,) = compile_entries(missing, options, cache.folder_for_posts())
    post = cache.add(entry, source, options)
    cache.save()
    return post


def found(folder: Path, source: Source = POST, options: CompileOptions = OPTIONS) -> Compiled | None:
    return Cache(folder).find([source], options)[0].get(source.path)


def same(first: Compiled | None, second: Compiled | None) -> bool:
    """Tell whether two posts are equal to their last character, time zones included."""
    if not isinstance(first, Document) or not isinstance(second, Document):
        return first == second
    return repr((first.meta, first.headings, first.diagnostics)) == repr(
        (second.meta, second.headings, second.diagnostics)
    ) and tuple(first.body) == tuple(second.body)


def test_a_post_comes_back_as_it_was(tmp_path: Path) -> None:
    (plain,) = (entry for entry in compile_entries([("k", POST)], OPTIONS, None))
    alone = Cache(None).add(plain, POST, OPTIONS)
    post = stored(tmp_path)
    assert isinstance(post, Document)
    assert post.meta.date is not None
    assert post.meta.date.isoformat() == "2020-01-01T00:00:00-05:30"
    assert same(post, alone)
    assert same(found(tmp_path), alone)


def test_a_rejected_post_comes_back_with_its_reasons(tmp_path: Path) -> None:
    bad = Source("content/posts/a.md", "---\ntitle: [\n---\n", "d2")
    post = stored(tmp_path, bad)
    assert isinstance(post, Rejected)
    assert post.diagnostics
    assert found(tmp_path, bad) == post


@pytest.mark.parametrize(
    ("source", "options"),
    [
        (Source("content/posts/b.md", POST.text, "d1"), OPTIONS),
        (Source(POST.path, POST.text, "d9"), OPTIONS),
        (POST, CompileOptions({"RR": "x"})),
        (POST, CompileOptions({}, "tex")),
    ],
    ids=["path", "text", "macros", "dialect"],
)
def test_whatever_compiling_looks_at_is_in_the_key(tmp_path: Path, source: Source, options: CompileOptions) -> None:
    stored(tmp_path)
    assert found(tmp_path) is not None
    assert found(tmp_path, source, options) is None


def test_another_engine_finds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    stored(tmp_path)
    monkeypatch.setattr(cache_module, "engine_digest", lambda: b"another")
    assert found(tmp_path) is None


def test_what_another_engine_made_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    project = Project(tmp_path / "project", "-- content/posts/a.md --\n# A\n\n![a](a.gif)\n")
    pictures = [Image.new("RGB", (4, 4), color) for color in ("red", "blue")]
    pictures[0].save(project.root / "content/posts/a.gif", save_all=True, append_images=pictures[1:])
    project.build()
    monkeypatch.setattr("sitegen.pictures.still", lambda path: b"another still")
    project.build()
    (still,) = (project.root / "dist/assets").glob("still.*")
    assert still.read_bytes() != b"another still", "it is known from the build before"
    monkeypatch.setattr(cache_module, "engine_digest", lambda: b"another")
    project.build()
    assert still.read_bytes() == b"another still"


def test_the_engine_is_its_code_and_its_libraries(monkeypatch: pytest.MonkeyPatch) -> None:
    own = cache_module.engine_digest.__wrapped__
    before = own()
    assert own() == before
    monkeypatch.setattr(cache_module, "version_of", lambda name: "9.9" if name == "pygments" else "1")
    changed = own()
    monkeypatch.setattr(cache_module, "version_of", lambda name: "1")
    assert len({before, changed, own()}) == 3


@pytest.mark.parametrize("damage", [b"", b"\0" * 500, b"half"], ids=["empty", "zeros", "half"])
@pytest.mark.parametrize("name", ["index", "posts"])
def test_damaged_entries_are_missing_or_made_again(tmp_path: Path, name: str, damage: bytes) -> None:
    post = stored(tmp_path)
    (file,) = [tmp_path / "index"] if name == "index" else (tmp_path / "posts").iterdir()
    file.write_bytes(damage if damage != b"half" else file.read_bytes()[:-40])
    again = found(tmp_path)
    assert again is not None
    assert same(again, post)


def test_a_lost_index_is_made_from_the_posts(tmp_path: Path) -> None:
    post = stored(tmp_path)
    (tmp_path / "index").unlink()
    assert same(found(tmp_path), post)


def test_old_posts_are_pruned_and_recent_ones_kept(tmp_path: Path) -> None:
    stored(tmp_path)
    (old,) = (tmp_path / "posts").iterdir()
    second = Source(POST.path, "two", "d2")
    stored(tmp_path, second)
    assert len(list((tmp_path / "posts").iterdir())) == 2
    long_ago = time.time() - (KEPT_DAYS + 1) * 86400
    os.utime(old, (long_ago, long_ago))
    stored(tmp_path, Source(POST.path, "three", "d3"))
    assert old not in list((tmp_path / "posts").iterdir())
    assert len(list((tmp_path / "posts").iterdir())) == 2


# -- builds


@pytest.fixture
def project(tmp_path: Path) -> Project:
    posts = "".join(f"-- content/posts/p{n}.md --\n# Post {n}\n\n$$x^{{{n}}}$$\n" for n in range(12))
    return Project(tmp_path / "project", posts)


def test_a_second_build_compiles_what_changed(project: Project) -> None:
    assert (project.build().stats.compiled, project.build().stats.compiled) == (12, 0)
    project.write("-- content/posts/p3.md --\nEdited\n")
    stats = project.build().stats
    assert (stats.compiled, stats.reused) == (1, 11)


def test_without_cache_everything_is_compiled_and_nothing_kept(project: Project) -> None:
    project.build()
    kept = tree(project.root / ".sitegen")
    result = build(project.config(), cache=False)
    assert result.stats.compiled == 12
    assert tree(project.root / ".sitegen") == kept


def test_a_cached_post_repeats_its_diagnostics(project: Project) -> None:
    project.write("-- content/posts/bad.md --\n# Bad\n\n$\\nocommand$\n")
    first, second = project.build(), project.build()
    assert second.stats.compiled == 0
    assert first.diagnostics == second.diagnostics
    assert "math/unknown-command" in codes(second)


def test_a_cache_that_cannot_be_written_is_none(project: Project) -> None:
    (project.root / "blocked").write_text("")
    project.put("sitegen.toml", (SETTINGS + '[build]\ncache = "blocked/cache"\n').encode())
    result = project.build()
    assert codes(result) == []
    assert "p1/index.html" in project.dist()


def test_what_a_worker_drops_is_compiled_here(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    build(project.config(output="whole"), cache=False)
    monkeypatch.setattr(compiling, "MANY_POSTS", 2)
    monkeypatch.setattr(compiling, "_entries_of", lambda *_: iter(()))
    assert build(project.config(), jobs=2, cache=False).stats.pages == 12
    assert project.dist() == project.dist("whole")


def test_bodies_of_many_pages_are_made_when_they_are_written(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = build(project.config(output="whole"))
    monkeypatch.setattr(rendering, "HELD_BYTES_TOGETHER", 3000)
    assert build(project.config()).stats.written == whole.stats.written
    assert project.dist() == project.dist("whole")


def test_pages_that_copies_of_this_process_made_are_read_back(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(project.config(output="whole"), cache=False)
    monkeypatch.setattr(rendering, "MANY_PAGES", 2)
    monkeypatch.setattr(rendering, "BLOCK", 3)
    monkeypatch.setattr(rendering, "can_fork", lambda: sys.platform == "linux")
    assert build(project.config(), jobs=2).stats.written > 12
    assert project.dist() == project.dist("whole")


def test_pages_that_no_file_has_room_for_are_made_again(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    build(project.config(output="whole"), cache=False)
    monkeypatch.setattr(rendering, "HELD_BYTES_TOGETHER", 3000)
    monkeypatch.setattr(Spool, "keep", lambda *_: None)
    build(project.config())
    assert project.dist() == project.dist("whole")


def test_a_body_is_fetched_once_however_many_holes_it_has() -> None:
    fetched = []
    parts = ("a", "b", "c", "d")

    def fetch() -> tuple[str, ...]:
        fetched.append(1)
        return parts

    assert tuple(StoredBody("key", (), fetch)) == parts
    assert len(fetched) <= 2  # a tuple may ask for the length first


def test_a_spool_gives_back_what_it_kept(tmp_path: Path) -> None:
    spool = Spool(tmp_path)
    places = [(spool.keep(data), len(data)) for data in (b"one", b"", b"three" * 1000)]
    assert [spool.read(start or 0, size) for start, size in places] == [b"one", b"", b"three" * 1000]
    assert spool.read(5000, 100) is None  # cut off
    spool.close()
    assert not list(tmp_path.iterdir())  # without a name, so that nothing is left behind
    assert Spool(tmp_path / "missing").keep(b"one") is None


def test_the_stages_account_for_the_time(project: Project) -> None:
    result = project.build()
    assert sum(result.stage_seconds.values()) <= result.stats.seconds
    assert set(result.compile_seconds) == {source.path for source in result.sources}


# -- two builds, and half a build


def test_a_second_build_at_the_same_time_says_so_and_does_nothing(project: Project) -> None:
    config = project.config()
    script = (
        "import sys, time; from pathlib import Path; from sitegen.config import load_config\n"
        "from sitegen.output import lock_output\n"
        "with lock_output(load_config(Path(sys.argv[1]))[0]) as busy: print(busy, flush=True); time.sleep(60)"
    )
    other = subprocess.Popen([sys.executable, "-c", script, str(project.root)], stdout=subprocess.PIPE, text=True)
    try:
        assert other.stdout is not None
        assert other.stdout.readline() == "None\n"
        result = build(config)
        assert codes(result) == ["output/busy"]
        assert f"process {other.pid}" in result.diagnostics[0].message
        assert not (project.root / "dist").exists()
        assert codes(build(project.config(output="elsewhere"))) == []
    finally:
        other.kill()
        other.wait()
        if other.stdout is not None:
            other.stdout.close()
    # What was killed holds nothing up.
    with lock_output(config) as busy:
        assert busy is None


@pytest.mark.skipif(sys.platform == "win32", reason="needs SIGKILL")
def test_a_build_that_is_killed_leaves_whole_files_and_a_next_one_repairs(project: Project) -> None:
    reference = project.root.parent / "reference"
    build(project.config(output=str(reference)), cache=False)
    whole = tree(reference)
    command = [sys.executable, "-m", "sitegen", "build", "--quiet"]
    for delay in (0.15, 0.3, 0.45, 0.6):
        process = subprocess.Popen(command, cwd=project.root)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        if (project.root / "dist").exists():
            left = project.dist()
            assert {name for name in left if name in whole and left[name] != whole[name]} <= {".sitegen-manifest.json"}
    assert codes(project.build()) == []
    assert project.dist() == whole
