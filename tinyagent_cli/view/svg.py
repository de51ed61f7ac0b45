"""A plan as a picture (SVG 1.1): a card for each step, what it needs to its left.

Nothing outside the file is needed. Texts are broken to fit a wide font, so that whichever one is there does not run out
of its card.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal
from xml.sax.saxutils import escape

from tinyagent_cli.view.layers import Box, arrange
from tinyagent_cli.view.rows import Field, Row
from tinyagent_cli.view.text import visible

Theme = Literal["light", "dark", "auto"]
Line = tuple[str | None, str]
"""A line of a card: a label and what follows it; "" for a line that goes on, None for a remark in small letters."""
FONTS = "Inter, 'Helvetica Neue', Helvetica, Arial, 'Noto Sans', 'Liberation Sans', 'DejaVu Sans', 'Noto Sans CJK SC', sans-serif"
WIDTH, PADDING, MARGIN = 344.0, 16.0, 32.0
INNER = WIDTH - 2 * PADDING - 8
HEAD, LINE, TITLE = 44.0, 18.0, 30.0
LABEL_SIZE, TEXT_SIZE, HEAD_SIZE, TITLE_SIZE = 11.0, 13.0, 14.0, 20.0
GAP, BOLDER = 7.0, 1.12
MOST_LINES, MOST_FIELDS, MOST_TITLE_LINES = 3, 7, 3
EFFECTS: Mapping[str, tuple[str, str]] = {
    "read": ("#2563eb", "#60a5fa"), "open": ("#0e7490", "#22d3ee"), "create": ("#15803d", "#4ade80"),
    "send": ("#a21caf", "#e879f9"), "unknown": ("#b91c1c", "#f87171"),
}  # fmt: skip
"""The colour of each effect on light and on dark; every one has a contrast of at least 4.5 to its card."""
COLOURS: Mapping[str, tuple[str, str]] = {
    "back": ("#f8fafc", "#0f172a"), "card": ("#ffffff", "#1e293b"), "edge": ("#64748b", "#94a3b8"), "rim": ("#cbd5e1", "#475569"),
    "text": ("#0f172a", "#f1f5f9"), "soft": ("#475569", "#b6c2d2"),
}  # fmt: skip
ARROW = (
    '<defs><marker id="arrow" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="8" markerHeight="8" orient="auto">'
    '<path d="M0 1 L9 5 L0 9 z" class="tip"/></marker></defs>'
)
WIDTHS = tuple(
    int(hundredths) / 100
    for hundredths in (
        "32 40 46 84 64 95 78 27 39 39 50 84 32 36 32 34 64 64 64 64 64 64 64 64 64 64 34 34 84 84 84 53 100 "
        "68 69 70 77 63 58 77 75 29 29 66 56 86 75 79 60 79 69 63 61 73 68 99 69 61 69 39 34 39 84 50 50 61 "
        "63 55 63 62 35 63 63 28 28 58 28 97 63 61 63 63 41 52 39 63 59 82 59 59 52 64 34 64 84"
    ).split()
)
"""How wide DejaVu Sans draws the characters from the blank to the tilde, in ems."""


def svg(rows: Sequence[Row], command: str = "", theme: Theme = "light") -> str:
    """Draw a plan; `command` stands above it."""
    command = visible(command)
    says = {row.id: list(body(row)) for row in rows}
    heights = {n: HEAD + (sum(LINE for _ in lines) + PADDING * 0.75 if lines else 0) for n, lines in says.items()}
    picture = arrange({row.id: row.needs for row in rows}, heights, WIDTH)
    title = broken(command, TITLE_SIZE, max(picture.width, WIDTH), MOST_TITLE_LINES, bold=True) if command else []
    top = MARGIN + (len(title) * TITLE + 14 if title else 0)
    across, down = picture.width + 2 * MARGIN, top + picture.height + MARGIN
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {across:g} {down:g}" width="{across:g}" height="{down:g}" role="img">',
        f"<title>{clean(command or 'A plan')}</title>",
        f"<desc>{clean(described(rows))}</desc>",
        f"<style>{style(theme)}</style>",
        ARROW,
        f'<g font-family="{FONTS}">',
        f'<rect class="back" width="{across:g}" height="{down:g}"/>',
    ]
    out += [
        text(MARGIN, MARGIN + TITLE * (at + 0.6), line, TITLE_SIZE, "text", bold=True) for at, line in enumerate(title)
    ]
    out.append(f'<g transform="translate({MARGIN:g} {top:g})">')
    out += [f'<path class="edge" d="{curve(points)}" marker-end="url(#arrow)"/>' for points in picture.edges]
    for row in rows:
        out += card(row, says[row.id], picture.boxes[row.id])
    return "\n".join([*out, "</g>", "</g>", "</svg>"]) + "\n"


def card(row: Row, lines: Sequence[Line], box: Box) -> Iterator[str]:
    """Draw one step."""
    effect = row.effect or "unknown"
    yield f'<g transform="translate({box.x:g} {box.y:g})">'
    yield f'<rect class="card" width="{box.width:g}" height="{box.height:g}" rx="10"/>'
    yield f'<path class="{effect}" d="M10 0 H8 A8 10 0 0 0 0 10 V{box.height - 10:g} A8 10 0 0 0 8 {box.height:g} H10 z"/>'
    head = broken(f"{row.id}  {row.tool}", HEAD_SIZE, INNER - 62, 1, bold=True)[0]
    yield text(PADDING + 8, 27, head, HEAD_SIZE, "text", bold=True)
    yield text(box.width - PADDING, 27, effect, LABEL_SIZE, f"{effect} word", end=True)
    for at, (label, line) in enumerate(lines):
        yield text(PADDING + 8, HEAD + LINE * at + 10, line, TEXT_SIZE if label is not None else LABEL_SIZE, "soft" if label is None else "text", label=label or "")
    yield "</g>"


def body(row: Row) -> Iterator[Line]:
    """The lines below a step's name; what is too much is left out, and that is said."""
    for field in row.fields[:MOST_FIELDS]:
        yield from field_lines(field)
    if len(row.fields) > MOST_FIELDS:
        yield None, f"and {len(row.fields) - MOST_FIELDS} more"


