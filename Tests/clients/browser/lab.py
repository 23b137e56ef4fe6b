"""A real JupyterLab in a real browser, and what a person does there."""

import json
import os
import pathlib
import secrets
import subprocess
import sys
import time

import nbformat
from selenium import webdriver
from selenium.common.exceptions import TimeoutException
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

PATIENCE = 120
SCREENSHOTS = pathlib.Path(__file__).resolve().parents[3] / ".build/screenshots"


class Lab:
    """A JupyterLab on loopback with settings, runtime files and notebooks of its own."""

    def __init__(self, folder, theme="JupyterLab Light"):
        self.folder = folder
        self.notebooks = folder / "notebooks"
        self.runtime = folder / "runtime"
        self.token = secrets.token_hex(16)
        for part in (self.notebooks, self.runtime):
            part.mkdir(parents=True)
        settings = folder / "settings/@jupyterlab"
        for name, values in {
            "apputils-extension/themes": {"theme": theme},
            "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
            "docmanager-extension/plugin": {"autosave": False},
            "notebook-extension/tracker": {"windowingMode": "none"},
            # A busy machine's first names may take longer than the second that JupyterLab waits for them.
            "completer-extension/manager": {"providerTimeout": 1000 * PATIENCE},
        }.items():
            file = settings / f"{name}.jupyterlab-settings"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(json.dumps(values))
        self.environment = dict(
            os.environ,
            JUPYTER_DATA_DIR=str(folder / "data"),
            JUPYTER_RUNTIME_DIR=str(self.runtime),
            JUPYTER_CONFIG_DIR=str(folder / "configuration"),
            JUPYTERLAB_SETTINGS_DIR=str(folder / "settings"),
            JUPYTERLAB_WORKSPACES_DIR=str(folder / "workspaces"),
        )
        self.log = open(folder / "jupyterlab.log", "w")
        self.process = subprocess.Popen(
            [
                sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0",
                f"--IdentityProvider.token={self.token}", f"--ServerApp.root_dir={self.notebooks}",
                "--LabApp.expose_app_in_browser=True",
            ],
            env=self.environment, stdout=self.log, stderr=self.log)
        self.address = self._address()

    def _address(self):
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            for file in self.runtime.glob("jpserver-*.json"):
                try:
                    return json.loads(file.read_text())["url"]
                except (json.JSONDecodeError, KeyError):
                    continue
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise RuntimeError("JupyterLab did not start:\n" + pathlib.Path(self.log.name).read_text())

    def write(self, name, cells, kernel="swift"):
        """Puts a notebook with the given cells into the folder."""
        notebook = nbformat.v4.new_notebook(
            cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
            metadata={"kernelspec": {"name": kernel, "display_name": kernel, "language": kernel}})
        nbformat.write(notebook, self.notebooks / name)

    def trust(self, name):
        """Marks a notebook as one whose outputs may be shown."""
        subprocess.run(
            [sys.executable, "-m", "nbformat.sign", self.notebooks / name], env=self.environment, check=True,
            stdout=subprocess.DEVNULL)

    def close(self):
        self.process.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.log.close()


def browser():
    """Chromium without a window."""
    options = webdriver.ChromeOptions()
    options.binary_location = "/usr/bin/chromium"
    for option in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
                   "--window-size=1300,1000", "--force-color-profile=srgb"):
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    return webdriver.Chrome(options=options, service=webdriver.ChromeService("/usr/bin/chromedriver"))


