from __future__ import annotations

import os
from pathlib import Path

import pytest

from sitegen.config import BuildConfig, Config, MathConfig, SiteConfig
from sitegen.model import Rejected, Source
from sitegen.source import is_post, read_sources
from sitegen.text import Span

POSTS = "content/posts"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    project = tmp_path / "project"
    (project / POSTS).mkdir(parents=True)
    return project


def write(root: Path, path: str, data: bytes | str) -> Path:
    file = root / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def read(root: Path, content: str = "content") -> tuple[tuple[Source, ...], tuple[Rejected, ...]]:
    return read_sources(Config(root, "sitegen.toml", SiteConfig(), BuildConfig(content=content), MathConfig()))


def rejection(root: Path) -> tuple[str, str, Span | None]:
    """Return path, code and place of the one post that is rejected."""
    _, (post,) = read(root)
    (problem,) = post.diagnostics
    assert problem.path == post.path
    return post.path, problem.code, problem.span


def test_files_and_folders_are_posts_sorted_by_path(root: Path) -> None:
    for path in ("b.md", "a/index.md", "2017/c/index.md", "2017/d.MD"):
        write(root, f"{POSTS}/{path}", path)
    write(root, f"{POSTS}/a/image.png", b"\x89PNG")
    write(root, f"{POSTS}/a/notes.txt", "no post")
    write(root, "content/pages/about.md", "a page")
    write(root, "elsewhere.md", "neither")
    sources, rejected = read(root)
    assert [(source.path, source.text) for source in sources] == [
        ("content/pages/about.md", "a page"),
        (f"{POSTS}/2017/c/index.md", "2017/c/index.md"),
        (f"{POSTS}/2017/d.MD", "2017/d.MD"),
        (f"{POSTS}/a/index.md", "a/index.md"),
        (f"{POSTS}/b.md", "b.md"),
    ]
    assert rejected == ()


def test_hidden_files_and_folders_are_skipped(root: Path) -> None:
    for path in (".draft.md", ".git/a.md", "a/.b/c.md", "._a.md"):
        write(root, f"{POSTS}/{path}", "hidden")
    assert read(root) == ((), ())
    assert not is_post(".a.md")


def test_no_folder_of_posts_gives_no_posts(root: Path) -> None:
    assert read(root, "elsewhere") == ((), ())


def test_a_byte_order_mark_is_no_text_and_line_endings_stay(root: Path) -> None:
    write(root, f"{POSTS}/a.md", b"\xef\xbb\xbfa\r\nb\rc\n")
    assert read(root)[0][0].text == "a\r\nb\rc\n"


def test_the_digest_is_that_of_the_bytes(root: Path) -> None:
    for name, text in (("a", "one"), ("b", "two"), ("c", "one")):
        write(root, f"{POSTS}/{name}.md", text)
    first, second, third = (source.digest for source in read(root)[0])
    assert first == third != second
    assert len(bytes.fromhex(first)) >= 16


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"ab\xff", 2),
        (b"\xffab", 0),
        ("ä畳".encode() + b"\xe4", 2),
        (b"\xef\xbb\xbf\xc3\xa4\xe4", 1),
        (b"abc\xc3", 3),
        (b"\xed\xa0\x80", 0),
        ("text".encode("utf-16"), 0),
    ],
)
def test_the_first_byte_that_is_not_utf8_is_located(root: Path, data: bytes, place: int) -> None:
    write(root, f"{POSTS}/a.md", data)
    assert rejection(root) == (f"{POSTS}/a.md", "source/not-utf-8", Span(place, place + 1))


def test_utf16_is_named(root: Path) -> None:
    write(root, f"{POSTS}/a.md", "text".encode("utf-16"))
    assert read(root)[1][0].diagnostics[0].message == "the file is UTF-16 text, not UTF-8"


def test_a_nul_character_is_located(root: Path) -> None:
    write(root, f"{POSTS}/a.md", "ä\0b")
    assert rejection(root) == (f"{POSTS}/a.md", "source/nul-character", Span(1, 2))


def test_the_other_posts_are_read_all_the_same(root: Path) -> None:
    write(root, f"{POSTS}/a.md", b"\xff")
    write(root, f"{POSTS}/b.md", "fine")
    assert [source.path for source in read(root)[0]] == [f"{POSTS}/b.md"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_permissions(root: Path) -> None:
    write(root, f"{POSTS}/a.md", "secret").chmod(0)
    assert rejection(root) == (f"{POSTS}/a.md", "source/unreadable", None)


def test_a_folder_named_like_a_post_is_a_folder(root: Path) -> None:
    write(root, f"{POSTS}/a.md/index.md", "inside")
    assert [source.path for source in read(root)[0]] == [f"{POSTS}/a.md/index.md"]


def test_a_pipe_is_no_post(root: Path) -> None:
    os.mkfifo(root / POSTS / "a.md")
    assert rejection(root) == (f"{POSTS}/a.md", "source/unreadable", None)


def test_a_broken_link(root: Path) -> None:
    (root / POSTS / "a.md").symlink_to("nowhere.md")
    assert rejection(root) == (f"{POSTS}/a.md", "source/unreadable", None)
    assert read(root)[1][0].diagnostics[0].hint == "correct or remove the link"


def test_a_link_to_itself(root: Path) -> None:
    (root / POSTS / "a.md").symlink_to("a.md")
    assert rejection(root) == (f"{POSTS}/a.md", "source/unreadable", None)


@pytest.mark.parametrize("name", ["a.md", "folder"])
def test_links_that_leave_the_project_are_refused(root: Path, name: str) -> None:
    outside = root.parent / "outside"
    write(outside, "secret.md", "secret")
    (root / POSTS / name).symlink_to(outside / "secret.md" if name == "a.md" else outside)
    assert read(root)[0] == ()
    assert rejection(root) == (f"{POSTS}/{name}", "source/outside-project", None)


def test_links_inside_the_project_are_followed(root: Path) -> None:
    write(root, "shared/a.md", "shared")
    (root / POSTS / "linked").symlink_to(root / "shared")
    (root / POSTS / "b.md").symlink_to("../../shared/a.md")
    assert [(source.path, source.text) for source in read(root)[0]] == [
        (f"{POSTS}/b.md", "shared"),
        (f"{POSTS}/linked/a.md", "shared"),
    ]


def test_a_folder_linked_into_itself_ends(root: Path) -> None:
    write(root, f"{POSTS}/a/index.md", "a")
    (root / POSTS / "a" / "again").symlink_to("..")
    assert rejection(root) == (f"{POSTS}/a/again", "source/unreadable", None)
    assert [source.path for source in read(root)[0]] == [f"{POSTS}/a/index.md"]


def test_a_project_that_is_itself_reached_by_a_link(root: Path) -> None:
    write(root, f"{POSTS}/a.md", "a")
    link = root.parent / "link"
    link.symlink_to(root)
    assert [source.path for source in read(link)[0]] == [f"{POSTS}/a.md"]


def test_a_name_that_is_no_unicode(root: Path) -> None:
    try:
        (root / POSTS / os.fsdecode(b"a\xff.md")).write_text("a")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    assert rejection(root) == (f"{POSTS}/a\ufffd.md", "source/bad-name", None)
