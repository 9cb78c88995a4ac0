"""The shapes of the demo's garments: SVG paths on a 480 × 480 square, in the tints they are given.

Most garments are one right half, drawn twice. Colours, frames and files are `demo_pictures`' business.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Tints:
    """A garment's colour and its neighbours: `deep` for insides, `dark` for shade, `light` for edges."""

    base: str
    light: str
    dark: str
    deep: str
    stitch: str


def shape(path: str, fill: str, stroke: str = "") -> str:
    """A filled outline."""
    edge = f' stroke="{stroke}" stroke-width="2" stroke-linejoin="round"' if stroke else ""
    return f'<path d="{path}" fill="{fill}"{edge}/>'


def line(path: str, colour: str, width: float = 2, dashes: str = "") -> str:
    """A seam, or with `dashes` a row of stitches. Bands wider than 6 end square, as ribbing does."""
    broken = f' stroke-dasharray="{dashes}"' if dashes else ""
    ends = "butt" if width > 6 else "round"
    drawn = f'<path d="{path}" fill="none" stroke="{colour}" stroke-width="{width}"'
    return f'{drawn} stroke-linecap="{ends}"{broken}/>'


def both_sides(right: str) -> str:
    """The right half and its mirror image."""
    return f'<g id="h">{right}</g><use href="#h" transform="matrix(-1 0 0 1 480 0)"/>'


def ribs(first: int, last: int, step: int, top: int, bottom: int, lean: int = 0) -> str:
    """Path of the upright ribs of a knitted edge."""
    return "".join(f"M{x} {top}L{x + lean} {bottom}" for x in range(first, last, step))


def tee(c: Tints) -> str:
    half = (
        shape("M239 116L284 96L334 112C352 118 362 132 370 148L408 214L360 238L338 200C341 270 340 330"
              " 342 392C310 398 270 399 239 399Z", c.base, c.dark)
        + shape("M338 200C326 240 330 330 320 396L342 392C340 330 341 270 338 200L331 172Z", c.dark)
        + line("M331 116C326 140 328 176 338 200", c.dark)
        + line("M352 231L399 207", c.stitch, 1.5, "4 4")
        + line("M239 389C272 389 308 388 341 383", c.stitch, 1.5, "4 4")
    )  # fmt: skip
    neck = (
        shape("M196 96C222 104 258 104 284 96C276 128 204 128 196 96Z", c.deep)
        + line("M194 97C204 134 276 134 286 97", c.dark, 12)
        + line("M194 97C204 134 276 134 286 97", c.light, 8)
    )
    return shape("M236 110H244V398H236Z", c.base) + both_sides(half) + cover(c, 120, 388) + neck + crease(c)


def cover(c: Tints, top: int, bottom: int) -> str:
    """Hides the hairline where two halves meet."""
    return shape(f"M236 {top}H244V{bottom}H236Z", c.base)


def crease(c: Tints) -> str:
    """Two soft folds, the same on every top."""
    return line("M196 300C190 330 192 350 186 376M286 250C294 276 290 300 298 330", c.dark, 3)


def sleeved(c: Tints) -> str:
    """The right half of a top with long sleeves and ribbed edges: sweater and hoodie."""
    return (
        shape("M332 126C366 136 378 168 388 210L416 356L378 366L338 214Z", c.base, c.dark)
        + shape("M338 214L378 366L388 363L346 190Z", c.dark)
        + shape("M376 352L416 343L421 372Q400 384 382 379Z", c.light, c.dark)
        + line("M388 354L393 376M397 351L402 375M406 349L411 372", c.dark, 1.5)
        + shape("M239 118L284 98L336 116C350 121 342 160 340 214C344 280 342 330 342 376"
                "L239 380Z", c.base, c.dark)
        + shape("M340 200C330 250 334 320 326 377L342 376C342 330 344 280 340 214Z", c.dark)
        + shape("M239 374C276 374 312 373 342 370L338 404Q290 410 239 410Z", c.light, c.dark)
        + line(ribs(250, 336, 9, 378, 406), c.dark, 1.5)
    )  # fmt: skip


def sweater(c: Tints) -> str:
    neck = (
        shape("M196 98C222 108 258 108 284 98C276 128 204 128 196 98Z", c.deep)
        + line("M193 99C202 138 278 138 287 99", c.dark, 18)
        + line("M193 99C202 138 278 138 287 99", c.light, 14)
    )
    knit = "".join(f"M{x} {y}l7 7l7 -7" for y in (196, 218, 240) for x in range(150, 330, 18))
    middle = cover(c, 130, 370) + shape("M236 376H244V409H236Z", c.light)
    return both_sides(sleeved(c)) + middle + line(knit, c.dark, 2) + neck + crease(c)


