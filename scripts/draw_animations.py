"""Draw the two animations of the sample post: a 3×3 kernel slides over the 5×5 signal.

    python scripts/draw_animations.py [FOLDER]

writes `corr_numerical_no_padding_no_strides.gif` (the kernel as given, blue) and
`conv_numerical_no_padding_no_strides.gif` (the kernel flipped, red) beside the post, or into FOLDER. Needs Pillow,
whose built-in font is used, so that the same version of Pillow draws the same bytes.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

POST = Path(__file__).parent.parent / "content" / "posts" / "ConvNet-dont-do-Conv"

Matrix = tuple[tuple[int, ...], ...]

SIGNAL: Matrix = (
    (1, 2, 2, 1, 0),
    (3, 3, 3, 3, 0),
    (3, 0, 0, 2, 2),
    (0, 3, 0, 3, 3),
    (2, 2, 2, 3, 2),
)
KERNEL: Matrix = ((0, 1, 2), (3, 4, 5), (6, 7, 8))

SIZE = (640, 288)
INK, GREY, LINE, PAPER = "#1c1d21", "#5a5e68", "#b9bdc7", "#ffffff"
BLUE, BLUE_TINT = "#0000e0", "#e3e7ff"
RED, RED_TINT = "#c80000", "#ffe5e2"

SIGNAL_AT, SIGNAL_CELL = (16, 22), 49
PRODUCTS_AT, PRODUCTS_STEP = (292, 62), 34
OUTPUT_AT, OUTPUT_CELL = (452, 60), 56

SHOW_PRODUCTS, SHOW_SUM, SHOW_END = 1200, 900, 4000
"""How long frames stay, in milliseconds."""


def flipped(kernel: Matrix) -> Matrix:
    """Return `kernel` reversed along both axes."""
    return tuple(tuple(reversed(row)) for row in reversed(kernel))


def products(signal: Matrix, kernel: Matrix, row: int, column: int) -> Matrix:
    """Return the products of `kernel` with the part of `signal` that it covers at `row` and `column`."""
    return tuple(
        tuple(signal[row + i][column + j] * weight for j, weight in enumerate(weights))
        for i, weights in enumerate(kernel)
    )


def correlate(signal: Matrix, kernel: Matrix) -> Matrix:
    """Return the sums of products at every place where `kernel` lies wholly inside `signal`."""
    rows, columns = len(signal) - len(kernel) + 1, len(signal[0]) - len(kernel[0]) + 1
    return tuple(
        tuple(sum(map(sum, products(signal, kernel, row, column))) for column in range(columns)) for row in range(rows)
    )


def frames(kernel: Matrix, ink: str, tint: str) -> Iterator[tuple[Image.Image, int]]:
    """Yield the frames of one animation, each with its milliseconds."""
    result = correlate(SIGNAL, kernel)
    places = [(row, column) for row in range(len(result)) for column in range(len(result[0]))]
    for step, place in enumerate(places):
        yield draw(kernel, place, result, step, ink, tint, summed=False), SHOW_PRODUCTS
        last = step == len(places) - 1
        yield draw(kernel, place, result, step + 1, ink, tint, summed=True), SHOW_END if last else SHOW_SUM


def draw(
    kernel: Matrix, place: tuple[int, int], result: Matrix, done: int, ink: str, tint: str, *, summed: bool
) -> Image.Image:
    """Return one frame: the kernel at `place`, its nine products, and the first `done` values of the result."""
    image = Image.new("RGB", SIZE, PAPER)
    canvas = ImageDraw.Draw(image)
    _draw_signal(canvas, kernel, place, ink, tint)
    _draw_products(canvas, kernel, place, ink, summed=summed)
    _draw_result(canvas, result, place, done, ink, tint)
    return image


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size)
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise SystemExit("this Pillow was built without FreeType, so it cannot draw text of any size")
    return font


def _grid(canvas: ImageDraw.ImageDraw, at: tuple[int, int], cell: int, count: int) -> None:
    left, top = at
    for i in range(count + 1):
        canvas.line((left, top + i * cell, left + count * cell, top + i * cell), LINE)
        canvas.line((left + i * cell, top, left + i * cell, top + count * cell), LINE)


def _cell(at: tuple[int, int], cell: int, row: int, column: int) -> tuple[int, int, int, int]:
    left, top = at[0] + column * cell, at[1] + row * cell
    return left, top, left + cell, top + cell


def _draw_signal(canvas: ImageDraw.ImageDraw, kernel: Matrix, place: tuple[int, int], ink: str, tint: str) -> None:
    first = _cell(SIGNAL_AT, SIGNAL_CELL, *place)
    side = SIGNAL_CELL * len(kernel)
    window = (first[0], first[1], first[0] + side, first[1] + side)
    canvas.rectangle(window, tint)
    _grid(canvas, SIGNAL_AT, SIGNAL_CELL, len(SIGNAL))
    canvas.rectangle(window, outline=ink, width=3)
    for row, values in enumerate(SIGNAL):
        for column, value in enumerate(values):
            left, top, right, bottom = _cell(SIGNAL_AT, SIGNAL_CELL, row, column)
            i, j = row - place[0], column - place[1]
            covered = 0 <= i < len(kernel) and 0 <= j < len(kernel)
            center = ((left + right) // 2 - (7 if covered else 0), (top + bottom) // 2 - (3 if covered else 0))
            canvas.text(center, str(value), INK, _font(22), anchor="mm")
            if covered:
                canvas.text((right - 6, bottom - 6), str(kernel[i][j]), ink, _font(17), anchor="rs")
                _times(canvas, (right - 22, bottom - 12), ink)


def _times(canvas: ImageDraw.ImageDraw, center: tuple[int, int], ink: str) -> None:
    """Draw a multiplication sign, which Pillow's font lacks."""
    x, y = center
    canvas.line((x - 3, y - 3, x + 3, y + 3), ink, width=2)
    canvas.line((x - 3, y + 3, x + 3, y - 3), ink, width=2)


