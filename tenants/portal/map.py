"""The ten départements as a schematic drawing, from a mesh of shared corners (longitude, latitude)."""

from dataclasses import dataclass

WIDTH, HEIGHT = 400, 332
_WEST, _NORTH, _X, _Y = 3.36, 50.2, 82, 121

_CORNERS = {
    "a1": (4.22, 49.95), "a2": (4.66, 49.98), "a3": (4.84, 50.15), "a4": (4.92, 49.80), "a5": (5.40, 49.61),
    "a6": (5.12, 49.46), "a7": (4.95, 49.24), "a8": (4.05, 49.40), "m1": (3.66, 49.30), "m2": (3.42, 48.92),
    "m3": (3.43, 48.53), "m4": (4.15, 48.71), "m5": (4.67, 48.53), "m6": (4.99, 48.69), "m7": (4.89, 48.96),
    "u1": (3.40, 48.36), "u2": (3.62, 48.14), "u3": (3.82, 47.95), "u4": (4.30, 47.94), "u5": (4.58, 47.97),
    "u6": (4.84, 48.10), "u7": (4.74, 48.38), "h1": (5.46, 48.42), "h2": (5.62, 48.08), "h3": (5.88, 47.93),
    "h4": (5.58, 47.68), "h5": (5.36, 47.60), "h6": (4.97, 47.61), "h7": (4.78, 47.84), "s1": (5.48, 49.50),
    "s2": (5.70, 49.26), "s3": (5.74, 48.94), "s4": (5.86, 48.68), "s5": (5.77, 48.49), "n1": (5.84, 49.54),
    "n2": (5.99, 49.26), "n3": (6.03, 48.96), "n4": (6.38, 48.86), "n5": (6.68, 48.70), "n6": (7.12, 48.57),
    "o1": (5.94, 49.49), "o2": (6.36, 49.46), "o3": (6.56, 49.40), "o4": (6.74, 49.17), "o5": (7.06, 49.14),
    "o6": (7.36, 49.16), "o7": (7.64, 49.05), "o8": (7.16, 48.94), "o9": (7.29, 48.76), "b1": (7.95, 49.04),
    "b2": (8.21, 48.97), "b3": (7.97, 48.74), "b4": (7.80, 48.54), "b5": (7.74, 48.32), "b6": (7.60, 48.14),
    "b7": (7.21, 48.31), "v1": (6.85, 48.41), "v2": (6.50, 48.41), "v3": (6.14, 48.35), "v4": (7.04, 48.05),
    "v5": (6.85, 47.82), "v6": (6.45, 47.91), "v7": (6.16, 47.98), "r1": (7.56, 47.92), "r2": (7.53, 47.60),
    "r3": (7.36, 47.44), "r4": (7.10, 47.50), "n7": (7.09, 48.50),
}  # fmt: skip
_OUTLINES = {
    "008": "a1 a2 a3 a4 a5 a6 a7 a8",
    "010": "m3 m4 m5 u7 u6 u5 u4 u3 u2 u1",
    "051": "a8 a7 m7 m6 m5 m4 m3 m2 m1",
    "052": "m5 m6 h1 h2 h3 h4 h5 h6 h7 u5 u6 u7",
    "054": "s1 n1 o1 n2 n3 n4 n5 n6 n7 v1 v2 v3 s5 s4 s3 s2",
    "055": "a5 s1 s2 s3 s4 s5 h1 m6 m7 a7 a6",
    "057": "o1 o2 o3 o4 o5 o6 o7 o8 o9 n6 n5 n4 n3 n2",
    "067": "o7 b1 b2 b3 b4 b5 b6 b7 n7 n6 o9 o8",
    "068": "b6 r1 r2 r3 r4 v5 v4 b7",
    "088": "h1 s5 v3 v2 v1 n7 b7 v4 v5 v6 v7 h3 h2",
}
# Where the number stands, when the middle of the corners is not a good place.
_LABELS = {
    "054": (6.22, 48.66),
    "057": (6.66, 48.98),
    "051": (4.25, 48.98),
    "067": (7.55, 48.62),
    "055": (5.36, 49.02),
}


@dataclass(frozen=True)
class Shape:
    """One département: its code, the points of its outline, and the middle of its label."""

    code: str
    points: str
    x: int
    y: int

    @property
    def number(self) -> str:
        return self.code.removeprefix("0")


def _at(longitude: float, latitude: float) -> tuple[int, int]:
    return round((longitude - _WEST) * _X), round((_NORTH - latitude) * _Y)


def _shape(code: str, names: str) -> Shape:
    corners = [_CORNERS[name] for name in names.split()]
    middle = _LABELS.get(code) or tuple(sum(axis) / len(corners) for axis in zip(*corners, strict=True))
    points = " ".join(f"{x},{y}" for x, y in (_at(*corner) for corner in corners))
    x, y = _at(middle[0], middle[1])
    return Shape(code, points, x, y)


SHAPES = tuple(_shape(code, names) for code, names in _OUTLINES.items())
