"""Stills in place of what moves."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from sitegen import pictures
from sitegen.pictures import animation, still
from tests.site.projects import Project, codes, png


def moving(kind: str, frames: int = 2, size: tuple[int, int] = (6, 4)) -> bytes:
    pictures = [Image.new("RGB", size, color) for color in ("red", "blue", "green")[:frames]]
    out = BytesIO()
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=100)
    return out.getvalue()


@pytest.mark.parametrize(("kind", "suffix"), [("GIF", "gif"), ("PNG", "png"), ("WEBP", "webp")])
def test_what_moves_has_a_still(tmp_path: Path, kind: str, suffix: str) -> None:
    file, calm = tmp_path / f"a.{suffix}", tmp_path / f"b.{suffix}"
    file.write_bytes(moving(kind))
    calm.write_bytes(moving(kind, frames=1))
    assert animation(file)
    assert not animation(calm)
    with Image.open(BytesIO(still(file))) as picture:
        assert picture.format == "PNG"
        assert picture.size == (6, 4)
        red, green, blue = picture.convert("RGB").getpixel((0, 0))  # type: ignore[misc]
    assert red > 200 > 50 > max(green, blue)
    assert still(file) == still(file)


def test_what_is_no_picture_does_not_move(tmp_path: Path) -> None:
    (tmp_path / "a.gif").write_bytes(b"GIF89a and then nothing")
    (tmp_path / "a.png").write_bytes(png(1, 1) + b"acTL")
    assert not animation(tmp_path / "a.gif")
    assert not animation(tmp_path / "a.png")
    assert not animation(tmp_path / "missing.gif")
    with pytest.raises(OSError):  # noqa: PT011 - what it says is Pillow's
        still(tmp_path / "a.gif")


class Slow(dict[bytes, bool]):
    """Takes its time to forget, so that threads meet."""

    def __delitem__(self, key: bytes) -> None:
        time.sleep(0.01)
        super().__delitem__(key)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (b"version https://git-lfs.github.com/spec/v1\n", "pic.png shows nothing: it is a pointer of Git LFS"),
        (b"Not found", "pic.png shows nothing: it holds no picture"),
        (b"", "pic.png shows nothing: it is empty"),
        (png(3, 2), None),
        (png(3, 2)[:12], None),
    ],
)
def test_files_that_only_look_like_pictures(tmp_path: Path, text: bytes, told: str | None) -> None:
    project = Project(tmp_path, "-- content/posts/a.md --\n# A\n\n![a](pic.png)\n")
    project.put("content/posts/pic.png", text)
    assert [problem.message for problem in project.build().diagnostics] == ([told] if told else [])


@pytest.mark.parametrize(
    ("written", "message"),
    [
        (r"![x](C:\Users\pic.png)", r"there is no file C:\Users\pic.png"),
        ("![x](file:///home/me/pic.png)", "there is no file file:///home/me/pic.png"),
        ("[x](file:///home/me/a.pdf)", "neither a page nor a file is at file:///home/me/a.pdf"),
        ("![x](attachment:a.png)", "there is no file attachment:a.png"),
        ("[x]()", "the link has no address"),
        ("[a](mailto:a@b.c) [b](tel:1) [c](data:text/plain,x)", None),
    ],
)
def test_addresses_of_the_authors_machine(tmp_path: Path, written: str, message: str | None) -> None:
    project = Project(tmp_path, f"-- content/posts/a.md --\n# A\n\n{written}\n")
    assert [problem.message for problem in project.build().diagnostics] == ([message] if message else [])


def test_many_threads_may_ask_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As requests to the preview do, each of which makes room for a picture by forgetting another one."""
    monkeypatch.setattr(pictures, "REMEMBERED", 1)
    monkeypatch.setattr(pictures, "_MOVING", Slow())
    files = [tmp_path / f"{number}.gif" for number in range(8)]
    for number, file in enumerate(files):
        file.write_bytes(moving("GIF", size=(number + 1, 4)))
    with ThreadPoolExecutor(len(files)) as threads:
        assert all(threads.map(animation, files))


POST = """
-- content/posts/a.md --
![one](move.gif) ![two](/moves.gif){width=3}

<picture><source srcset="calm.png"><img src="move.gif" alt="three"></picture>
"""


def test_stills_of_a_site(tmp_path: Path) -> None:
    project = Project(tmp_path, POST)
    project.put("content/posts/move.gif", moving("GIF"))
    project.put("content/posts/calm.png", png(6, 4))
    project.put("static/moves.gif", moving("GIF", size=(12, 8)))
    project.build()
    files = project.dist()
    page = files["a/index.html"].decode()
    digest = animation(tmp_path / "content" / "posts" / "move.gif")
    assert (
        f'<picture><source srcset="/assets/still.{digest}.png" media="(prefers-reduced-motion: reduce)">'
        '<img src="/move.gif" width="6" height="4" alt="one"'
    ) in page
    assert '<img src="/moves.gif" height="2" ' in page
    assert page.count("<picture>") == 3
    assert page.count("<source") == 3
    other = animation(tmp_path / "static" / "moves.gif")
    assert {f"assets/still.{each}.png" for each in (digest, other)} == {path for path in files if "still" in path}
    again = project.build()
    assert (again.stats.written, again.stats.removed) == (0, 0)
    project.put("content/posts/move.gif", moving("GIF", frames=1))
    project.build()
    assert [path for path in project.dist() if "still" in path] == [f"assets/still.{other}.png"]
    assert project.dist()["a/index.html"].count(b"<picture>") == 2


@pytest.mark.parametrize("box", ["0 0 9.9.9 3..3", "0 0 1e999 2", "0 0 -3 4", "0 0", "x"])
def test_a_view_box_that_is_none_gives_no_size(tmp_path: Path, box: str) -> None:
    project = Project(tmp_path / "project", "-- content/posts/a.md --\n# A\n\n![a](a.svg)\n")
    project.put("content/posts/a.svg", f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{box}"></svg>'.encode())
    assert codes(project.build()) == []
    assert '<img src="/a.svg" alt="a" loading' in project.page("/a/")


def test_a_drawing_without_a_size_has_that_of_its_view_box(tmp_path: Path) -> None:
    project = Project(tmp_path, "-- content/posts/a.md --\n![one](a.svg)\n")
    project.put("content/posts/a.svg", b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 30.2 20"></svg>')
    project.build()
    assert b'width="30" height="20"' in project.dist()["a/index.html"]
