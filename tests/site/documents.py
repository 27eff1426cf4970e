"""Documents made by hand, so that the site can be tested without a compiler."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sitegen.config import BuildConfig, Config, MathConfig, SiteConfig
from sitegen.math.model import Equation
from sitegen.model import AssetSlot, Document, EquationSlot, FrontMatter, ImageSlot, Label, LinkSlot, Slot
from sitegen.text import Span

PLACE = Span(7, 9)


def config(root: Path, base_url: str = "https://example.org/", *, drafts: bool = False) -> Config:
    settings = SiteConfig(title="Notes", base_url=base_url)
    return Config(root, "sitegen.toml", settings, BuildConfig(), MathConfig(), drafts)


def document(
    path: str = "content/posts/a/index.md",
    *body: str | Slot,
    place: str | None = None,
    date: str | None = None,
    draft: bool = False,
    description: str = "",
    text: str = "",
    anchors: Iterable[str] = (),
    labels: Iterable[str] = (),
    **fields: Any,
) -> Document:
    meta = FrontMatter(
        title="A",
        date=dt.datetime.fromisoformat(date).replace(tzinfo=dt.UTC) if date else None,
        path=place,
        draft=draft,
        description=description,
        spans={"path": PLACE} if place else {},
    )
    equations = tuple(
        Equation(number=str(number), labels=(label,), anchor=f"eq-{label}", formula=0, start=0, end=0)
        for number, label in enumerate(labels, 1)
    )
    values: dict[str, Any] = {
        "body": body,
        "equations": equations,
        "anchors": frozenset(anchors),
        "text": text,
        "has_math": any("<math" in part for part in body if isinstance(part, str)),
        "description": Label(description, description) if description else None,
    }
    return Document(path, meta, "A", "A", **{**values, **fields})


def link(href: str) -> LinkSlot:
    return LinkSlot(href, PLACE)


def asset(src: str) -> AssetSlot:
    return AssetSlot(src, PLACE)


def image(src: str, *attributes: tuple[str, str]) -> ImageSlot:
    return ImageSlot(src, attributes or (("alt", "what it shows"),), PLACE)


def equation(label: str, *, parenthesised: bool = True, in_math: bool = False) -> EquationSlot:
    return EquationSlot(label, parenthesised, in_math, PLACE)
