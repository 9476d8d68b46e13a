"""Colours of themes: one each, told apart by colour-blind readers, too."""

import itertools

import numpy as np
import pytest
from matplotlib.colors import to_hex, to_rgb

from topics import codebook as codebooks
from topics import tables
from topics.codebook import Codebook
from topics.errors import TopicsWarning
from topics.figures import style


def book(n: int, own: dict[int, str] | None = None) -> Codebook:
    own = own or {}
    return codebooks.from_dict({"theme": [{"name": f"t{i}", "keywords": ["w"], "colour": own.get(i, "")} for i in range(n)]})


@pytest.mark.parametrize("own", [{}, {3: "#123456"}, {0: "#117733"}, {5: "#e69f00"}, {2: "#661100", 9: "#0072B2"}], ids=str)
@pytest.mark.parametrize("n", [10, 14])
def test_up_to_fourteen_themes_have_colours_of_their_own(n: int, own: dict[int, str]) -> None:
    palette = style.theme_colours(book(n, own))
    assert len({to_hex(colour) for colour in palette.values()}) == n + 1
    for i, colour in own.items():
        assert to_hex(palette[f"t{i}"]) == colour.lower()
    assert palette == style.theme_colours(book(n, own))


def test_a_colour_chosen_for_one_theme_moves_no_other() -> None:
    plain = style.theme_colours(book(14))
    chosen = style.theme_colours(book(14, {3: "#123456"}))
    assert {name for name in plain if plain[name] != chosen[name]} == {"t3"}
    assert [plain[f"t{i}"] for i in range(5)] == [style.theme_colours(book(5))[f"t{i}"] for i in range(5)]


def test_unassigned_is_a_grey_and_no_theme_is() -> None:
    palette = style.theme_colours(book(14))

    def colourful(colour: str) -> float:
        rgb = to_rgb(colour)
        return max(rgb) - min(rgb)

    assert colourful(palette[tables.UNASSIGNED]) == 0
    assert min(colourful(palette[f"t{i}"]) for i in range(14)) > 0.1


DICHROMACY = {
    "none": np.eye(3),
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]],
}
"""Of Machado, Oliveira and Fernandes 2009, severity 1, for linear RGB."""
XYZ = np.array([[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]])


def lab(colour: str, seen: str = "none") -> np.ndarray:
    """CIE L*a*b* of a colour (D65), as a reader with this sight has it."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    ratio = XYZ @ np.clip(np.array(DICHROMACY[seen]) @ linear, 0, 1) / [0.95047, 1, 1.08883]
    x, y, z = np.where(ratio > 216 / 24389, np.cbrt(ratio), (24389 / 27 * ratio + 16) / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


def apart(one: np.ndarray, other: np.ndarray) -> float:
    """CIEDE2000, the difference that is seen between two colours (Sharma, Wu and Dalal 2005)."""
    mean = (np.hypot(*one[1:]) + np.hypot(*other[1:])) / 2
    stretch = 1.5 - 0.5 * np.sqrt(mean**7 / (mean**7 + 25**7))
    (l1, a1, b1), (l2, a2, b2) = one, other
    a1, a2 = a1 * stretch, a2 * stretch
    c1, c2 = np.hypot(a1, b1), np.hypot(a2, b2)
    h1, h2 = np.degrees(np.arctan2([b1, b2], [a1, a2])) % 360
    turn = (h2 - h1 + 180) % 360 - 180
    light, chroma, hue = (l1 + l2) / 2, (c1 + c2) / 2, np.radians(h1 + turn / 2)
    terms = ((1, 0, -0.17, 30), (2, 0, 0.24, 0), (3, 6, 0.32, 0), (4, -63, -0.20, 0))
    t = 1 + sum(weight * np.cos(n * hue + np.radians(plus - minus)) for n, plus, weight, minus in terms)
    dl = (l2 - l1) / (1 + 0.015 * (light - 50) ** 2 / np.sqrt(20 + (light - 50) ** 2))
    dc = (c2 - c1) / (1 + 0.045 * chroma)
    dh = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2)) / (1 + 0.015 * chroma * t)
    spin = np.radians(60 * np.exp(-(((np.degrees(hue) % 360 - 275) / 25) ** 2)))
    rotation = -2 * np.sqrt(chroma**7 / (chroma**7 + 25**7)) * np.sin(spin)
    return float(np.sqrt(dl**2 + dc**2 + dh**2 + rotation * dc * dh))


@pytest.mark.parametrize(
    ("one", "other", "difference"),
    [
        ((50, 2.6772, -79.7751), (50, 0, -82.7485), 2.0425),
        ((60.2574, -34.0099, 36.2677), (60.4626, -34.1751, 39.4387), 1.2644),
        ((50, 2.5, 0), (73, 25, -18), 27.1492),
        ((22.7233, 20.0904, -46.6940), (23.0331, 14.9730, -42.5619), 2.0373),
    ],
)
def test_the_difference_of_colours_is_that_of_the_published_pairs(one: tuple, other: tuple, difference: float) -> None:
    assert apart(np.array(one), np.array(other)) == pytest.approx(difference, abs=1e-4)


@pytest.mark.parametrize("seen", DICHROMACY)
@pytest.mark.parametrize(("n", "floor"), [(8, 15), (14, 8)])
def test_colours_of_themes_are_told_apart_by_colour_blind_readers(n: int, floor: float, seen: str) -> None:
    near = {(a, b): apart(lab(a, seen), lab(b, seen)) for a, b in itertools.combinations(style.PALETTE[:n], 2)}
    assert {pair: round(value, 1) for pair, value in near.items() if value < floor} == {}
    assert min(apart(lab(colour, seen), lab(style.GREY, seen)) for colour in style.PALETTE[:n]) > 9


def test_one_warning_names_the_scripts_that_no_font_has() -> None:
    style.warn_of_missing("")
    with pytest.warns(TopicsWarning) as caught:
        style.warn_of_missing("能源ที能の")
    assert [str(warning.message) for warning in caught] == [
        "no installed font has 5 of the figures' characters (Thai: ที; Chinese, Japanese or Korean: の源能), which are drawn"
        " as boxes; install Noto Sans Thai and Noto Sans CJK or another font that has them"
    ]
