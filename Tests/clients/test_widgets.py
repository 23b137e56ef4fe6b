"""Comms and widgets, as a page's end of them meets the kernel."""

import pytest


def opened(answer):
    """The widgets that a cell opened, by their models' names."""
    return {
        content["data"]["state"]["_model_name"]: content["comm_id"]
        for content in answer.contents("comm_open")
        if "state" in content["data"]
    }


def move(kernel, comm, **state):
    """A change in the page, and everything up to the end of its handling, whatever request it belongs to."""
    data = {"method": "update", "state": state, "buffer_paths": []}
    identifier = kernel.send("comm_msg", {"comm_id": comm, "data": data})
    said = []
    while True:
        message = kernel.client.get_iopub_msg(timeout=30)
        said.append(message)
        if message["parent_header"].get("msg_id") == identifier and message["content"].get("execution_state") == "idle":
            return identifier, said


def test_a_target_that_a_cell_accepts_answers(kernel):
    assert kernel.run('''
        Comm.accept("echo") { comm, opening in
            comm.send(["opened": opening.data])
            comm.onMessage { comm.send(["echo": $0.data], buffers: $0.buffers) }
        }''').status == "ok"
    opening = kernel.published(kernel.send("comm_open", {"comm_id": "e1", "target_name": "echo", "data": {"a": 1}}))
    assert [m["content"]["data"] for m in opening if m["msg_type"] == "comm_msg"] == [{"opened": {"a": 1}}]
    info = kernel.ask("comm_info_request", {"target_name": "echo"}).content
    assert info["comms"] == {"e1": {"target_name": "echo"}}
    message = kernel.client.session.msg("comm_msg", {"comm_id": "e1", "data": {"snake_case": [1, 2.5, None]}})
    kernel.client.session.send(kernel.client.shell_channel.socket, message, buffers=[b"\x01\x02"])
    echoed = [m for m in kernel.published(message["header"]["msg_id"]) if m["msg_type"] == "comm_msg"]
    assert echoed[0]["content"]["data"] == {"echo": {"snake_case": [1, 2.5, None]}}
    assert [bytes(buffer) for buffer in echoed[0]["buffers"]] == [b"\x01\x02"]
    kernel.published(kernel.send("comm_close", {"comm_id": "e1", "data": {}}))
    assert kernel.ask("comm_info_request", {"target_name": "echo"}).content["comms"] == {}


def test_a_slider_runs_its_handler_and_is_echoed(kernel):
    answer = kernel.run('let n = IntSlider("n", 0...10)\nn.onChange { print("n is", $0) }\nn')
    comm = opened(answer)["IntSliderModel"]
    cell = answer.published[0]["parent_header"]["msg_id"]
    assert answer.contents("execute_result")[0]["data"]["application/vnd.jupyter.widget-view+json"]["model_id"] == comm
    identifier, said = move(kernel, comm, value=7)
    echo = [m for m in said if m["msg_type"] == "comm_msg"][0]
    assert echo["content"]["data"] == {"method": "echo_update", "state": {"value": 7}, "buffer_paths": []}
    assert echo["parent_header"]["msg_id"] == identifier
    # What the handler prints stands below the cell that made the slider.
    printed = [m for m in said if m["msg_type"] == "stream"][0]
    assert printed["content"]["text"] == "n is 7\n" and printed["parent_header"]["msg_id"] == cell
    assert kernel.run("n.value").result == "7"


def test_interact_replaces_its_picture_before_the_page_hears_that_it_is_done(kernel):
    answer = kernel.run('interact(Slider("t", 0.0...1.0, value: 0.5)) { t in SVG("<svg>\\(t)</svg>") }')
    comm = opened(answer)["FloatSliderModel"]
    first = answer.contents("display_data")[-1]
    assert first["data"]["image/svg+xml"] == "<svg>0.5</svg>"
    identifier, said = move(kernel, comm, value=0.25)
    updates = [m for m in said if m["msg_type"] == "update_display_data"]
    assert [m["content"]["data"]["image/svg+xml"] for m in updates] == ["<svg>0.25</svg>"]
    assert updates[0]["content"]["transient"] == first["transient"]
    assert updates[0]["parent_header"]["msg_id"] == identifier


def test_a_page_that_is_loaded_again_gets_every_widget(kernel):
    comm = opened(kernel.run('Text("prompt", value: "Once")'))["TextModel"]
    kernel.published(kernel.send("comm_open", {"comm_id": "control", "target_name": "jupyter.widget.control", "data": {}}))
    said = kernel.published(kernel.send("comm_msg", {"comm_id": "control", "data": {"method": "request_states"}}))
    update = [m["content"]["data"] for m in said if m["msg_type"] == "comm_msg"][0]
    assert update["method"] == "update_states"
    assert update["states"][comm]["state"]["value"] == "Once"
    assert update["states"][comm]["model_name"] == "TextModel"


