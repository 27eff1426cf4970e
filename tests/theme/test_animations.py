"""The animations of the sample post show what its numbers say."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image, ImageChops, ImageStat

ROOT = Path(__file__).parent.parent.parent
NAMES = ("corr_numerical_no_padding_no_strides.gif", "conv_numerical_no_padding_no_strides.gif")


@pytest.fixture(scope="module")
def script() -> ModuleType:
    spec = importlib.util.spec_from_file_location("draw_animations", ROOT / "scripts" / "draw_animations.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def test_the_kernel_as_given_gives_the_numbers_of_the_post(script: ModuleType) -> None:
    assert script.correlate(script.SIGNAL, script.KERNEL) == ((60, 56, 52), (39, 61, 66), (54, 78, 82))


def test_the_flipped_kernel_gives_the_convolution(script: ModuleType) -> None:
    size = range(3)
    expected = tuple(
        tuple(sum(script.SIGNAL[y + i][x + j] * script.KERNEL[2 - i][2 - j] for i in size for j in size) for x in size)
        for y in size
    )
    assert script.correlate(script.SIGNAL, script.flipped(script.KERNEL)) == expected


def test_the_committed_files_are_what_the_script_draws(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["draw_animations.py", str(tmp_path)])
    script.main()
    for name in NAMES:
        assert (script.POST / name).stat().st_size < 150_000
        with Image.open(script.POST / name) as committed, Image.open(tmp_path / name) as drawn:
            assert getattr(committed, "n_frames", 1) == getattr(drawn, "n_frames", 1) == 18
            for frame in range(18):
                committed.seek(frame)
                drawn.seek(frame)
                # Not byte by byte: another version of Pillow may set a glyph's edge a little otherwise.
                difference = ImageChops.difference(committed.convert("RGB"), drawn.convert("RGB"))
                assert max(ImageStat.Stat(difference).mean) < 0.5


def test_the_two_animations_differ(script: ModuleType) -> None:
    first, second = ((script.POST / name).read_bytes() for name in NAMES)
    assert first != second
