"""Questions that cells ask."""


def answer_question(kernel, code, text):
    identifier = kernel.start(code, allow_stdin=True)
    request = kernel.client.get_stdin_msg(timeout=20)
    assert request["parent_header"]["msg_id"] == identifier
    kernel.client.input(text)
    return request["content"], kernel.reply(identifier), kernel.published(identifier)


def test_read_line(kernel):
    content, reply, published = answer_question(kernel, 'let name = readLine()\nprint(name ?? "nothing")', "Lily")
    assert content["password"] is False
    assert reply["content"]["status"] == "ok"
    assert "Lily\n" in "".join(m["content"]["text"] for m in published if m["msg_type"] == "stream")


def test_read_password(kernel):
    content, reply, _ = answer_question(kernel, 'let secret = try readPassword("Key: ")', "hush")
    assert content == {"prompt": "Key: ", "password": True}
    assert reply["content"]["status"] == "ok"


def test_text_before_a_question_is_published_first(kernel):
    identifier = kernel.start('print("who?")\n_ = readLine()', allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=20)
    kernel.wait_for_text(identifier, "who?", timeout=5)
    kernel.client.input("x")
    kernel.reply(identifier)


def test_where_nobody_can_be_asked_the_cell_does_not_wait(kernel):
    answer = kernel.run('try readPassword("Key: ")', allow_stdin=False, timeout=10)
    assert answer.status == "error"
    answer = kernel.run("let line = readLine()\nline == nil", allow_stdin=False, timeout=10)
    assert answer.status == "error" or answer.result == "true"


def test_an_interrupt_ends_a_question(kernel):
    identifier = kernel.start("let unanswered = readLine()", allow_stdin=True)
    kernel.client.get_stdin_msg(timeout=20)
    kernel.ask("interrupt_request", channel="control")
    kernel.reply(identifier, timeout=10)
    assert kernel.run("1 + 1").result == "2"


def send_answer(kernel, text, parent=None):
    kernel.client.stdin_channel.send(kernel.client.session.msg("input_reply", {"value": text}, parent=parent))


def test_an_answer_to_what_is_no_longer_asked_is_lost(kernel):
    first = kernel.start("let early = readLine()", allow_stdin=True)
    given_up = kernel.client.get_stdin_msg(timeout=20)
    kernel.ask("interrupt_request", channel="control")
    kernel.reply(first, timeout=10)
    # Before the next question, from a client that names no question, and after it from one that does.
    send_answer(kernel, "late")
    kernel.ask("kernel_info_request")
    second = kernel.start('print("got", readLine()!)\nprint("then", readLine()!)', allow_stdin=True)
    asked = kernel.client.get_stdin_msg(timeout=20)
    send_answer(kernel, "later", parent=given_up)
    send_answer(kernel, "right", parent=asked)
    again = kernel.client.get_stdin_msg(timeout=20)
    send_answer(kernel, "twice", parent=asked)
    send_answer(kernel, "next", parent=again)
    kernel.reply(second)
    assert "".join(
        m["content"]["text"] for m in kernel.published(second) if m["msg_type"] == "stream") == "got right\nthen next\n"