def _draw_products(
    canvas: ImageDraw.ImageDraw, kernel: Matrix, place: tuple[int, int], ink: str, *, summed: bool
) -> None:
    left, top = PRODUCTS_AT
    parts = products(SIGNAL, kernel, *place)
    for row, values in enumerate(parts):
        for column, value in enumerate(values):
            x, y = left + 18 + column * 44, top + row * PRODUCTS_STEP
            canvas.text((x, y), str(value), INK, _font(20), anchor="mm")
            if (row, column) != (len(parts) - 1, len(values) - 1):
                canvas.text((x + 22, y), "+", GREY, _font(18), anchor="mm")
    if summed:
        y = top + len(parts) * PRODUCTS_STEP + 14
        canvas.text((left + 4, y), "=", GREY, _font(20), anchor="lm")
        canvas.text((left + 30, y), str(sum(map(sum, parts))), ink, _font(26), anchor="lm")


def _draw_result(
    canvas: ImageDraw.ImageDraw, result: Matrix, place: tuple[int, int], done: int, ink: str, tint: str
) -> None:
    canvas.rectangle(_cell(OUTPUT_AT, OUTPUT_CELL, *place), tint)
    _grid(canvas, OUTPUT_AT, OUTPUT_CELL, len(result))
    canvas.rectangle(_cell(OUTPUT_AT, OUTPUT_CELL, *place), outline=ink, width=3)
    for step in range(done):
        row, column = divmod(step, len(result[0]))
        left, top, right, bottom = _cell(OUTPUT_AT, OUTPUT_CELL, row, column)
        canvas.text(((left + right) // 2, (top + bottom) // 2), str(result[row][column]), INK, _font(22), anchor="mm")


def save(path: Path, kernel: Matrix, ink: str, tint: str) -> None:
    """Write one animation; it repeats without end."""
    images, durations = zip(*frames(kernel, ink, tint), strict=True)
    palette = _palette((INK, PAPER), (INK, tint), (ink, PAPER), (ink, tint), (GREY, PAPER), (LINE, PAPER))
    indexed = [image.quantize(palette=palette, dither=Image.Dither.NONE) for image in images]
    indexed[0].save(path, save_all=True, append_images=indexed[1:], duration=list(durations), loop=0, optimize=True)


def _palette(*pairs: tuple[str, str]) -> Image.Image:
    """Return an image with one palette for all frames: each pair of colours and what lies between them."""
    steps = 8
    colors = []
    for first, second in pairs:
        ends = ImageColor.getrgb(first)[:3], ImageColor.getrgb(second)[:3]
        for step in range(steps + 1):
            colors.append(tuple(a + (b - a) * step // steps for a, b in zip(*ends, strict=True)))
    image = Image.new("P", (1, 1))
    image.putpalette([channel for color in dict.fromkeys(colors) for channel in color])
    return image


def main() -> None:
    """Draw both animations."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", nargs="?", type=Path, default=POST)
    folder: Path = parser.parse_args().folder
    save(folder / "corr_numerical_no_padding_no_strides.gif", KERNEL, BLUE, BLUE_TINT)
    save(folder / "conv_numerical_no_padding_no_strides.gif", flipped(KERNEL), RED, RED_TINT)


if __name__ == "__main__":
    main()