def hoodie(c: Tints) -> str:
    hood = (
        shape("M188 118C176 66 208 46 240 46C272 46 304 66 292 118C280 150 200 150 188 118Z", c.base, c.dark)
        + shape("M206 114C200 84 216 66 240 66C264 66 280 84 274 114C262 138 218 138 206 114Z", c.deep)
        + line("M188 118C194 150 224 158 240 160C256 158 286 150 292 118", c.dark, 3)
    )
    pocket = (
        shape("M196 288H284L312 338V362H168V338Z", c.base, c.dark)
        + line("M201 294L175 340M279 294L305 340", c.stitch, 1.5, "4 4")
    )  # fmt: skip
    cords = line("M222 150C220 176 224 196 221 222M258 150C260 170 256 188 259 206", c.light, 4)
    middle = cover(c, 130, 370) + shape("M236 376H244V409H236Z", c.light)
    return both_sides(sleeved(c)) + middle + pocket + hood + cords


def parka(c: Tints) -> str:
    half = (
        shape("M330 128C362 138 376 170 384 212L408 352L370 362L336 220Z", c.base, c.dark)
        + shape("M336 220L370 362L382 359L346 196Z", c.dark)
        + line("M369 342L404 333", c.stitch, 1.5, "4 4")
        + shape("M239 122L282 104L332 122C346 127 340 170 338 214C344 290 346 350 350 418"
                "C316 426 270 427 239 427Z", c.base, c.dark)
        + shape("M338 204C328 260 336 350 328 423L350 418C346 350 344 290 338 214Z", c.dark)
        + line("M253 272H341", c.dark, 5)
        + shape("M272 312H328V382H272Z", c.base, c.dark)
        + shape("M268 306H332V330L300 337L268 330Z", c.light, c.dark)
        + line("M272 196L316 186", c.dark, 4)
        + line("M258 417C290 417 320 416 348 410", c.stitch, 1.5, "4 4")
    )  # fmt: skip
    hood = (
        shape("M182 126C170 62 204 40 240 40C276 40 310 62 298 126C284 158 196 158 182 126Z", c.light, c.dark)
        + shape("M194 122C184 72 212 54 240 54C268 54 296 72 286 122C272 146 208 146 194 122Z", c.base)
        + shape("M206 120C198 84 216 68 240 68C264 68 282 84 274 120C262 140 218 140 206 120Z", c.deep)
    )
    placket = (
        shape("M226 148H254V426H226Z", c.light, c.dark)
        + "".join(f'<circle cx="240" cy="{y}" r="4" fill="{c.deep}"/>' for y in (176, 226, 300, 350, 400))
    )  # fmt: skip
    return both_sides(half) + placket + hood + line("M216 146V186M264 146V180", c.stitch, 3)


def jeans(c: Tints) -> str:
    half = (
        shape("M239 72H318C324 116 330 180 330 250L326 424H262L250 214L239 188Z", c.base, c.dark)
        + shape("M326 424L330 250C330 220 329 190 327 166C318 250 322 340 310 424Z", c.dark)
        + shape("M250 214L262 424H274L258 196Z", c.dark)
        + line("M276 94C280 122 300 132 322 132", c.stitch, 2, "5 3")
        + line("M263 413H326", c.stitch, 2, "5 3")
        + line("M250 214C244 196 241 190 241 180", c.deep, 2)
    )  # fmt: skip
    band = (
        shape("M161 66H319L321 94H159Z", c.base, c.dark)
        + line("M163 71H317M162 89H318", c.stitch, 1.5, "5 3")
        + "".join(shape(f"M{x} 62h8v36h-8Z", c.light, c.dark) for x in (182, 290))
        + line("M254 96C254 140 252 160 240 172", c.stitch, 2, "5 3")
        + line("M240 96V180", c.deep, 2)
        + f'<circle cx="240" cy="80" r="6" fill="{c.stitch}" stroke="{c.deep}"/>'
    )
    return both_sides(half) + shape("M236 96H244V182L240 190L236 182Z", c.base) + band


