"""QR codes as plain modules: pages draw them as a path, documents as squares."""

from typing import NamedTuple

import qrcode


class Picture(NamedTuple):
    """An SVG path of one square a module in a field of `side` × `side`: no image file, no inline style."""

    side: int
    path: str


def modules(text: str, *, border: int) -> list[list[bool]]:
    """The code's rows, dark or not; `border` modules of quiet zone around it (a reader wants four)."""
    code = qrcode.QRCode(border=border, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows: list[list[bool]] = code.get_matrix()
    return rows


def picture(text: str) -> Picture:
    """For a page, the quiet zone included."""
    rows = modules(text, border=4)
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return Picture(len(rows), "".join(dark))