def field_lines(field: Field) -> Iterator[Line]:
    """One argument: its name and its value, then what helps to judge it."""
    label = broken(field.label, LABEL_SIZE, INNER / 2, 1)[0]
    taken = wide(label, LABEL_SIZE) + GAP
    first, *others = broken(visible(field.value), TEXT_SIZE, INNER, MOST_LINES, taken=taken)
    yield label, first
    yield from (("", line) for line in others)
    if field.note:
        yield None, broken(visible(field.note), LABEL_SIZE, INNER, 1)[0]


def broken(words: str, size: float, room: float, most: int, *, taken: float = 0.0, bold: bool = False) -> list[str]:
    """Break a text into at most so many lines that fit; the last one ends in … where something is left out.

    `room` in pixels, of which so much is `taken` on the first line.
    """
    size *= BOLDER if bold else 1
    if most == 1:
        return [cut(words, size, room - taken)]
    lines: list[str] = []
    line = ""
    for word in pieces(words, size, room):
        longer = f"{line} {word}" if line else word
        if wide(longer, size) > room - (0 if lines else taken) and (line or (taken and not lines)):
            lines.append(line)
            line = word
        else:
            line = longer
    lines.append(line)
    if len(lines) <= most:
        return lines
    return [*lines[: most - 1], cut(lines[most - 1] + " " * 99, size, room)]


def cut(line: str, size: float, room: float) -> str:
    """Cut a line to what fits, and show that it is cut."""
    if wide(line, size) <= room:
        return line
    while line and wide(line + "…", size) > room:
        line = line[:-1]
    return line.rstrip() + "…"


def pieces(words: str, size: float, room: float) -> Iterator[str]:
    """The words of a text; one that is wider than a line by itself comes in parts."""
    for word in words.split() or [""]:
        part = ""
        for char in word:
            if part and wide(part + char, size) > room:
                yield part
                part = ""
            part += char
        yield part


def wide(line: str, size: float) -> float:
    """How wide a line is at most, in pixels: by the widths of DejaVu Sans, which is wider than the fonts before it."""
    return size * sum(map(ems, line))


def ems(char: str) -> float:
    """How wide a character is, in ems."""
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.05
    if " " <= char <= "~":
        return WIDTHS[ord(char) - 32]
    return 1.0 if char in "—…" else 0.45 if char in "‹›“”–" else 0.85


def curve(points: Sequence[tuple[float, float]]) -> str:
    """A line through points, leaving and arriving level."""
    (x, y), *rest = points
    out = [f"M{x:g} {y:.1f}"]
    for to_x, to_y in rest:
        half = (x + to_x) / 2
        out.append(f"C{half:g} {y:.1f} {half:g} {to_y:.1f} {to_x:g} {to_y:.1f}")
        x, y = to_x, to_y
    return " ".join(out)


def text(
    x: float, y: float, line: str, size: float, kind: str, *, bold: bool = False, end: bool = False, label: str = ""
) -> str:
    """One line of text, after a label where there is one."""
    more = (' font-weight="600"' if bold else "") + (' text-anchor="end"' if end else "")
    said = clean(line)
    if label:
        said = f'<tspan class="soft" font-size="{LABEL_SIZE:g}">{clean(label)}</tspan><tspan dx="{GAP:g}">{said}</tspan>'
    return f'<text x="{x:g}" y="{y:g}" font-size="{size:g}" class="{kind}"{more} xml:space="preserve">{said}</text>'


def clean(line: str) -> str:
    """Write a text as XML; what XML cannot hold and what would reorder the line is made visible."""
    return escape(visible(line))


def described(rows: Sequence[Row]) -> str:
    """The plan in words, for those who cannot see it."""
    parts = []
    for row in rows:
        after = f" after {', '.join(map(str, row.needs))}" if row.needs else ""
        parts.append(f"{row.id}. {row.tool}{after}: " + "; ".join(f"{f.label} {f.value}" for f in row.fields))
    return ". ".join(parts)


def style(theme: Theme) -> str:
    """The colours; `auto` leaves the choice to the reader's system, where the viewer knows it."""
    if theme != "auto":
        return rules(1 if theme == "dark" else 0)
    return f"{rules(0)} @media (prefers-color-scheme: dark) {{ {rules(1)} }}"


def rules(at: int) -> str:
    """The colours of one theme."""
    c = {name: pair[at] for name, pair in COLOURS.items()}
    out = [
        f".back {{ fill: {c['back']} }}", f".card {{ fill: {c['card']}; stroke: {c['rim']} }}", f".text {{ fill: {c['text']} }}",
        f".soft {{ fill: {c['soft']} }}", f".edge {{ fill: none; stroke: {c['edge']}; stroke-width: 1.8 }}", f".tip {{ fill: {c['edge']} }}",
    ]  # fmt: skip
    return " ".join([*out, *(f".{name} {{ fill: {pair[at]} }}" for name, pair in EFFECTS.items())])
