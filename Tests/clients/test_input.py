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
