"""A headless Chromium for the tests of the page."""

import shutil
import tempfile
import time
from pathlib import Path

CHECKS = (Path(__file__).parent / "page_checks.js").read_text(encoding="utf-8")

_FLAGS = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def why_absent():
    """why_absent says in words what is missing for a browser test, "" when all is there."""
    try:
        import selenium  # noqa: F401
    except ImportError:
        return "python3-selenium is not installed"
    for program in ("chromium", "chromedriver"):
        if not shutil.which(program):
            return f"{program} is not installed"
    return ""


class Browser:
    """Browser is a context manager; its driver is selenium's, with a profile of its own."""

    def __init__(self, width=1400, height=1000):
        self.size = (width, height)

    def __enter__(self):
        from selenium import webdriver
        from selenium.webdriver.chrome.service import Service

        self.profile = tempfile.mkdtemp(prefix="certspec-chromium-")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        for flag in (*_FLAGS, f"--user-data-dir={self.profile}"):
            options.add_argument(flag)
        options.add_argument(f"--window-size={self.size[0]},{self.size[1]}")
        self.driver = webdriver.Chrome(
            service=Service(shutil.which("chromedriver")), options=options
        )
        return self.driver

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.profile, ignore_errors=True)


class Page:
    """Page is what a test does with the page, in words."""

    def __init__(self, driver, address):
        self.driver, self.address = driver, address

    def open(self, fragment=""):
        """open loads the page as from a link; blank first, so that it is really loaded."""
        self.driver.get("about:blank")
        self.driver.get(self.address + (f"#{fragment}" if fragment else ""))
        self.until("document.documentElement.dataset.whole")
        if "case=" in fragment or "statement=" in fragment:
            self.until("document.querySelector('#view').open")
        return self

    def run(self, script):
        """run gives the value of a JavaScript expression."""
        return self.driver.execute_script(f"return {script}")

    def until(self, script):
        """until waits for an expression to be true; there is no other waiting in these tests."""
        for _ in range(2000):
            if value := self.run(script):
                return value
            time.sleep(0.01)
        raise AssertionError(f"never came true: {script}")

    def press(self, *keys):
        """press types keys to whatever has the focus."""
        from selenium.webdriver import ActionChains

        ActionChains(self.driver).send_keys(*keys).perform()

    def check(self, call):
        """check runs one of page_checks.js."""
        return self.driver.execute_script(f"{CHECKS}\nreturn {call};")

    @property
    def fragment(self):
        """fragment is the hash of the address, decoded."""
        return self.run("Object.fromEntries(new URLSearchParams(location.hash.slice(1)))")

    @property
    def statements(self):
        """statements are the ids of the rows that are shown."""
        rows = "[...document.querySelectorAll('tr[data-s]')].filter(r => r.offsetParent)"
        return self.run(f"{rows}.map(r => r.dataset.s)")

    @property
    def cases(self):
        """cases are the ids of the case rows that are shown, each once."""
        rows = "[...document.querySelectorAll('tr[data-c]')].filter(r => r.offsetParent)"
        return self.run(f"[...new Set({rows}.map(r => r.querySelector('.id').textContent))]")

    @property
    def status(self):
        """status is what the filter says it shows."""
        return self.run("document.querySelector('#shown').textContent")


def keys():
    """keys is selenium's names of the keys that type no letter."""
    from selenium.webdriver.common.keys import Keys

    return Keys
