"""A short session of everything at once; `soak.py` runs a long one."""

from soak import Soak


def test_a_session_of_traps_and_interrupts_keeps_its_state():
    soak = Soak(seed=11, patience=60)
    try:
        soak.go(cells=150)
    finally:
        soak.close()
    # How late an interrupt is depends on what else the machine does.
    assert [trouble for trouble in soak.troubles if trouble.kind != "late"] == []
