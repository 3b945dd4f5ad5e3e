"""A QR code as the path of an SVG picture: no image file, no inline style."""

from typing import NamedTuple

import qrcode


class Picture(NamedTuple):
    side: int
    path: str


def qr_path(text: str) -> Picture:
    """One square a module, the quiet zone included."""
    code = qrcode.QRCode(border=4, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    code.make(fit=True)
    rows = code.get_matrix()
    dark = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, is_dark in enumerate(row) if is_dark]
    return Picture(len(rows), "".join(dark))
