"""Pictures for demo news: drawn hills, so that no photograph of anybody is needed."""

import math
import random

from PIL import Image, ImageDraw, ImageFilter

WIDTH, HEIGHT = 1200, 640
# Sky from top to horizon, sun, and hills from far to near.
PALETTES = (
    ("#cfe3e1", "#f6efe0", "#f2c879", ("#a9c9c4", "#7fada7", "#548f88", "#2f6f69", "#1f5f5b")),
    ("#f3d9c4", "#fbf3e4", "#e98f62", ("#d9b39c", "#bf8a72", "#96624f", "#6d4438", "#4a2d27")),
    ("#d6dff0", "#f5f2ea", "#f0b95b", ("#b3c3df", "#8aa1ca", "#6480b0", "#43608f", "#2b4570")),
    ("#e3e8cf", "#fbf8ea", "#e6a94a", ("#c3cfa0", "#9fb277", "#7a9155", "#56703a", "#3a5427")),
)


def landscape(rng: random.Random) -> Image.Image:
    """Layered hills under a low sun, in one of a few palettes."""
    top, horizon, sun, hills = rng.choice(PALETTES)
    image = _sky(top, horizon)
    draw = ImageDraw.Draw(image)
    x, radius = rng.randint(WIDTH // 5, 4 * WIDTH // 5), rng.randint(48, 80)
    y = HEIGHT * 2 // 5
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=sun)
    for number, colour in enumerate(hills):
        draw.polygon(_hill(rng, HEIGHT * (0.45 + 0.11 * number)), fill=colour)
    return image.filter(ImageFilter.SMOOTH)


def _sky(top: str, horizon: str) -> Image.Image:
    mask = Image.linear_gradient("L").resize((WIDTH, HEIGHT))
    return Image.composite(Image.new("RGB", mask.size, horizon), Image.new("RGB", mask.size, top), mask)


def _hill(rng: random.Random, base: float) -> list[tuple[float, float]]:
    """A rolling line at about `base` pixels from the top, closed along the bottom edge."""
    waves = [(rng.uniform(0.6, 2.4), rng.uniform(0, math.tau), rng.uniform(14, 46)) for _ in range(3)]
    line = [
        (x, base + sum(size * math.sin(count * math.tau * x / WIDTH + phase) for count, phase, size in waves))
        for x in range(0, WIDTH + 8, 8)
    ]
    return [*line, (WIDTH, HEIGHT), (0, HEIGHT)]
