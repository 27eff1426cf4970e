"""The promise: after a build without errors, an incremental build equals a clean one, byte for byte."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from sitegen.build import build
from tests.site.projects import SETTINGS, Project, codes, png, tree

START = r"""
-- content/posts/one/index.md --
---
title: One
date: 2020-01-01T10:00:00+05:30
macros:
  v: \mathbf{v}
---

Text with $\v + \RR$ and ![a kernel](kernel.png).

$$\begin{equation} a = b \label{eq:first} \end{equation}$$

See [two](../two.md#part), [its equation](../two/#eq-second) and $\eqref{eq:second}$.

-- content/posts/two.md --
---
title: Two $x^2$
date: 2021-01-01
tags: [a, b]
mood: {deep: [1, 2.5, null]}
---

## Part

As $\eqref{eq:first}$ says, in <span style="color:#800">red</span>.

$$\begin{equation} c = \RR \label{eq:second} \end{equation}$$

```python
print("two")
```

-- content/posts/three.md --
# Three

No date, no front matter.^[But a note.]

-- static/robots.txt --
User-agent: *
-- sitegen.toml --
"""
CONFIG = SETTINGS + "\n[math.macros]\nRR = '\\mathbb{R}'\n"


class World:
    """A project that is edited at random; the same seed brings the same edits."""

    def __init__(self, project: Project, seed: int) -> None:
        self.project = project
        self.chance = random.Random(seed)
        self.turn = 0

    def edit(self) -> str:
        """Change something; return what."""
        self.turn += 1
        change = self.chance.choice(EDITS)
        change(self)
        return change.__name__

    @property
    def posts(self) -> list[str]:
        root = self.project.root
        return sorted(file.relative_to(root).as_posix() for file in (root / "content").rglob("*.md"))

    def read(self, name: str) -> str:
        return (self.project.root / name).read_text(encoding="utf-8")

    def put(self, name: str, text: str) -> None:
        self.project.put(name, text.encode())


def text_of_a_post(world: World) -> None:
    name = world.chance.choice(world.posts)
    world.put(name, world.read(name) + f"\nAdded {world.turn}: $x_{{{world.turn}}} \\in \\RR$.\n")


def front_matter(world: World) -> None:
    name = world.chance.choice(world.posts)
    text = world.read(name)
    key = world.chance.choice(("title", "description", "mood"))
    if text.startswith("---\n"):
        lines = [line for line in text.splitlines(keepends=True) if not line.startswith(f"{key}:")]
        text = "".join([lines[0], f"{key}: Changed {world.turn}\n", *lines[1:]])
    else:
        text = f"---\n{key}: Changed {world.turn}\n---\n{text}"
    world.put(name, text)


def new_post(world: World) -> None:
    world.put(
        f"content/posts/new-{world.turn}.md",
        f"---\ndate: 2022-01-01\n---\n# New {world.turn}\n\n$\\eqref{{eq:first}}$\n",
    )


def deleted_post(world: World) -> None:
    new = [name for name in world.posts if "/new-" in name]
    if new:
        world.project.remove(world.chance.choice(new))


def renamed_post(world: World) -> None:
    new = [name for name in world.posts if "/new-" in name or "three" in name]
    if new:
        old = world.project.root / world.chance.choice(new)
        old.rename(old.with_name(f"new-{world.turn}-renamed.md"))


def touched(world: World) -> None:
    os.utime(world.project.root / world.chance.choice(world.posts))


def undone(world: World) -> None:
    world.project.write(START.replace("-- sitegen.toml --\n", ""))


def template(world: World) -> None:
    world.put(
        "templates/post.html",
        '{% extends "default/post.html" %}{% block after_content %}' + f"<p>{world.turn}</p>" + "{% endblock %}",
    )


def template_that_shows_the_site(world: World) -> None:
    world.put(
        "templates/parts.html",
        "{% for other in site.pages %}<p>{{ other.title }}: {{ other.description }}</p>{% endfor %}",
    )
    world.put(
        "templates/post.html",
        '{% extends "default/post.html" %}{% block after_content %}{% include "parts.html" %}{% endblock %}',
    )


def no_templates(world: World) -> None:
    shutil.rmtree(world.project.root / "templates", ignore_errors=True)


def style(world: World) -> None:
    world.put("templates/styles/own.css", f"p {{ margin: {world.turn}px }}")


def settings(world: World) -> None:
    name = world.chance.choice(("title", "author", "description"))
    lines = [line for line in CONFIG.splitlines() if not line.startswith(name)]
    lines.insert(1, f'{name} = "Changed {world.turn}"')
    world.put("sitegen.toml", "\n".join(lines) + "\n")


def base_path(world: World) -> None:
    world.put("sitegen.toml", CONFIG.replace("example.org/", f"example.org/{world.turn}/"))


def macros(world: World) -> None:
    world.put("sitegen.toml", CONFIG.replace("{R}", "{" + world.chance.choice("ABC") + "}"))


def image(world: World) -> None:
    world.project.put("content/posts/one/kernel.png", png(world.turn, world.chance.randint(1, 5)))


def static_file(world: World) -> None:
    world.put(f"static/{world.chance.choice('ab')}.txt", f"{world.chance.randint(0, 2)}\n")


def deleted_static_file(world: World) -> None:
    (world.project.root / "static" / f"{world.chance.choice('ab')}.txt").unlink(missing_ok=True)


def moved_label(world: World) -> None:
    name = "content/posts/one/index.md"
    world.put(
        name,
        world.read(name).replace(
            "$$\\begin{equation} a", "$$\\begin{equation} z \\end{equation}$$\n\n$$\\begin{equation} a"
        ),
    )


def damaged_output(world: World) -> None:
    pages = sorted((world.project.root / "dist").rglob("*.html"))
    page = world.chance.choice(pages)
    data = page.read_bytes()
    page.write_bytes(data[:-3] + b"xyz" if world.chance.random() < 0.5 else data[: len(data) // 2])


def deleted_output(world: World) -> None:
    world.chance.choice(sorted((world.project.root / "dist").rglob("*.html"))).unlink()


def damaged_cache(world: World) -> None:
    entries = [
        file for file in (world.project.root / ".sitegen").rglob("*") if file.is_file() and file.parent.name != "fonts"
    ]
    entry = world.chance.choice(sorted(entries))
    data = entry.read_bytes()
    entry.write_bytes(world.chance.choice((b"", data[: len(data) // 2], data[:-1] + b"\x00", b"\x00" * len(data))))


def lost_posts(world: World) -> None:
    shutil.rmtree(world.project.root / ".sitegen" / "posts", ignore_errors=True)


EDITS: tuple[Callable[[World], None], ...] = (
    text_of_a_post, front_matter, new_post, deleted_post, renamed_post, touched, undone, template,
    template_that_shows_the_site, no_templates, style, settings, base_path, macros, image, static_file,
    deleted_static_file, moved_label, damaged_output, deleted_output, damaged_cache, lost_posts,
)  # fmt: skip


def start(root: Path) -> Project:
    project = Project(root, START)
    project.put("content/posts/one/kernel.png", png(3, 2))
    project.put("sitegen.toml", CONFIG.encode())
    return project


def clean(project: Project) -> dict[str, bytes]:
    """Return what a build without anything of earlier builds makes."""
    output = project.root.parent / "clean"
    shutil.rmtree(output, ignore_errors=True)
    build(project.config(output=str(output)), cache=False)
    return tree(output)


@pytest.mark.parametrize("seed", range(6))
def test_incremental_equals_clean(tmp_path: Path, seed: int) -> None:
    project = start(tmp_path / "project")
    project.build()
    world = World(project, seed)
    done: list[str] = []
    for _ in range(12):
        done += [world.edit() for _ in range(world.chance.choice((1, 1, 2)))]
        result = project.build()
        assert [code for code in codes(result) if not code.startswith(("link/", "math/"))] == [], done
        assert project.dist() == clean(project), done


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_every_kind_of_edit_alone(tmp_path: Path, edit: Callable[[World], None]) -> None:
    project = start(tmp_path / "project")
    project.build()
    project.build()
    edit(World(project, 1))
    project.build()
    assert project.dist() == clean(project)


def test_a_page_that_shows_other_posts_follows_them(tmp_path: Path) -> None:
    project = start(tmp_path / "project")
    template_that_shows_the_site(World(project, 1))
    project.build()
    project.write("-- content/posts/three.md --\n# Another title\n")
    project.build()
    assert "Another title" in project.page("/one/")
    assert project.dist() == clean(project)


@pytest.mark.parametrize("setting", ['[publish]\nfeed_content = "summary"', "[check]\ntimeout = 5"])
def test_a_page_that_shows_a_setting_follows_it(tmp_path: Path, setting: str) -> None:
    project = start(tmp_path / "project")
    shown = "{{ site.config.publish.feed_content }} {{ site.config.check.timeout }}"
    project.write(
        '-- templates/404.html --\n{% extends "default/404.html" %}{% block main %}' + shown + "{% endblock %}\n"
    )
    project.build()
    project.put("sitegen.toml", f"{CONFIG}\n{setting}\n".encode())
    project.build()
    assert project.dist() == clean(project)


def test_a_file_of_the_same_size_and_date_is_not_taken_for_the_same(tmp_path: Path) -> None:
    project = start(tmp_path / "project")
    file = project.root / "static" / "a.txt"
    file.write_text("first\n")
    project.build()
    project.build()
    before = file.stat()
    file.write_text("other\n")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    project.build()
    assert project.dist()["a.txt"] == b"other\n"


def test_a_tampered_page_of_the_same_size_and_date_is_written_again(tmp_path: Path) -> None:
    project = start(tmp_path / "project")
    project.build()
    project.build()
    page = project.root / "dist" / "one" / "index.html"
    before, data = page.stat(), page.read_bytes()
    page.write_bytes(data[:-4] + b"????")
    os.utime(page, ns=(before.st_atime_ns, before.st_mtime_ns))
    project.build()
    assert page.read_bytes() == data