class Page:
    """A notebook that is open in the browser."""

    def __init__(self, driver, lab, notebook):
        self.driver = driver
        driver.get(f"{lab.address}lab/tree/{notebook}?token={lab.token}&reset")
        self.wait(
            lambda: self.script("return !!window.jupyterapp?.shell?.currentWidget?.context?.isReady"), "the notebook")
        self.wait(lambda: self.status == "idle", "the kernel to be idle")
        # What a first visit shows would lie over the notebook.
        for button in driver.find_elements(By.CSS_SELECTOR, ".Toastify__close-button, .jp-toast-button"):
            button.click()
        if not self.script("return jupyterapp.shell.leftCollapsed"):
            self.command("application:toggle-left-area")

    def script(self, text, *arguments):
        return self.driver.execute_script(text, *arguments)

    def wait(self, condition, what="the page", timeout=PATIENCE):
        try:
            return WebDriverWait(self.driver, timeout, 0.05).until(lambda _: condition())
        except TimeoutException:
            self.screenshot(SCREENSHOTS / "timeout.png")
            raise AssertionError(f"waited {timeout} s for {what}; see {SCREENSHOTS}/timeout.png") from None

    def command(self, name, **arguments):
        """What a menu's entry does."""
        self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "jupyterapp.commands.execute(arguments[0], arguments[1]).then(() => done(), () => done())",
            name, arguments)

    def start_command(self, name):
        """What a menu's entry does, without waiting; `is_done` tells its end."""
        self.script(
            "window.isDone = false; jupyterapp.commands.execute(arguments[0]).finally(() => { window.isDone = true })",
            name)

    @property
    def is_done(self):
        return self.script("return window.isDone")

    @property
    def status(self):
        return self.script("return jupyterapp.shell.currentWidget?.sessionContext?.session?.kernel?.status")

    @property
    def cells(self):
        return self.driver.find_elements(By.CSS_SELECTOR, ".jp-Notebook .jp-CodeCell")

    def prompts(self):
        """The prompts of the cells with something in them."""
        return self.script(
            """
            return jupyterapp.shell.currentWidget.content.widgets
                .filter(cell => cell.model.type === 'code' && cell.model.sharedModel.getSource().trim())
                .map(cell => cell.prompt);
            """)

    def run_all(self, timeout=PATIENCE):
        self.command("notebook:clear-all-cell-outputs")
        self.start_command("notebook:run-all-cells")
        self.wait(lambda: self.is_done and self.status == "idle", "all cells to have run", timeout)
        assert all(prompt.isdigit() for prompt in self.prompts()), self.prompts()

    def outputs(self, index, selector):
        return self.cells[index].find_elements(By.CSS_SELECTOR, f".jp-OutputArea-output {selector}")

    def output(self, index, selector):
        """The first of what a selector finds in a cell's outputs, when it is there."""
        return self.wait(lambda: self.outputs(index, selector), f"{selector} below cell {index + 1}")[0]

    def output_text(self, index):
        return "\n".join(e.text for e in self.cells[index].find_elements(By.CSS_SELECTOR, ".jp-Cell-outputArea"))

    def picture(self, index):
        """The SVG source of a cell's picture, however JupyterLab shows it."""
        return self.script(
            """
            const output = arguments[0].querySelector('.jp-RenderedSVG');
            if (!output) return null;
            const image = output.querySelector('img');
            return image ? decodeURIComponent(image.src) : output.innerHTML;
            """, self.cells[index])

    def edit(self, index):
        """Puts the cursor at the end of a cell."""
        editor = self.cells[index].find_element(By.CSS_SELECTOR, ".cm-content")
        self.script("arguments[0].scrollIntoView({block: 'center'})", editor)
        editor.click()
        self.press(Keys.CONTROL, Keys.END)
        return editor

    def press(self, *keys):
        actions = ActionChains(self.driver)
        for key in keys[:-1]:
            actions.key_down(key)
        actions.send_keys(keys[-1])
        for key in keys[:-1]:
            actions.key_up(key)
        actions.perform()

    def type(self, text):
        ActionChains(self.driver).send_keys(text).perform()

    def drag(self, element, x):
        ActionChains(self.driver).click_and_hold(element).move_by_offset(x, 0).release().perform()

    def show(self, index):
        self.script("arguments[0].scrollIntoView({block: 'start'})", self.cells[index])

    def screenshot(self, file):
        file.parent.mkdir(parents=True, exist_ok=True)
        time.sleep(0.5)
        self.driver.save_screenshot(str(file))
