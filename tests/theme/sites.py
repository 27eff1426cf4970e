"""Sites made by hand, without posts and without a compiler."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from markupsafe import escape

from sitegen.config import BuildConfig, Config, MathConfig, SiteConfig
from sitegen.model import Document, FrontMatter
from sitegen.site import Filling, Page, Site

SETTINGS = SiteConfig(title="Notes & Sums", base_url="https://example.org/", author="A. Writer", description="On sums.")


def config(root: Path, settings: SiteConfig = SETTINGS) -> Config:
    return Config(root=root, path="sitegen.toml", site=settings, build=BuildConfig(), math=MathConfig())


def page(
    name: str = "sums", *, title: str = "Sums", base: str = "/", content: str = "<p>Text.</p>", **fields: Any
) -> Page:
    values: dict[str, Any] = {
        "source": f"content/posts/{name}.md",
        "url": f"{base}{name}/",
        "absolute_url": f"https://example.org{base}{name}/",
        "output": f"{name}/index.html",
        "title": title,
        "title_html": escape(title),
        "date": dt.datetime(2017, 1, 20, 22, 12, 3, 284000, tzinfo=dt.UTC),
        "tags": (),
        "draft": False,
        "description": "What sums are.",
        "_content": Filling((content,), ()),
        "headings": (),
        "has_math": False,
        "extra": {},
        "summary": escape(fields.get("description", "What sums are.")),
    }
    return Page(**{**values, **fields})


def document(colors: tuple[str, ...] = (), backgrounds: tuple[str, ...] = ()) -> Document:
    meta = FrontMatter(title="Sums")
    return Document("content/posts/sums.md", meta, "Sums", "Sums", colors=colors, backgrounds=backgrounds)


def site(
    configuration: Config, *pages: Page, base: str = "/", documents: tuple[Document, ...] = (), **fields: Any
) -> Site:
    values: dict[str, Any] = {
        "config": configuration,
        "pages": pages,
        "documents": documents,
        "assets": (),
        "colors": tuple(sorted({color for document in documents for color in document.colors})),
        "backgrounds": tuple(sorted({color for document in documents for color in document.backgrounds})),
        "styles": (),
        "base_path": base,
        "broken": frozenset(),
        "diagnostics": (),
    }
    return Site(**{**values, **fields})


def write(root: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        file = root / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    return root
