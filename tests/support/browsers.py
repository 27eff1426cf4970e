"""Chromium, Firefox and WebKit behind one small interface: open a page, ask it in JavaScript, take a picture.

Chromium is driven by Playwright with the system's executable; Firefox over WebDriver BiDi (W3C), which Debian's
build speaks without a driver program. WebKitGTK has a WebDriver. All see only the fonts of `tests/fonts/fonts.conf`.
"""

from __future__ import annotations

import base64
import io
import itertools
import json
import os
import queue
import re
import shutil
import socket
import subprocess
import tempfile
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Protocol

import websocket
from PIL import Image
from playwright.sync_api import Browser as PlaywrightBrowser
from playwright.sync_api import BrowserContext, CDPSession, ConsoleMessage, Playwright, sync_playwright
from playwright.sync_api import Page as PlaywrightPage

from tests.support.tools import FONT_CONFIG, require

HEIGHT = 900
"""Height of a window, CSS pixels."""
SETTLED = "document.fonts.ready.then(() => true)"
"""Fonts are asked for when text is laid out, so a loaded page may still wait for them."""
WATCH = """
  window.__violations = [];
  document.addEventListener('securitypolicyviolation', event =>
    window.__violations.push(`${event.violatedDirective}: ${event.blockedURI} ${event.sample}`));
  window.addEventListener('error', event => window.__violations.push(`error: ${event.message}`));
"""
"""Run in every page before its content, to collect what the content policy forbids."""

AS_JSON = "(async () => ({}))().then(JSON.stringify, error => {{ throw new Error(`${{error}}`); }})"
"""Around every script. What it throws becomes an Error, since Firefox cannot report a DOMException."""


class ScriptError(Exception):
    """JavaScript given to `evaluate` threw an exception."""


class Page(Protocol):
    """An open page."""

    def evaluate(self, script: str) -> Any:
        """Return the value of a JavaScript expression (a promise is awaited) as JSON carries it."""

    def screenshot(self, path: Path) -> None:
        """Write a PNG of what is visible."""

    def pdf(self) -> bytes:
        """Return the page as printed on A4, with the margins that its style asks for."""

    def complaints(self) -> list[str]:
        """Return console messages and violations of the content policy since the page was opened."""

    def close(self) -> None:
        """Close the page."""


class Browser(Protocol):
    """A running browser."""

    name: str

    def open(
        self, url: str, *, width: int = 1000, height: int = HEIGHT, dark: bool = False, forced: bool = False
    ) -> Page:
        """Open a page of `width` by `height` CSS pixels and wait until its fonts have loaded.

        `dark` is what the reader prefers; with `forced`, the reader's system chooses all colours.
        """

    def close(self) -> None:
        """End the browser."""


def _environment() -> dict[str, str]:
    return {**os.environ, "FONTCONFIG_FILE": str(FONT_CONFIG)}


# --- Chromium ----------------------------------------------------------------------------------------------------


class Chromium:
    """The system's Chromium through Playwright."""

    name = "chromium"
    ARGUMENTS = (
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    )

    def __init__(self) -> None:
        executable = require("Chromium")
        require("text fonts")
        self._playwright: Playwright = sync_playwright().start()
        self._browser: PlaywrightBrowser = self._playwright.chromium.launch(
            executable_path=executable, args=list(self.ARGUMENTS), env=dict(_environment())
        )

    def open(
        self, url: str, *, width: int = 1000, height: int = HEIGHT, dark: bool = False, forced: bool = False
    ) -> Page:
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            forced_colors="active" if forced else "none",
        )
        context.add_init_script(WATCH)
        page = ChromiumPage(context)
        page.load(url)
        return page

    def close(self) -> None:
        self._browser.close()
        self._playwright.stop()