def cap(c: Tints) -> str:
    return (
        shape("M112 284C108 176 172 124 246 124C322 124 372 182 368 276C300 262 190 262 112 284Z", c.base,
              c.dark)
        + shape("M246 124C322 124 372 182 368 276C352 272 334 270 318 268C322 200 296 146 246 124Z", c.dark)
        + line("M246 124C200 150 186 210 192 265M246 124C296 146 322 200 318 268", c.deep, 1.5)
        + line("M238 128C192 154 178 212 184 266M254 126C306 148 330 202 327 269", c.stitch, 1.5, "4 4")
        + "".join(f'<circle cx="{x}" cy="{y}" r="4.5" fill="{c.deep}"/>' for x, y in ((152, 198), (256, 182)))
        + shape("M368 276C300 262 190 262 112 284C92 292 62 306 44 330C40 340 52 346 66 342"
                "C150 318 260 312 356 322C366 322 370 300 368 276Z", c.light, c.dark)
        + line("M66 334C150 308 260 302 362 311M84 318C160 296 264 292 366 298M104 303"
               "C180 284 270 282 367 287", c.dark, 1.5, "5 4")
        + f'<ellipse cx="246" cy="122" rx="13" ry="6" fill="{c.light}" stroke="{c.dark}"/>'
    )  # fmt: skip


def boot(c: Tints) -> str:
    laces = "".join(f"M{250 + at * 9} {150 + at * 27}l-30 -9" for at in range(5))
    return (
        shape("M168 92C200 100 232 98 262 90C264 150 280 214 300 246C330 262 376 268 396 300"
              "C404 318 404 340 402 356H128C120 330 136 300 144 262C152 210 150 150 168 92Z", c.base, c.dark)
        + shape("M128 356C120 330 136 300 144 262C176 280 196 300 204 356Z", c.dark)
        + shape("M320 259C352 268 380 274 396 300C404 318 404 340 402 356H330C318 320 312 290 320 259Z",
                c.light, c.dark)
        + shape("M168 92C200 100 232 98 262 90L264 112C232 122 196 122 162 114Z", c.light, c.dark)
        + shape("M262 128C266 180 282 222 304 250L272 264C246 226 234 172 234 128Z", c.deep)
        + line(laces, c.stitch, 6)
        + line("M212 128C214 190 226 240 258 282", c.stitch, 1.5, "4 4")
        + line("M150 268C180 286 200 310 208 354M326 264C318 294 324 322 336 354", c.stitch, 1.5, "4 4")
        + line("M158 118C150 100 152 84 166 78", c.dark, 6)
        + shape("M122 354H404C412 362 412 374 406 384H300L288 396H128C118 384 116 366 122 354Z", "#e9e0d0",
                "#b9ab93")
        + shape("M120 376H408C412 392 406 404 396 404H300L292 412H134C122 406 118 392 120 376Z", "#4a4038")
    )  # fmt: skip


def tote(c: Tints) -> str:
    return (
        line("M190 196C186 90 204 66 226 66C250 66 266 92 264 196", c.deep, 12)
        + shape("M116 186H364L380 412C384 424 374 430 364 430H116C106 430 96 424 100 412Z", c.base, c.dark)
        + shape("M364 186L380 412C384 424 374 430 364 430H338C348 350 340 260 334 186Z", c.dark)
        + line("M117 204H363", c.stitch, 1.5, "5 4")
        + shape("M182 186H204V236H182ZM276 186H298V236H276Z", c.light, c.dark)
        + line("M185 231L201 214M201 231L185 214M279 231L295 214M295 231L279 214", c.stitch, 1.5)
        + line("M193 198C188 108 212 82 240 82C268 82 292 108 287 198", c.light, 14)
        + line("M160 270C156 310 160 350 152 400M250 300C256 340 250 370 258 410", c.dark, 3)
    )


def sock(c: Tints) -> str:
    return (
        shape("M0 0H84C84 60 80 120 84 176C90 206 130 220 152 240C172 260 160 292 128 292H66"
              "C20 290 0 262 2 216C6 150 2 70 0 0Z", c.base, c.dark)
        + shape("M4 196C36 200 56 224 50 290C18 282 0 258 2 216Z", c.dark)
        + shape("M128 228C108 248 104 272 112 292H128C160 292 172 260 152 240Z", c.dark)
        + shape("M-3 -14H87V34H-3Z", c.light, c.dark)
        + line(ribs(8, 86, 10, -10, 30), c.dark, 1.5)
        + line("M2 50H84M3 62H83", c.stitch, 4)
    )  # fmt: skip


def socks(c: Tints) -> str:
    drawn = sock(c)
    return (
        f'<g transform="translate(196 82) rotate(7)">{drawn}</g>'
        f'<g transform="translate(122 112) rotate(-4)">{drawn}</g>'
    )


GARMENTS: dict[str, Callable[[Tints], str]] = {
    "boot": boot,
    "cap": cap,
    "hoodie": hoodie,
    "jeans": jeans,
    "parka": parka,
    "socks": socks,
    "sweater": sweater,
    "tee": tee,
    "tote": tote,
}
