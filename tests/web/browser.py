"""Chromium for the page tests: one browser a module, a clean context a test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

# Chromium without its windows: the same pages in two thirds of the CPU.
CHROMIUM = Path("/usr/bin/chromium-headless-shell")
# One process a context: else there is one in reserve, and another for each page that wants to be
# apart from who opened it.
ARGS = ["--no-sandbox", "--disable-gpu", "--renderer-process-limit=1"]
WAIT_MS = 60_000  # for what is to come, on a busy machine too
expect.set_options(timeout=WAIT_MS)
PHONE = {"width": 390, "height": 844}
DESK = {"width": 1440, "height": 900}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip("there is no Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGS, timeout=WAIT_MS)
        yield browser
        browser.close()


@pytest.fixture
def phone(chromium: Browser) -> Iterator[Page]:
    yield from _page(chromium, PHONE)


@pytest.fixture
def desk(chromium: Browser) -> Iterator[Page]:
    yield from _page(chromium, DESK)


def _page(chromium: Browser, size: dict[str, int]) -> Iterator[Page]:
    context = chromium.new_context(viewport=size, has_touch=size is PHONE, locale="en-GB")
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    page.wrong = []  # type: ignore[attr-defined]
    page.on("pageerror", lambda error: page.wrong.append(str(error)))  # type: ignore[attr-defined]
    page.on("console", lambda said: _note(page, said))
    yield page
    context.close()


page_of = contextmanager(_page)


def _note(page: Page, said) -> None:
    if said.type == "error" and "Failed to load resource" not in said.text:
        page.wrong.append(said.text)  # type: ignore[attr-defined]


# What a screen reader has read: all that came to where something is read aloud.
LISTEN = """() => {
    window.read = [];
    new MutationObserver((changes) => {
        for (const { target, addedNodes } of changes) {
            const element = target.closest ? target : target.parentElement;
            if (!element.closest("[role=status], [aria-live]")) continue;
            window.read.push([...addedNodes].map((one) => one.textContent).join(""));
        }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
}"""
FITS = """() => document.documentElement.scrollWidth <= innerWidth
    && [...document.querySelectorAll(".top *")].filter((one) => one.checkVisibility())
        .map((one) => one.getBoundingClientRect())
        .every(({ left, right }) => left >= 0 && right <= innerWidth)"""


def fits(page: Page) -> bool:
    """Nothing sticks out to the side, and all of the head can be seen."""
    return page.evaluate(FITS)