class ChromiumPage:
    """A page in a context of its own."""

    def __init__(self, context: BrowserContext) -> None:
        self._context = context
        self._page: PlaywrightPage = context.new_page()
        # The protocol's own evaluate, since Playwright's needs eval(), which the content policy forbids.
        self._session: CDPSession = context.new_cdp_session(self._page)
        self._console: list[str] = []
        self._page.on("console", self._heard)

    def load(self, url: str) -> None:
        """Navigate to `url` and wait for everything that is drawn."""
        self._page.goto(url, wait_until="load")
        self.evaluate(SETTLED)

    def evaluate(self, script: str) -> Any:
        answer = self._session.send(
            "Runtime.evaluate",
            {
                "expression": AS_JSON.format(script),
                "awaitPromise": True,
                "returnByValue": True,
            },
        )
        if "exceptionDetails" in answer:
            details = answer["exceptionDetails"]
            raise ScriptError(details.get("exception", {}).get("description", details["text"]))
        return json.loads(answer["result"].get("value", "null"))

    def screenshot(self, path: Path) -> None:
        self._page.screenshot(path=path)

    def pdf(self) -> bytes:
        return self._page.pdf(prefer_css_page_size=False, format="A4", print_background=False)

    def complaints(self) -> list[str]:
        return [*self._console, *self.evaluate("window.__violations")]

    def close(self) -> None:
        self._context.close()

    def _heard(self, message: ConsoleMessage) -> None:
        self._console.append(f"{message.type}: {message.text}")


# --- Firefox -----------------------------------------------------------------------------------------------------

PREFERENCES = {
    "app.normandy.enabled": False,
    "app.update.auto": False,
    "app.update.enabled": False,
    "browser.aboutwelcome.enabled": False,
    "browser.newtabpage.enabled": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.safebrowsing.downloads.remote.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage": "about:blank",
    "browser.startup.page": 0,
    "datareporting.healthreport.uploadEnabled": False,
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.getAddons.cache.enabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.dns.disablePrefetch": True,
    "network.prefetch-next": False,
    "services.settings.server": "data:,",
    "toolkit.telemetry.enabled": False,
    "toolkit.telemetry.unified": False,
    "toolkit.telemetry.reportingpolicy.firstRun": False,
}
"""Nothing of a fresh profile may reach for the network or put a page of its own in the way."""
DARK_PREFERENCE = "layout.css.prefers-color-scheme.content-override"
"""0 is dark, 1 is light; WebDriver BiDi has no command for it."""
FORCED_PREFERENCE = "browser.display.document_color_use"
"""2 puts the reader's colours in the place of the page's."""


class Firefox:
    """The system's Firefox: a process for light pages, one for dark ones and so on, started when first needed."""

    name = "firefox"

    def __init__(self) -> None:
        self._executable = require("Firefox")
        require("text fonts")
        self._processes: dict[tuple[bool, bool], FirefoxProcess] = {}

    def open(
        self, url: str, *, width: int = 1000, height: int = HEIGHT, dark: bool = False, forced: bool = False
    ) -> Page:
        if (dark, forced) not in self._processes:
            self._processes[dark, forced] = FirefoxProcess(self._executable, dark=dark, forced=forced)
        page = FirefoxPage(self._processes[dark, forced], width, height)
        page.load(url)
        return page

    def close(self) -> None:
        for process in self._processes.values():
            process.close()


