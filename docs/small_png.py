"""Making a screenshot small: 256 colours instead of 16 million, which pages without photographs hardly need.

Chromium reads the pixels and picks the colours, since it is there anyway; what is written is a PNG with
a palette (PNG 1.2: colour type 3, one byte a pixel, no filter).
"""

from __future__ import annotations

import base64
import struct
import zlib

from playwright.sync_api import Page

SIGNATURE = b"\x89PNG\r\n\x1a\n"

# The 256 most frequent colours are kept, every other one becomes the nearest of them.
PICK_COLOURS = """async (picture) => {
    const image = await createImageBitmap(await (await fetch('data:image/png;base64,' + picture)).blob());
    const canvas = new OffscreenCanvas(image.width, image.height).getContext('2d');
    canvas.drawImage(image, 0, 0);
    const bytes = canvas.getImageData(0, 0, image.width, image.height).data;
    const pixels = new Uint32Array(bytes.buffer), counts = new Map();
    for (const pixel of pixels) counts.set(pixel, (counts.get(pixel) || 0) + 1);
    const kept = [...counts].sort((a, b) => b[1] - a[1]).slice(0, 256).map(([pixel]) => pixel);
    const parts = (pixel) => [pixel & 255, (pixel >> 8) & 255, (pixel >> 16) & 255];
    const palette = kept.map(parts), place = new Map(kept.map((pixel, index) => [pixel, index]));
    const nearest = (pixel) => {
        const [r, g, b] = parts(pixel);
        let best = 0, least = Infinity;
        palette.forEach(([r2, g2, b2], index) => {
            const far = (r - r2) ** 2 + (g - g2) ** 2 + (b - b2) ** 2;
            if (far < least) { least = far; best = index; }
        });
        return best;
    };
    const indexes = new Uint8Array(pixels.length);
    pixels.forEach((pixel, at) => {
        if (!place.has(pixel)) place.set(pixel, nearest(pixel));
        indexes[at] = place.get(pixel);
    });
    let text = '';
    for (let at = 0; at < indexes.length; at += 32768)
        text += String.fromCharCode(...indexes.subarray(at, at + 32768));
    return {width: image.width, height: image.height, palette: palette.flat(), indexes: btoa(text)};
}"""


def small_png(blank_page: Page, picture: bytes) -> bytes:
    """The same picture in at most 256 colours. `blank_page` has no content policy of its own."""
    found = blank_page.evaluate(PICK_COLOURS, base64.b64encode(picture).decode())
    width, height = found["width"], found["height"]
    indexes = base64.b64decode(found["indexes"])
    rows = b"".join(b"\0" + indexes[at : at + width] for at in range(0, width * height, width))
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", bytes(found["palette"])), (b"IDAT", zlib.compress(rows, 9)))
    return SIGNATURE + b"".join(_chunk(name, data) for name, data in (*chunks, (b"IEND", b"")))


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
