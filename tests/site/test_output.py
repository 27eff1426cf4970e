"""The output folder: only what changed is written, each file whole, and nothing is removed that is not ours."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitegen.output import MANIFEST, OutputFolder, Plan, Published, open_output, publish
from tests.site.documents import config
from tests.site.projects import tree


def plan_for(root: Path, files: Mapping[str, bytes], *, prune: bool = True) -> Plan:
    folder, problems = open_output(config(root))
    assert folder is not None, problems
    return Plan(folder, list(files), prune=prune)


def write(root: Path, files: Mapping[str, bytes], *, prune: bool = True) -> Published:
    plan = plan_for(root, files, prune=prune)
    assert plan.problems() == ()
    return publish(plan, [path for path, data in files.items() if plan.is_changed(path, data)], files.__getitem__)


def counts(published: Published) -> tuple[int, int, int]:
    assert published.diagnostics == ()
    return published.written, published.unchanged, published.removed


def dist(root: Path) -> dict[str, bytes]:
    found = tree(root / "dist")
    assert found.pop(MANIFEST)
    return found


def refusal(root: Path) -> str:
    folder, problems = open_output(config(root))
    assert folder is None
    (problem,) = problems
    assert problem.hint
    return problem.code


FILES = {"index.html": b"home", "a/index.html": b"page a", "a/b/deep.png": b"\0\1"}


# -- ordinary life


def test_a_new_folder_holds_exactly_the_site(tmp_path: Path) -> None:
    assert counts(write(tmp_path, FILES)) == (3, 0, 0)
    assert dist(tmp_path) == FILES


def test_equal_bytes_are_left_alone(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    for path in (tmp_path / "dist").rglob("*"):
        os.utime(path, (1, 1))
    assert counts(write(tmp_path, FILES)) == (0, 3, 0)
    assert {path.stat().st_mtime for path in (tmp_path / "dist").rglob("*")} == {1}


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    os.utime(tmp_path / "dist/index.html", (1, 1))
    assert counts(write(tmp_path, FILES | {"a/index.html": b"page A"})) == (1, 2, 0)
    assert (tmp_path / "dist/index.html").stat().st_mtime == 1
    assert dist(tmp_path) == FILES | {"a/index.html": b"page A"}


def test_vanished_files_and_empty_folders_are_removed(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert counts(write(tmp_path, {"index.html": b"home"})) == (0, 1, 2)
    assert dist(tmp_path) == {"index.html": b"home"}
    assert not (tmp_path / "dist/a").exists()


def test_nothing_is_removed_while_a_post_is_in_error_and_everything_later(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    assert counts(write(tmp_path, {"index.html": b"new"}, prune=False)) == (1, 0, 0)
    assert dist(tmp_path) == FILES | {"index.html": b"new"}
    assert counts(write(tmp_path, {"index.html": b"new"})) == (0, 1, 2)
    assert dist(tmp_path) == {"index.html": b"new"}


def test_files_of_others_stay(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "dist/a/note.txt").write_text("mine")
    write(tmp_path, {"index.html": b"home"})
    assert dist(tmp_path) == {"index.html": b"home", "a/note.txt": b"mine"}


def test_a_spoilt_file_is_repaired(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "dist/index.html").write_bytes(b"hoax")
    (tmp_path / "dist/a/index.html").unlink()
    assert counts(write(tmp_path, FILES)) == (2, 1, 0)
    assert dist(tmp_path) == FILES


def test_the_manifest_depends_on_the_files_alone(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    first = (tmp_path / "dist" / MANIFEST).read_bytes()
    write(tmp_path, {"z.html": b""})
    write(tmp_path, dict(reversed(FILES.items())))
    assert (tmp_path / "dist" / MANIFEST).read_bytes() == first


def test_everyone_may_read_what_is_published(tmp_path: Path) -> None:
    mask = os.umask(0o022)
    try:
        write(tmp_path, FILES)
    finally:
        os.umask(mask)
    assert stat.S_IMODE((tmp_path / "dist/index.html").stat().st_mode) == 0o644


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"a": b"file"}, {"a/index.html": b"page"}),
        ({"a/index.html": b"page", "a/b/c": b""}, {"a": b"file"}),
        ({"Foo/index.html": b"same"}, {"foo/index.html": b"same"}),
        ({"Foo/index.html": b"same", "Foo/old": b""}, {"foo/index.html": b"same"}),
    ],
)
@pytest.mark.parametrize("prune", [True, False])
def test_files_and_folders_take_each_others_place(
    tmp_path: Path, before: dict[str, bytes], after: dict[str, bytes], prune: bool
) -> None:
    write(tmp_path, before)
    assert write(tmp_path, after, prune=prune).diagnostics == ()
    write(tmp_path, after)
    assert dist(tmp_path) == after


SITES = st.dictionaries(
    st.sampled_from(["index.html", "a/index.html", "a/x.png", "b/c/d.html", "b/e", "f", "A/index.html"]),
    st.binary(max_size=2),
)


@given(st.lists(st.tuples(SITES, st.booleans()), max_size=4), SITES)
def test_whatever_came_before_a_build_equals_a_clean_one(
    tmp_path_factory: pytest.TempPathFactory, before: list[tuple[dict[str, bytes], bool]], last: dict[str, bytes]
) -> None:
    root = tmp_path_factory.mktemp("site")
    for files, prune in before:
        write(root, files, prune=prune)
    write(root, last)
    assert dist(root) == last


# -- whose folder


def test_a_folder_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist/precious").write_text("x")
    assert refusal(tmp_path) == "output/foreign-folder"


def test_an_empty_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "dist").mkdir()
    assert counts(write(tmp_path, FILES)) == (3, 0, 0)


def test_a_link_to_a_folder_is_followed(tmp_path: Path) -> None:
    (tmp_path / "www").mkdir()
    (tmp_path / "dist").symlink_to("www")
    write(tmp_path, FILES)
    assert (tmp_path / "www/index.html").read_bytes() == b"home"


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"version":2,"files":[]}', b'{"version":1,"files":[1]}'])
def test_a_damaged_manifest(tmp_path: Path, content: bytes) -> None:
    write(tmp_path, FILES)
    (tmp_path / "dist" / MANIFEST).write_bytes(content)
    assert refusal(tmp_path) == "output/damaged-manifest"


@pytest.mark.parametrize("path", ["../precious", "/etc/passwd", "a/../../precious", "a//b", ".", "", "a\\u0000b"])
def test_a_manifest_cannot_lead_out_of_the_folder(tmp_path: Path, path: str) -> None:
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / MANIFEST).write_text(f'{{"version":1,"files":["{path}"]}}')
    assert refusal(tmp_path) == "output/damaged-manifest"


def test_a_file_or_a_dead_link_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "dist").write_text("file")
    assert refusal(tmp_path) == "output/not-a-folder"
    (tmp_path / "dist").unlink()
    (tmp_path / "dist").symlink_to("nowhere")
    assert refusal(tmp_path) == "output/not-a-folder"
    assert open_output(config(tmp_path / "dist"))[1][0].code == "output/not-a-folder"


@given(st.text().filter(lambda path: not path or path.startswith("/") or ".." in path.split("/")))
def test_no_output_leaves_the_folder(path: str) -> None:
    with pytest.raises(ValueError, match="leave the output folder"):
        Plan(OutputFolder(Path("/nowhere"), "dist", None), [path], prune=True)


# -- what is in the way


def obstructions(root: Path, files: Mapping[str, bytes]) -> list[str]:
    return [f"{problem.code} {problem.path}" for problem in plan_for(root, files).problems()]


def test_a_linked_folder_is_not_written_through(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": b"home"})
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "dist/a").symlink_to(tmp_path / "elsewhere")
    assert obstructions(tmp_path, FILES) == ["output/obstructed dist/a"]


def test_a_linked_folder_is_not_pruned_through(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    elsewhere = tmp_path / "elsewhere"
    (tmp_path / "dist/a").rename(elsewhere)
    (tmp_path / "dist/a").symlink_to(elsewhere)
    assert counts(write(tmp_path, {"index.html": b"home"})) == (0, 1, 0)
    assert (elsewhere / "index.html").read_bytes() == b"page a"


def test_a_linked_file_is_replaced_and_its_target_left_alone(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    (tmp_path / "target").write_bytes(b"home")
    (tmp_path / "dist/index.html").unlink()
    (tmp_path / "dist/index.html").symlink_to(tmp_path / "target")
    assert counts(write(tmp_path, FILES | {"index.html": b"new"})) == (1, 2, 0)
    assert not (tmp_path / "dist/index.html").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"home"


def test_what_others_put_in_the_way_is_not_removed(tmp_path: Path) -> None:
    write(tmp_path, {"index.html": b"home"})
    (tmp_path / "dist/a").write_text("mine")
    assert obstructions(tmp_path, {"a/index.html": b""}) == ["output/obstructed dist/a"]
    (tmp_path / "dist/b/c").mkdir(parents=True)
    (tmp_path / "dist/b/c/mine").write_text("mine")
    assert obstructions(tmp_path, {"b": b""}) == ["output/obstructed dist/b"]
    (tmp_path / "dist/b/c/mine").unlink()
    assert counts(write(tmp_path, {"b": b"now a file"})) == (1, 0, 1)


# -- trouble in the middle


class Cut(BaseException):
    """Power failure, Ctrl-C: nothing that the program handles."""


def cut_off(patch: pytest.MonkeyPatch, after: int) -> None:
    """Let only so many files be put into their places."""
    real, left = os.replace, [after]

    def replace(source: Path, target: Path) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cut
        real(source, target)

    patch.setattr(os, "replace", replace)


@pytest.mark.parametrize("after", range(7))
def test_a_build_that_is_cut_off_leaves_whole_files_and_the_next_repairs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    old = {"index.html": b"old" * 999, "gone/index.html": b"x", "a/index.html": b"old page"}
    new = {"index.html": b"new" * 999, "a/index.html": b"new page", "b/index.html": b"b"}
    write(tmp_path, old)
    with monkeypatch.context() as patch:
        cut_off(patch, after)
        if after < 5:  # a list of files, three files, a list of files
            with pytest.raises(Cut):
                write(tmp_path, new)
        else:
            write(tmp_path, new)
    for path, data in dist(tmp_path).items():
        assert (tmp_path / "dist" / path).is_dir() or data in (old.get(path), new.get(path))
    write(tmp_path, new)
    assert dist(tmp_path) == new


def test_what_a_killed_build_left_is_not_foreign_and_goes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def killed(*_: object, **__: object) -> None:
        raise Cut

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", killed)
        patch.setattr(os, "unlink", killed)  # a killed process does not clean up
        with pytest.raises(Cut):
            write(tmp_path, FILES)
    assert [path.name.endswith(".part") for path in (tmp_path / "dist").iterdir()] == [True]
    write(tmp_path, FILES)
    assert dist(tmp_path) == FILES


def test_a_file_that_vanished_before_a_crash_is_not_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A first build is cut off, and before the second a post vanishes: its page must not stay for ever."""
    with monkeypatch.context() as patch:
        cut_off(patch, after=3)
        with pytest.raises(Cut):
            write(tmp_path, FILES)
    assert (tmp_path / "dist/a/index.html").exists()
    write(tmp_path, {"index.html": b"home"})
    assert dist(tmp_path) == {"index.html": b"home"}


def test_a_full_disk_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, FILES)

    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "replace", full)
        published = write(tmp_path, FILES | {"index.html": b"new"})
    (problem,) = published.diagnostics
    assert problem.code == "output/not-writable"
    assert problem.path == "dist/index.html"
    assert problem.message == "dist/index.html cannot be written: no space left on device"
    assert dist(tmp_path) == FILES


def test_a_place_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    plan = plan_for(tmp_path, FILES)
    (tmp_path / "dist").write_text("in the meantime")
    (problem,) = publish(plan, list(FILES), FILES.__getitem__).diagnostics
    assert problem.code == "output/not-writable"
    assert problem.path == "dist"