class FirefoxProcess:
    """A headless Firefox with a fresh profile, and its WebDriver BiDi session."""

    START_TIMEOUT = 60
    """Seconds; a first start on a loaded machine takes up to ten."""
    COMMAND_TIMEOUT = 60
    """Seconds for one command."""

    def __init__(self, executable: str, *, dark: bool, forced: bool) -> None:
        self._profile = Path(tempfile.mkdtemp(prefix="firefox-profile-"))
        preferences = {**PREFERENCES, DARK_PREFERENCE: 0 if dark else 1, FORCED_PREFERENCE: 2 if forced else 0}
        lines = [f"user_pref({json.dumps(name)}, {json.dumps(value)});" for name, value in preferences.items()]
        (self._profile / "user.js").write_text("\n".join(lines))
        self._process = subprocess.Popen(
            [executable, "--headless", "--no-remote", "--remote-debugging-port=0", "--profile", str(self._profile)],
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._identifiers = itertools.count(1)
        try:
            self._socket = websocket.create_connection(
                f"{self._address()}/session", timeout=self.COMMAND_TIMEOUT, suppress_origin=True
            )
            self.send("session.new", capabilities={})
            self.send("script.addPreloadScript", functionDeclaration="() => {" + WATCH + "}")
        except BaseException:
            self._end()
            raise

    def send(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Send a command of WebDriver BiDi and return its result."""
        identifier = next(self._identifiers)
        self._socket.send(json.dumps({"id": identifier, "method": method, "params": parameters}))
        while True:
            answer = json.loads(self._socket.recv())
            if answer.get("id") != identifier:
                continue  # an event
            if answer["type"] == "error":
                raise RuntimeError(f"{method}: {answer['error']}: {answer['message']}")
            result: dict[str, Any] = answer["result"]
            return result

    def close(self) -> None:
        """End the session and the process."""
        self._socket.close()
        self._end()

    def _address(self) -> str:
        """Return the address that Firefox prints on stderr once it listens."""
        lines: queue.Queue[str] = queue.Queue()
        stream = self._process.stderr
        assert stream is not None

        def pump() -> None:
            for line in stream:
                lines.put(line)

        self._pump = threading.Thread(target=pump, name="firefox-stderr", daemon=True)
        self._pump.start()
        heard: list[str] = []
        end = time.monotonic() + self.START_TIMEOUT
        while time.monotonic() < end and (self._process.poll() is None or not lines.empty()):
            try:
                heard.append(lines.get(timeout=0.2))
            except queue.Empty:
                continue
            if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", heard[-1]):
                return found[1]
        raise RuntimeError("Firefox did not start:\n" + "".join(heard))

    def _end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._pump.join()
        if self._process.stderr:
            self._process.stderr.close()
        shutil.rmtree(self._profile, ignore_errors=True)


class FirefoxPage:
    """A tab."""

    def __init__(self, process: FirefoxProcess, width: int, height: int) -> None:
        self._process = process
        self._context: str = process.send("browsingContext.create", type="tab")["context"]
        viewport = {"width": width, "height": height}
        process.send("browsingContext.setViewport", context=self._context, viewport=viewport)

    def load(self, url: str) -> None:
        """Navigate to `url` and wait for everything that is drawn."""
        self._process.send("browsingContext.navigate", context=self._context, url=url, wait="complete")
        self.evaluate(SETTLED)

    def evaluate(self, script: str) -> Any:
        answer = self._process.send(
            "script.evaluate",
            expression=AS_JSON.format(script),
            target={"context": self._context},
            awaitPromise=True,
        )
        if answer["type"] == "exception":
            raise ScriptError(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"].get("value", "null"))

    def screenshot(self, path: Path) -> None:
        answer = self._process.send("browsingContext.captureScreenshot", context=self._context)
        path.write_bytes(base64.b64decode(answer["data"]))

    def pdf(self) -> bytes:
        # Firefox takes the margins of the command, not those of the style; they are the same here.
        answer = self._process.send(
            "browsingContext.print",
            context=self._context,
            page={"width": 21.0, "height": 29.7},
            margin=dict.fromkeys(("top", "bottom", "left", "right"), 2.0),
            shrinkToFit=False,
        )
        return base64.b64decode(answer["data"])

    def complaints(self) -> list[str]:
        found: list[str] = self.evaluate("window.__violations")
        return found

    def close(self) -> None:
        self._process.send("browsingContext.close", context=self._context)


# --- WebKit ------------------------------------------------------------------------------------------------------


class WebKit:
    """WebKitGTK, Safari's engine, through its WebDriver; it draws on a screen in memory."""

    name = "webkit"

    def __init__(self) -> None:
        self._programs = [require("WebKitGTK"), require("a screen in memory")]
        require("text fonts")
        self._processes: dict[bool, WebKitProcess] = {}

    def open(
        self, url: str, *, width: int = 1000, height: int = HEIGHT, dark: bool = False, forced: bool = False
    ) -> Page:
        if forced:
            raise NotImplementedError("WebKit has no forced colours")
        if dark not in self._processes:
            self._processes[dark] = WebKitProcess(*self._programs, dark=dark)
        return WebKitPage(self._processes[dark], url, width, height)

    def close(self) -> None:
        for process in self._processes.values():
            process.close()


class WebKitProcess:
    """A driver with its screen; each page is a session, that is a browser, of its own."""

    START_TIMEOUT = 60
    """Seconds."""
    SCREEN = (1700, 1400)
    """CSS pixels; nothing is drawn beyond."""

    def __init__(self, driver: str, screen: str, *, dark: bool) -> None:
        read, write = os.pipe()
        size = "x".join(map(str, (*self.SCREEN, 24)))
        self._screen = subprocess.Popen(
            [screen, "-displayfd", str(write), "-screen", "0", size, "-nolisten", "tcp"],
            pass_fds=[write],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(write)
        with open(read) as numbers:
            display = numbers.readline().strip()
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self._address = f"http://127.0.0.1:{port}"
        more = {"DISPLAY": f":{display}", "GTK_THEME": "Adwaita:dark" if dark else "Adwaita", "NO_AT_BRIDGE": "1"}
        more |= {"WEBKIT_DISABLE_DMABUF_RENDERER": "1", "LIBGL_ALWAYS_SOFTWARE": "1"}
        # The processes of pages are shut off from everything, which a container does not let them do.
        more |= {"WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        self._driver = subprocess.Popen(
            [driver, f"--port={port}"],
            env={**_environment(), **more},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        end = time.monotonic() + self.START_TIMEOUT
        while True:
            try:
                self.send("GET", "/status")
                break
            except OSError:
                if time.monotonic() > end:
                    self.close()
                    raise
                time.sleep(0.1)

    def send(self, method: str, path: str, **parameters: Any) -> Any:
        """Send a command of WebDriver and return its value."""
        data = json.dumps(parameters).encode() if method == "POST" else None
        request = urllib.request.Request(
            self._address + path, data, {"Content-Type": "application/json"}, method=method
        )
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return json.load(answer)["value"]
        except urllib.error.HTTPError as error:
            value = json.load(error)["value"]
            kind = ScriptError if value["error"] == "javascript error" else RuntimeError
            raise kind(f"{value['error']}: {value['message']}") from error

    def close(self) -> None:
        """End the driver and its screen."""
        for process in (self._driver, self._screen):
            process.terminate()
            process.wait(timeout=20)


class WebKitPage:
    """A browser with one page."""

    TILE = 1200
    """Height of the window, CSS pixels; one that shall be higher is only so on pictures."""

    def __init__(self, process: WebKitProcess, url: str, width: int, height: int) -> None:
        self._process = process
        self._width, self._height = width, height
        height = min(height, self.TILE)
        self._path = f"/session/{process.send('POST', '/session', capabilities={})['sessionId']}"
        try:
            rest = [0, 0]
            for _ in range(2):  # of the window, something is not the page's
                self._send("POST", "/window/rect", x=0, y=0, width=width + rest[0], height=height + rest[1])
                inner = self.evaluate("[innerWidth, innerHeight]")
                rest = [rest[0] + width - inner[0], rest[1] + height - inner[1]]
            self._send("POST", "/url", url=url)
            self.evaluate(SETTLED)
        except BaseException:
            self.close()
            raise

    def evaluate(self, script: str) -> Any:
        waiting = (
            f"const done = arguments[0]; {AS_JSON.format(script)}.then(done, error => done({{ error: `${{error}}` }}))"
        )
        answer = self._send("POST", "/execute/async", script=waiting, args=[])
        if isinstance(answer, dict):
            raise ScriptError(answer["error"])
        return json.loads(answer or "null")

    def screenshot(self, path: Path) -> None:
        # A picture of a window far higher than a screen never comes; it is put together from several.
        whole = Image.new("RGB", (self._width, self._height), "white")
        for top in range(0, self._height, self.TILE):
            self.evaluate(f"(scrollTo({{top: {top}, behavior: 'instant'}}), new Promise(requestAnimationFrame))")
            part = Image.open(io.BytesIO(base64.b64decode(self._send("GET", "/screenshot"))))
            whole.paste(part, (0, int(self.evaluate("scrollY"))))
        self.evaluate("scrollTo({top: 0, behavior: 'instant'})")
        whole.save(path)

    def pdf(self) -> bytes:
        raise NotImplementedError("WebKitGTK's driver does not print")

    def complaints(self) -> list[str]:
        return []  # nothing can be run before the content of a page

    def close(self) -> None:
        self._send("DELETE", "")

    def _send(self, method: str, path: str, **parameters: Any) -> Any:
        return self._process.send(method, self._path + path, **parameters)


BROWSERS: dict[str, type[Chromium] | type[Firefox]] = {"chromium": Chromium, "firefox": Firefox}
