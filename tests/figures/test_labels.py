"""Labels of figures: as wide as they are measured, cut to the room that they have."""

import pytest
from hypothesis import given
from hypothesis import settings as given_settings
from hypothesis import strategies as st

from topics.figures import labels, style


@given(st.text(max_size=60), st.floats(0.4, 4), st.sampled_from(["normal", "bold"]))
@given_settings(max_examples=60, deadline=None)
def test_a_label_is_cut_to_its_room_and_its_beginning_stays(text: str, room: float, weight: str) -> None:
    short = labels.truncate(text, room, 7, weight)
    whole = " ".join(text.split())
    assert labels.text_width(short, 7, weight) <= room + 1e-9
    assert short == whole or (short.endswith("…") and whole.startswith(short[:-1]))
    assert (short == whole) == (labels.text_width(whole, 7, weight) <= room)
    lines = labels.wrap(text, room, 3, 7, weight).split("\n")
    assert len(lines) <= 3
    assert max(labels.text_width(line, 7, weight) for line in lines) <= room + 1e-9


def test_the_width_of_a_label_is_what_is_drawn() -> None:
    with style.context():
        figure = style.new_chart(6, 1)
        for text in ("Territory, borders and unrecognised republics", "Многополярный мир"):
            for weight in ("normal", "bold"):
                box = figure.text(0, 0, text, fontsize=7, fontweight=weight).get_window_extent()
                assert labels.text_width(text, 7, weight) == pytest.approx(box.width / figure.dpi, rel=0.05)
