"""What a person sees and does in JupyterLab, in a real browser. Screenshots go to .build/screenshots."""

import pathlib
import re
import shutil

import pytest
from lab import SCREENSHOTS, Lab, Page, browser
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

PACKAGE = pathlib.Path(__file__).resolve().parents[3]

CELLS = {
    "plot": """
struct Stories { let title: String, words: [Int] }
let stories = Stories(title: "The shy cat", words: (1...400).map { ($0 * 37) % 211 })
Histogram(stories.words.map(Double.init)).title(stories.title)
""",
    "interact": """
interact(Slider("temperature", 0.1...2.0, value: 1)) { t in
    Histogram((1...300).map { i in Double((i * 31) % 97) * t }).title("t = \\(t)")
}
""",
    "widgets": """
let layers = IntSlider(1...10, value: 3, label: "layers")
let doubled = HTMLWidget("not moved")
layers.onChange { doubled.source = "<b>\\($0 * 2)</b>" }
let kind = Dropdown("model", ["GPT", "Compressor"])
let shuffle = Checkbox("shuffle the stories", value: true)
let level = ToggleButtons("level", ["low", "high"])
let prompt = Text("prompt", value: "Once upon a time")
let steps = IntProgress("steps", 0...10, value: 2)
let told = Output()
let more = Button("Advance", icon: "play", style: .primary) {
    steps.value += 1
    told.capture { print("step \\(steps.value) of \\(kind.value)") }
}
VBox {
    HBox { layers; doubled }
    HBox { kind; shuffle }
    level
    prompt
    HBox { more; steps }
    told
}
""",
    "member": "stories",
    "endless": "var count = 0\nprint(\"begun\")\nwhile true { count &+= 1 }",
    "kept": "stories.words.count",
}


@pytest.fixture(scope="module")
def driver():
    driver = browser()
    yield driver
    driver.quit()


@pytest.fixture(scope="module", params=["Light", "Dark"])
def page(request, driver, installation, tmp_path_factory):
    lab = Lab(tmp_path_factory.mktemp("lab"), theme=f"JupyterLab {request.param}")
    try:
        lab.write("proof.ipynb", [CELLS[name].strip() for name in ("plot", "interact", "widgets")] + [""])
        page = Page(driver, lab, "proof.ipynb")
        page.theme = request.param.lower()
        page.run_all()
        yield page
    finally:
        driver.get("about:blank")
        lab.close()


def screenshot(page, name):
    page.screenshot(SCREENSHOTS / f"{name}-{page.theme}.png")


def test_run_all_shows_the_picture_in_the_colours_of_the_theme(page):
    page.show(0)
    screenshot(page, "plot")
    assert "<svg" in page.picture(0) and "The shy cat" in page.picture(0)
    image = page.output(0, "img")
    assert image.value_of_css_property("color-scheme") == page.theme
    assert page.script("return arguments[0].naturalWidth", image) > 300


def test_moving_a_slider_makes_the_picture_again(page):
    page.show(1)
    before = page.picture(1)
    page.drag(page.output(1, ".noUi-handle"), 40)
    page.wait(lambda: page.picture(1) != before and page.status == "idle", "the picture to change")
    assert re.search(r"t = 1\.\d+", page.picture(1))
    shown = page.output(1, ".widget-readout").text
    page.wait(lambda: f"t = {float(shown)}<" in page.picture(1), f"the picture of {shown}")
    screenshot(page, "interact")


def test_widgets_of_every_kind_are_shown_and_answer(page):
    page.show(2)
    for kind in ("slider", "html", "dropdown", "checkbox", "toggle-buttons", "text", "button", "vbox", "hbox"):
        page.output(2, f".widget-{kind}")
    page.output(2, ".noUi-handle").send_keys(Keys.ARROW_UP)
    page.wait(lambda: [b.text for b in page.outputs(2, ".widget-html b")] == ["8"], "the handler's text")
    page.outputs(2, ".widget-dropdown option")[1].click()
    for step in (3, 4):
        page.output(2, "button.widget-button").click()
        page.wait(lambda: f"step {step} of Compressor" in page.output_text(2), "the button's work")
    assert "step 3 of Compressor" in page.output_text(2)
    screenshot(page, "widgets")


