"""Jupyter's own conformance suite, with every option on."""

import unittest

from jupyter_kernel_test import IopubWelcomeTests, KernelTests


class SwiftKernelTests(KernelTests):
    kernel_name = "swift"
    language_name = "swift"
    file_extension = ".swift"
    code_hello_world = 'print("hello, world")'
    code_stderr = 'import Foundation\nfputs("oops\\n", stderr)'
    completion_samples = [{"text": "[1, 2].isEmp", "matches": {"isEmpty"}}, {"text": "Int.ma"}]
    complete_code_samples = ["1", 'print("hello, world")', "func f(x: Int) -> Int {\n    x * 2\n}\n\nf(x: 1)"]
    incomplete_code_samples = ['print("""hello', "func f(x: Int) -> Int {\n    x * 2", "let a = [1,"]
    invalid_code_samples = ["import = 7q", "let a = )"]
    code_page_something = "print?"
    code_generate_error = "let none: Int? = nil\nnone!"
    code_execute_result = [
        {"code": "1 + 2 + 3", "result": "6"},
        {"code": "(1...5).map { $0 * $0 }", "result": "[1, 4, 9, 16, 25]"},
        {"code": 'HTML("<b>x</b>")', "mime": "text/html", "result": "<b>x</b>"},
    ]
    code_display_data = [
        {"code": 'display(HTML("<b>x</b>"))', "mime": "text/html"},
        {"code": 'display(SVG("<svg/>"))', "mime": "image/svg+xml"},
    ]
    code_history_pattern = "1 ? 2*"
    supported_history_operations = ("tail", "range", "search")
    code_inspect_sample = "print"
    code_clear_output = "clearOutput()"


class SwiftWelcomeTests(IopubWelcomeTests):
    kernel_name = "swift"
    support_iopub_welcome = True


# The suite's own classes would run against a kernel that is not here.
del KernelTests, IopubWelcomeTests
