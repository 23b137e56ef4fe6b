"""Writes states.json: the state with which ipywidgets opens each control, by the control's name.

    python make.py        (with ipywidgets 8 installed)
"""

import json
import pathlib

import ipywidgets

CONTROLS = {
    "IntSlider": {},
    "FloatSlider": {},
    "Dropdown": {"options": ["a", "b"]},
    "Checkbox": {},
    "ToggleButtons": {"options": ["a", "b"]},
    "Text": {},
    "Button": {},
    "IntProgress": {},
    "HTML": {},
    "Output": {},
    "HBox": {},
    "VBox": {},
}

states = {}
for name, arguments in CONTROLS.items():
    state = getattr(ipywidgets, name)(**arguments).get_state()
    states[name] = {key: value for key, value in state.items() if key not in ("layout", "style")}
    states[name]["style"] = None

target = pathlib.Path(__file__).with_name("states.json")
target.write_text(json.dumps(states, indent=1, sort_keys=True) + "\n")