@pytest.mark.parametrize("wrong", ["print([1, 2][n])", "struct Unfit: Error {}; throw Unfit()", "while n > 0 {}"])
def test_a_handler_that_fails_ends_alone(kernel, wrong):
    answer = kernel.run(f'let kept = 42\nlet bad = IntSlider("bad", 0...5, value: 0)\nbad.onChange {{ n in {wrong} }}\nbad')
    assert answer.status == "ok", answer.content
    comm = opened(answer)["IntSliderModel"]
    if "while" in wrong:
        data = {"method": "update", "state": {"value": 3}, "buffer_paths": []}
        identifier = kernel.send("comm_msg", {"comm_id": comm, "data": data})
        kernel.published(identifier, until=lambda m: m["msg_type"] == "comm_msg")
        kernel.ask("interrupt_request", channel="control")
        kernel.published(identifier)
    else:
        _, said = move(kernel, comm, value=3)
        assert any(m["content"].get("name") == "stderr" for m in said)
    assert kernel.run("kept + bad.value").result == "45"


@pytest.mark.parametrize("wrong", ["print([1][3])", "struct Unfit: Error {}; throw Unfit()"])
def test_a_comm_whose_opening_fails_is_closed(kernel, wrong):
    assert kernel.run(f'let safe = 7\nComm.accept("frail") {{ comm, _ in {wrong} }}').status == "ok"
    opening = kernel.published(kernel.send("comm_open", {"comm_id": "f1", "target_name": "frail", "data": {}}))
    assert [m["content"] for m in opening if m["msg_type"] == "comm_close"] == [{"comm_id": "f1", "data": {}}]
    assert any(m["content"].get("name") == "stderr" for m in opening)
    assert kernel.ask("comm_info_request", {"target_name": "frail"}).content["comms"] == {}
    assert kernel.run("safe").result == "7"


def test_a_handler_that_fails_leaves_its_comm_open(kernel):
    kernel.run('struct Unlucky: Error {}\nComm.accept("moody") { comm, _ in\n'
               '    comm.onMessage { if $0.data == 13 { throw Unlucky() }; comm.send($0.data) }\n}')
    kernel.published(kernel.send("comm_open", {"comm_id": "m1", "target_name": "moody", "data": {}}))
    for data, expected in [({"a": 1}, [{"a": 1}]), (13, []), ({"a": 2}, [{"a": 2}])]:
        said = kernel.published(kernel.send("comm_msg", {"comm_id": "m1", "data": data}))
        assert [m["content"]["data"] for m in said if m["msg_type"] == "comm_msg"] == expected
        assert ("Unlucky" in str(said)) == (expected == [])
    assert "m1" in kernel.ask("comm_info_request", {"target_name": "moody"}).content["comms"]


@pytest.mark.parametrize("wrong", ["return [10, 11][n]", "struct Bad: Error {}; if n > 1 { throw Bad() }; return n + 10"])
def test_an_error_stands_in_place_of_the_picture_until_the_next_move(kernel, wrong):
    answer = kernel.run(f'interact(IntSlider("i", 0...5, value: 0)) {{ n in {wrong} }}')
    comm = opened(answer)["IntSliderModel"]
    picture = answer.contents("display_data")[-1]["transient"]

    def shown(value):
        _, said = move(kernel, comm, value=value)
        assert not [m for m in said if m["msg_type"] == "stream"]
        updates = [m["content"] for m in said if m["msg_type"] == "update_display_data"]
        assert [u["transient"] for u in updates] == [picture]
        return updates[0]["data"]

    failed = shown(4)
    assert "Index out of range" in failed["text/plain"] or "Bad()" in failed["text/plain"]
    assert failed["application/vnd.jupyter.stderr"] == failed["text/plain"]
    assert shown(1) == {"text/plain": "11"}


def test_an_interact_whose_first_picture_fails_works_at_the_next_move(kernel):
    answer = kernel.run('interact(IntSlider("j", 0...5, value: 5)) { n in [20, 21][n] }')
    assert answer.status == "error" and "Index out of range" in answer.content["evalue"]
    _, said = move(kernel, opened(answer)["IntSliderModel"], value=1)
    shown = [m for m in said if m["msg_type"] == "display_data"]
    assert [m["content"]["data"]["text/plain"] for m in shown] == ["21"]
    assert shown[0]["parent_header"]["msg_id"] == answer.reply["parent_header"]["msg_id"]


def test_what_a_page_gives_is_kept_within_the_range(kernel):
    comm = opened(kernel.run('let kept7 = IntSlider("k", 0...10, value: 3)\nkept7'))["IntSliderModel"]
    for given, value in [(99, "10"), (-1, "0"), ("x", "0"), (None, "0"), (2.5, "0"), (4, "4")]:
        _, said = move(kernel, comm, value=given)
        assert ("ignored" in str(said)) == (given in ("x", None, 2.5))
        assert kernel.run("kept7.value").result == value
    answer = kernel.run('Slider("t", 0...Double.infinity)')
    assert answer.status == "error" and answer.content["evalue"] == 'Slider "t": the range 0.0...inf is not finite'