def test_tab_completes_a_member(page):
    page.edit(3)
    page.type("stories.")
    page.press(Keys.TAB)
    page.wait(lambda: {"title", "words"} <= set(offered(page)), "the kernel's names")
    screenshot(page, "completion")
    page.type("wo")
    page.wait(lambda: offered(page) == ["words"], "the names that begin so")
    page.press(Keys.ENTER)
    page.wait(lambda: "stories.words" in page.cells[3].text, "the completed name")


def test_shift_tab_tells_the_parameters(page):
    replace(page, "Stories(")
    page.press(Keys.CONTROL, Keys.END)
    page.press(Keys.SHIFT, Keys.TAB)
    tooltip = page.wait(lambda: page.driver.find_elements(By.CSS_SELECTOR, ".jp-Tooltip"), "the tooltip")[0]
    page.wait(lambda: "title: String" in tooltip.text, "the parameters")
    screenshot(page, "parameters")
    page.press(Keys.ESCAPE)


def test_an_endless_cell_is_interrupted_and_everything_is_kept(page):
    replace(page, CELLS["endless"])
    page.press(Keys.CONTROL, Keys.ENTER)
    page.wait(lambda: "begun" in page.output_text(3), "the cell to run")
    page.command("notebook:interrupt-kernel")
    page.wait(lambda: page.status == "idle" and page.prompts()[3].isdigit(), "the interrupt")
    screenshot(page, "interrupt")
    replace(page, CELLS["kept"])
    page.press(Keys.CONTROL, Keys.ENTER)
    page.wait(lambda: page.output_text(3).endswith("400"), "the value from before")


def test_restarting_forgets_and_run_all_works_again(page):
    page.start_command("kernelmenu:restart")
    page.wait(lambda: page.driver.find_elements(By.CSS_SELECTOR, ".jp-Dialog .jp-mod-accept"), "the question")[0].click()
    page.wait(lambda: page.is_done and page.status == "idle", "the kernel after its restart")
    page.run_all()
    assert page.prompts()[0] == "1" and "<svg" in page.picture(0)
    screenshot(page, "restarted")


def test_a_trusted_notebook_shows_its_pictures_before_it_is_run(driver, installation, tmp_path):
    lab = Lab(tmp_path / "lab")
    try:
        shutil.copy(PACKAGE / "notebooks/Tour.ipynb", lab.notebooks)
        lab.trust("Tour.ipynb")
        page = Page(driver, lab, "Tour.ipynb")
        page.wait(lambda: driver.find_elements(By.CSS_SELECTOR, ".jp-RenderedSVG img"), "the pictures")
        assert "untrusted" not in driver.find_element(By.CSS_SELECTOR, ".jp-Notebook").text
    finally:
        driver.get("about:blank")
        lab.close()


def test_the_tour_runs_from_top_to_bottom(driver, installation, tmp_path):
    lab = Lab(tmp_path / "lab")
    try:
        shutil.copy(PACKAGE / "notebooks/Tour.ipynb", lab.notebooks)
        page = Page(driver, lab, "Tour.ipynb")
        page.theme = "tour"
        page.run_all(timeout=1200)
        for index, cell in enumerate(page.cells):
            page.script("arguments[0].scrollIntoView({block: 'start'})", cell)
            screenshot(page, f"{index + 1}")
        errors = driver.find_elements(By.CSS_SELECTOR, "[data-mime-type='application/vnd.jupyter.error']")
        assert [error.text for error in errors] == []
        assert all(page.output_text(index) or page.picture(index) for index in range(len(page.cells)))
        assert sum(page.picture(index) is not None for index in range(len(page.cells))) >= 3
    finally:
        driver.get("about:blank")
        lab.close()


def offered(page):
    """The names in the list below the cursor."""
    return page.script(
        "return [...document.querySelectorAll('.jp-Completer-item:not([hidden]) .jp-Completer-match')]"
        ".map(match => match.textContent)")


def replace(page, text):
    """Writes a text into the last cell, whatever stood there."""
    page.edit(3)
    page.press(Keys.CONTROL, "a")
    page.script(
        "jupyterapp.shell.currentWidget.content.widgets[3].model.sharedModel.setSource(arguments[0])", text)
