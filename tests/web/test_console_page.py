"""The leader's console in a real browser, on a phone."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from hub.course.library import library
from hub.course.phases import Course
from hub.course.reasons import REASONS
from hub.disk.reserve import CODE
from hub.errors import Refused
from hub.intake.ingest import WHAT_TO_DO
from hub.records import Problem
from hub.store.trouble import BACK, OCCUPIED, UNSUMMED, Trouble, unreachable
from hub.web.calls import SEATS_MAX
from tests.waiting import wait_for
from tests.web.browser import DESK, LISTEN, PHONE, _page, chromium, desk, fits, phone  # noqa: F401
from tests.web.fake import ROOM_TOKEN, FakeHub, Info
from tests.web.helpers import influx_said, until_it_shows
from tests.web.relay import relayed

MS = 1_000_000
EVENTS = "**/api/sessions/*/events"
PHASE_BUTTONS = """() => [...document.querySelectorAll("[data-phase]")]
    .map((one) => [one.dataset.phase, one.getBoundingClientRect().height])"""
CUT = """() => [...document.querySelectorAll(".phases > button, .phases .label, .now h1")]
    .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)"""
PHASES = [phase.id for phase in library().protocols["classic-90"].phases]


@pytest.fixture
def page(phone: Page, site: str) -> Page:  # noqa: F811
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    return phone


@pytest.fixture
def running(page: Page, hub: FakeHub) -> Page:
    """A session, just opened, with default seats; by a key, after which a finger may be quick."""
    expect(page.locator("#open")).to_be_enabled()
    page.press("#open", "Enter")
    expect(page.locator("[data-phase=baseline]")).to_be_visible()
    return page


def course(hub: FakeHub) -> Course:
    return hub.course(hub.sessions()[-1].id)


def held_back(page: Page, held: list[Route]) -> Route:
    """The first request that a test holds back, once the page has sent it."""
    while not held:
        page.wait_for_timeout(10)
    return held[0]


BOX = """(at) => {
    const one = [...document.querySelectorAll(at)].at(-1).getBoundingClientRect();
    return { x: one.x, y: one.y, width: one.width, height: one.height };
}"""


def box(page: Page, at: str) -> dict[str, float]:
    """Where the last of these is, in one question: the page may draw it anew between two."""
    return page.evaluate(BOX, at)


def into_view(page: Page, at: str) -> None:
    page.evaluate("(at) => document.querySelector(at).scrollIntoView({ block: 'center' })", at)


def tab(page: Page, name: str) -> None:
    page.tap(f".tabs [data-tab={name}]")


def test_the_token_leaves_the_address_and_stays_in_a_cookie(page: Page, site: str) -> None:
    expect(page.locator("#open")).to_be_enabled()
    assert page.url == f"{site}/console"
    expect(page).to_have_title("room-1 · Stillpoint")
    assert page.evaluate("document.cookie") == ""
    page.reload()
    expect(page.locator("#open")).to_be_enabled()


def test_without_the_link_it_says_where_to_find_it(phone: Page, site: str) -> None:  # noqa: F811
    phone.goto(f"{site}/console?token=wrong")
    expect(phone.locator("#problems")).to_contain_text("needs the link")


def test_kits_have_sensible_seats_and_the_session_opens(running: Page, hub: FakeHub) -> None:
    seats = {seat: spans[-1].value for seat, spans in course(hub).seats.items()}
    assert seats == {n: f"kit-{n}" for n in range(1, 9)}
    assert hub.sessions()[0].simulated


def test_before_a_session_it_tells_what_is_wrong_with_the_hub(phone: Page, site: str,  # noqa: F811
                                                             hub: FakeHub) -> None:
    hub.trouble = [Problem(1, "protocol", "A protocol cannot be used: x.toml", "Kept.", "Do.")]
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(phone.locator("#problems .problem")).to_contain_text("x.toml")
    expect(phone.locator("#open")).to_be_enabled()


def test_two_kits_on_a_seat_are_not_accepted(page: Page) -> None:
    page.select_option("select[aria-label='Seat: kit-2']", "1")
    expect(page.locator("#open")).to_be_disabled()
    expect(page.get_by_text("Seat 1 has more than one kit: kit-1, kit-2.")).to_be_visible()
    page.select_option("select[aria-label='Seat: kit-2']", "")
    expect(page.locator("#open")).to_be_enabled()


def test_no_kits_says_so(page: Page, hub: FakeHub) -> None:
    """And sends nobody to the kits where it is the broker that is away."""
    hub._kits = 0
    hub.trouble = [BROKER]
    expect(page.locator(".open")).to_contain_text("No kit can be heard while the hub")
    hub.trouble = []
    expect(page.get_by_text("No kit is heard")).to_be_visible()
    expect(page.locator("#open")).to_be_disabled()
    hub._kits, hub.silent_s = 2, {"kit-1": 60, "kit-2": 60}
    expect(page.locator("select[aria-label='Seat: kit-2']")).to_have_value("")
    expect(page.get_by_text("No kit is heard")).to_be_visible()
    hub.silent_s = {"kit-1": 60}
    expect(page.locator("#open")).to_be_enabled()
    page.select_option("select[aria-label='Seat: kit-2']", "")
    expect(page.get_by_text("Give at least one kit a seat.")).to_be_visible()


def test_one_large_button_a_phase_and_the_next_suggested(running: Page, hub: FakeHub) -> None:
    buttons: list[tuple[str, float]] = running.evaluate(PHASE_BUTTONS)
    assert [phase for phase, _ in buttons] == PHASES
    assert all(height >= 64 for _, height in buttons)
    for now, then in pairwise(PHASES[:4]):
        running.tap(f"[data-phase={now}]")
        expect(running.locator(f"[data-phase={now}]")).to_have_attribute("aria-pressed", "true")
        expect(running.locator("[data-phase].next")).to_have_attribute("data-phase", then)
        expect(running.locator("[aria-pressed=true][data-phase]")).to_have_count(1)
    wait_for(lambda: [p.id for p in course(hub).phases] == PHASES[:3])
    expect(running.locator("#sent")).to_have_text("all sent")
    assert fits(running)
    assert running.wrong == []  # type: ignore[attr-defined]


# The suggested button: where it is, and where what covers it ends and begins.
SEEN = """() => {
    const [one, head, tabs] = [".phases .next", ".now", ".tabs"]
        .map((name) => document.querySelector(name).getBoundingClientRect());
    return head.bottom <= one.top && one.bottom <= tabs.top;
}"""
OVER = "[data-phase].done"


@pytest.fixture
def small(chromium) -> Iterator[Page]:  # noqa: F811
    yield from _page(chromium, {"width": 360, "height": 640})


@pytest.fixture
def narrow(chromium) -> Iterator[Page]:  # noqa: F811
    yield from _page(chromium, {"width": 320, "height": 640})


# The toast at its longest, and the strip that is kept for it.
IN_STRIP = """async (language) => {
    const { toast } = await import('/static/js/console/toast.js');
    const w = (await import('/static/js/console/words.js')).words(language);
    const name = document.querySelector("[data-marker=silence]").textContent;
    toast(`${name}: ${w.ignored} (${w["why-twice"]})`, { label: w.undo });
    const top = (name) => document.querySelector(name).getBoundingClientRect().top;
    const strip = parseFloat(getComputedStyle(document.body, "::after").height);
    return top("#toast") >= top(".tabs") - strip;
}"""
BESIDE = """() => [...document.querySelectorAll(":is(.now, .panels) :is(button, p, h1)")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > innerWidth - 10)
    .map((one) => one.textContent)"""


@pytest.mark.parametrize("language", ["en", "hu", "de"])
def test_on_a_narrow_phone_there_is_room_beside_everything(
    narrow: Page, hub: FakeHub, site: str, language: str
) -> None:
    opened = hub.now_ns() - 3_000_000 * MS
    info = hub.open_session("room-1", library().texts["classic-90"], {1: "kit-1"}, True, language,
                            opened)  # fmt: skip
    hub.record_event(info.id, "phase", {"phase": "discussion"}, opened, "console", "p")
    narrow.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(narrow.locator("[data-phase=discussion]")).to_have_attribute("aria-pressed", "true")
    assert narrow.evaluate(BESIDE) == []
    assert narrow.evaluate(IN_STRIP, language)
    assert narrow.evaluate(CUT) == []


def test_two_cases_go_by_the_same_buttons_and_the_next_is_in_sight(
    small: Page, hub: FakeHub, site: str
) -> None:
    order = library().protocols["double-90"].order
    hub.open_session("room-1", library().texts["double-90"], {1: "kit-1"}, True, "en",
                     hub.now_ns())  # fmt: skip
    small.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(small.locator("[data-phase]")).to_have_count(10)
    for place, (now, then) in enumerate(pairwise(order)):
        small.press(f"[data-phase={now}]", "Enter")
        expect(small.locator("[data-phase].next")).to_have_attribute("data-phase", then)
        assert small.evaluate(SEEN), then
        if place == order.index("baseline", 1):
            over = small.locator(OVER).evaluate_all("all => all.map((b) => b.dataset.phase)")
            assert over == ["building-trust"], "the case's phases are to come again"
    small.press(f"[data-phase={order[-1]}]", "Enter")
    expect(small.locator("[data-phase].next")).to_have_count(0)
    wait_for(lambda: tuple(p.id for p in course(hub).phases) == order)
    assert fits(small)
    assert small.wrong == []  # type: ignore[attr-defined]


def test_after_a_phase_that_no_order_has_the_next_is_what_follows_the_one_before(
    page: Page, hub: FakeHub, site: str
) -> None:
    info = hub.open_session("room-1", library().texts["double-90"], {1: "kit-1"}, True, "en",
                            hub.now_ns() - 600_000 * MS)  # fmt: skip
    for k, phase in enumerate(("presentation", "discussion", "integration", "break")):
        hub.record_event(info.id, "phase", {"phase": phase}, hub.now_ns() - (9 - k) * 1000 * MS,
                         "console", f"p{k}")
    page.reload()
    expect(page.locator("[data-phase=break]")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-phase].next")).to_have_attribute("data-phase", "baseline")


@pytest.mark.parametrize("language", ["en", "hu", "de"])
@pytest.mark.parametrize("name", [name for name in library().protocols if name.endswith("-90")])
def test_every_protocol_fits_a_phone(
    page: Page, hub: FakeHub, site: str, name: str, language: str
) -> None:
    protocol = library().protocols[name]
    info = hub.open_session("room-1", library().texts[name], {1: "kit-1"}, True, language,
                            hub.now_ns())  # fmt: skip
    hub.record_event(info.id, "phase", {"phase": "discussion"}, hub.now_ns(), "console", "p")
    page.reload()
    expect(page.locator("[data-phase]")).to_have_count(len(protocol.phases))
    assert page.evaluate(CUT) == []
    assert fits(page)


ASKED = """performance.getEntriesByType("resource")
    .filter(({ name }) => name.endsWith("/api/clock")).length"""


def knows_the_time(page: Page) -> None:
    """Wait until it has asked the hub for its time some times: the quickest answer counts, and a
    pause of the machine spoils one."""
    wait_for(lambda: page.evaluate(ASKED) >= 3, "it has asked for the time")


def took(act: Callable[[], None]) -> tuple[int, int]:
    """From when to when it did this: a busy machine is slow to touch."""
    before = time.time_ns()
    act()
    return before, time.time_ns()


def off_ns(moment: int, span: tuple[int, int]) -> int:
    """How far this is from the nearest moment of that span."""
    return abs(moment - min(max(moment, span[0]), span[1]))


def test_the_moment_is_the_touch_not_the_release(running: Page, hub: FakeHub) -> None:
    knows_the_time(running)
    button = box(running, "[data-phase=baseline]")
    running.mouse.move(button["x"] + 20, button["y"] + 20)
    touch = took(running.mouse.down)
    running.wait_for_timeout(900)
    assert course(hub).phases == ()
    running.mouse.up()
    wait_for(lambda: course(hub).phases)
    assert off_ns(course(hub).phases[0].start_ns, touch) < 200 * MS


def test_a_button_that_changes_under_the_finger_is_still_pressed(
    running: Page, hub: FakeHub
) -> None:
    button = box(running, "[data-phase=questions]")
    running.mouse.move(button["x"] + 20, button["y"] + 20)
    running.mouse.down()
    running.wait_for_timeout(1000)  # by either's clock, the touch was first
    hub.record_event(
        hub.sessions()[0].id, "phase", {"phase": "case-call"}, hub.now_ns(), "box", "b1"
    )
    running.wait_for_timeout(250)
    running.mouse.up()
    wait_for(lambda: [p.id for p in course(hub).phases] == ["questions", "case-call"])
    expect(running.locator("[data-phase=case-call]")).to_have_attribute("aria-pressed", "true")


def test_a_press_does_not_flicker_while_the_course_is_on_its_way(
    running: Page, hub: FakeHub
) -> None:
    hub.lag_s = 1.0
    running.evaluate(
        "() => { window.seen = []; const now = () => { const b = document.querySelector("
        "'[data-phase=baseline]'); window.seen.push(b.getAttribute('aria-pressed'));"
        "requestAnimationFrame(now); }; now(); }"
    )
    running.tap("[data-phase=baseline]")
    expect(running.locator("#sent")).to_have_text("all sent")
    running.wait_for_timeout(1500)
    seen = running.evaluate("window.seen.filter((v, k, all) => v !== all[k - 1])")
    assert seen == ["false", "true"]


def test_undo_by_the_toast(running: Page, hub: FakeHub) -> None:
    running.tap("[data-phase=baseline]")
    running.tap("[data-phase=questions]")
    running.tap("#toast button")
    expect(running.locator("[data-phase=baseline]")).to_have_attribute("aria-pressed", "true")
    wait_for(lambda: [s.standing for s in course(hub).history if s.event.kind == "phase"] == [
        "stands", "undone",
    ])  # fmt: skip
    assert [p.id for p in course(hub).phases] == ["baseline"]


@pytest.fixture
def sitting(phone: Page, hub: FakeHub, site: str) -> Page:  # noqa: F811
    """Opened ten minutes ago; the baseline began nine minutes ago, building trust 92 s ago."""
    now_ns = hub.now_ns()
    info = hub.open_session("room-1", library().texts["classic-90"], {1: "kit-1"}, True, "en",
                            now_ns - 600_000 * MS)  # fmt: skip
    for ago_s, phase in ((540, PHASES[0]), (92, PHASES[1])):
        at_ns = now_ns - ago_s * 1000 * MS
        hub.record_event(info.id, "phase", {"phase": phase}, at_ns, "console", phase)
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(phone.locator(f"[data-phase={PHASES[1]}]")).to_have_attribute("aria-pressed", "true")
    return phone


def starts(hub: FakeHub) -> dict[str, int]:
    return {phase.id: phase.start_ns for phase in course(hub).phases}


def test_it_began_earlier_is_earlier_also_once_the_phase_has_run_for_longer(
    sitting: Page, hub: FakeHub
) -> None:
    began = starts(hub)[PHASES[1]]
    for taps in (1, 2):
        sitting.tap("[data-by='10']")
        wait_for(lambda n=taps: abs(starts(hub)[PHASES[1]] - (began - n * 10_000 * MS)) < 50 * MS)
    until_it_shows(sitting.locator("#clock"), starts(hub)[PHASES[1]])
    moved = {time.strftime("%H:%M:%S", time.localtime((starts(hub)[PHASES[1]] + ms * MS) // 10**9))
             for ms in (-50, 50)}  # the page's clock is that much of the hub's
    said = re.compile(f"It began earlier by: 10 s → ({'|'.join(moved)})")
    expect(sitting.locator("#toast")).to_contain_text(said)


def test_a_phase_that_was_pressed_offline_can_have_begun_earlier(
    sitting: Page, hub: FakeHub
) -> None:
    knows_the_time(sitting)
    sitting.route(EVENTS, lambda route: route.abort())
    touch = took(lambda: sitting.tap(f"[data-phase={PHASES[2]}]"))
    sitting.press("[data-by='40']", "Enter")
    until_it_shows(sitting.locator("#clock"), touch[0] - 40_000 * MS, late_ns=touch[1] - touch[0])
    sitting.unroute(EVENTS)
    expect(sitting.locator("#sent")).to_have_text("all sent")
    assert off_ns(starts(hub)[PHASES[2]] + 40_000 * MS, touch) < 200 * MS


def test_a_phase_is_not_moved_past_the_one_before_it_which_would_last_then(
    sitting: Page, hub: FakeHub
) -> None:
    sitting.tap(f"[data-phase={PHASES[2]}]")
    wait_for(lambda: len(starts(hub)) == 3)
    before = starts(hub)
    expect(sitting.locator("[data-by='120']")).to_have_attribute("aria-disabled", "true")
    sitting.tap("[data-by='120']", force=True)  # a finger does not know
    expect(sitting.locator("#toast")).to_contain_text("cannot begin before “Building trust”")
    expect(sitting.locator("#toast button")).to_have_count(0)
    sitting.tap("[data-by='40']")
    wait_for(lambda: starts(hub)[PHASES[2]] < before[PHASES[2]])
    assert list(starts(hub)) == PHASES[:3]


def test_another_time_is_asked_for_in_minutes_and_seconds_and_a_word_is_not_dropped(
    sitting: Page, hub: FakeHub
) -> None:
    began = starts(hub)[PHASES[1]]
    sitting.locator(".began").get_by_text("other").tap()
    minutes, seconds = sitting.get_by_label("min"), sitting.get_by_label("s", exact=True)
    confirm = sitting.locator("dialog .main")
    minutes.fill("")
    minutes.press_sequentially("five")
    expect(sitting.locator("dialog")).to_contain_text("How many minutes and seconds")
    expect(confirm).to_be_disabled()
    minutes.fill("30")
    expect(sitting.locator("dialog")).to_contain_text("cannot begin before “Quiet rest")
    expect(confirm).to_be_disabled()
    minutes.fill("3")
    seconds.fill("20")
    confirm.tap()
    wait_for(lambda: abs(starts(hub)[PHASES[1]] - (began - 200_000 * MS)) < 50 * MS)
    expect(sitting.locator("dialog")).to_have_count(0)
    assert fits(sitting)
    assert sitting.wrong == []  # type: ignore[attr-defined]


def test_a_press_without_effect_says_so_and_offers_nothing_to_take_back(
    sitting: Page, hub: FakeHub
) -> None:
    toast = sitting.locator("#toast")
    sitting.tap(f"[data-phase={PHASES[1]}]")
    expect(toast).to_have_text(
        "Building trust: has no effect (this phase was already running)")
    until_it_shows(sitting.locator("#clock"), starts(hub)[PHASES[1]])
    tab(sitting, "history")
    sitting.get_by_label("Add what was forgotten").select_option("phase case-call")
    opened = time.localtime(course(hub).opened_ns / 1e9 - 60)
    add = sitting.locator("#panel-history > div > .tools")
    add.locator("input").fill(time.strftime("%H:%M:%S", opened))
    add.get_by_role("button", name="Add").tap()
    expect(toast).to_contain_text(
        "Case call: has no effect (it is dated before the session was opened)")
    expect(toast.locator("button")).to_have_count(0)


def test_a_marker_tapped_twice_says_that_it_counts_once_and_is_undone_as_one(
    running: Page, hub: FakeHub
) -> None:
    tab(running, "markers")
    for _ in range(2):
        running.tap("[data-marker=laughter]")
    expect(running.locator("#toast")).to_contain_text("Laughter: has no effect (pressed twice")
    running.tap("#toast button")
    wait_for(lambda: course(hub).markers == ())


def test_offline_the_phase_that_runs_pressed_again_does_not_seem_to_begin_anew(
    sitting: Page, hub: FakeHub
) -> None:
    sitting.route(EVENTS, lambda route: route.abort())
    sitting.tap(f"[data-phase={PHASES[1]}]")
    tab(sitting, "history")
    expect(row(sitting, "phase", "Building trust")).to_contain_text("not yet sent")
    until_it_shows(sitting.locator("#clock"), starts(hub)[PHASES[1]])


def test_people_and_markers(running: Page, hub: FakeHub) -> None:
    tab(running, "people")
    running.tap("[data-kind=presenter][data-seat='3']")
    running.tap("[data-kind=speaker][data-seat='5']")
    running.tap("[data-kind=speaker][data-seat='null']")
    chosen = running.locator("[data-kind=speaker][aria-pressed=true]")
    expect(chosen).to_have_attribute("data-seat", "null")
    tab(running, "markers")
    running.tap("[data-marker=laughter]")
    wait_for(lambda: course(hub).markers)
    assert course(hub).presenter[-1].value == 3
    assert [span.value for span in course(hub).speaker] == [5, None]
    assert course(hub).markers[0].label == "laughter"
    assert running.locator("textarea, input[type=text]").count() == 0


def worn(hub: FakeHub) -> dict[int, str]:
    """Seat -> the kit that it has now."""
    last = {seat: spans[-1] for seat, spans in course(hub).seats.items()}
    return {seat: span.value for seat, span in last.items() if span.end_ns is None}


def kit_of(page: Page, seat: int) -> Locator:
    return page.locator(f"#panel-people select[aria-label='Seat {seat}']")


@pytest.fixture
def seated(running: Page) -> Page:
    tab(running, "people")
    running.locator("#panel-people summary").click()
    expect(kit_of(running, 1).locator("option")).to_have_count(1 + 8)  # once the hub has told them
    return running


def test_who_speaks_is_seen_where_the_system_gives_the_colours(seated: Page, hub: FakeHub) -> None:
    seated.emulate_media(forced_colors="active", reduced_motion="reduce")
    seated.tap("[data-kind=speaker][data-seat='3']")
    expect(seated.locator("[data-kind=speaker][aria-pressed=true]")).to_have_text("3")
    pairs = [("[data-kind=speaker][data-seat='3']", "[data-kind=speaker][data-seat='4']"),
             (".tabs [data-tab=people]", ".tabs [data-tab=phases]")]
    for one, other in pairs:
        assert colour(seated, one, "backgroundColor") != colour(seated, other, "backgroundColor")
    inks = [colour(seated, one, "color") for one, _ in pairs]
    assert inks[0] == inks[1], "both are written on the system's highlight"


def colour(page: Page, of: str, name: str) -> str:
    return page.locator(of).evaluate("(one, name) => getComputedStyle(one)[name]", name)


def test_a_seat_gives_up_its_kit(seated: Page, hub: FakeHub) -> None:
    kit_of(seated, 8).select_option("")
    wait_for(lambda: 8 not in worn(hub))
    expect(kit_of(seated, 8)).to_have_value("")


def test_kits_that_two_seats_have_are_swapped_at_one_moment_and_back(
    seated: Page, hub: FakeHub
) -> None:
    before = worn(hub)
    kit_of(seated, 1).select_option("kit-2")
    seated.get_by_role("button", name="Swap: seat 2 gets kit-1").tap()
    wait_for(lambda: worn(hub) == before | {1: "kit-2", 2: "kit-1"})
    assert course(hub).seats[1][0].end_ns == course(hub).seats[2][1].start_ns
    expect(kit_of(seated, 2)).to_have_value("kit-1")
    expect(seated.locator("#toast")).to_contain_text("Seat 1: kit-2 · Seat 2: kit-1")
    seated.tap("#toast button")
    wait_for(lambda: worn(hub) == before)
    expect(kit_of(seated, 1)).to_have_value("kit-1")
    assert seated.wrong == []  # type: ignore[attr-defined]


def test_a_kit_is_not_taken_from_a_seat_without_saying_what_is_lost(
    seated: Page, hub: FakeHub
) -> None:
    before = worn(hub)
    kit_of(seated, 1).select_option("kit-2")
    dialog = seated.locator("dialog")
    expect(dialog).to_contain_text("nothing more is recorded of seat 2")
    expect(dialog).to_contain_text("kit-1 is then on no seat")
    assert fits(seated)
    dialog.get_by_text("Leave it as it is").tap()
    expect(kit_of(seated, 1)).to_have_value("kit-1")
    assert worn(hub) == before
    kit_of(seated, 1).select_option("kit-2")
    dialog.get_by_text("Take it: seat 2 has none").tap()
    wait_for(lambda: worn(hub) == {n: k for n, k in before.items() if n != 2} | {1: "kit-2"})
    expect(seated.locator("#toast")).to_contain_text("Seat 1: kit-2 · Seat 2: no kit")
    kit_of(seated, 2).select_option("kit-1")  # nobody has it now
    wait_for(lambda: worn(hub).get(2) == "kit-1")


SEAT_LOSES = """async () => {
    const { seatLoses } = (await import('/static/js/console/words.js')).words('hu');
    return [1, 2, 5, 11, 15, 50].map((seat) => seatLoses(seat).match(/, (az? \\d+)/)[1]);
}"""


def test_the_number_of_a_seat_has_its_hungarian_article(page: Page) -> None:
    articles = ["az 1", "a 2", "az 5", "a 11", "a 15", "az 50"]
    assert page.evaluate(SEAT_LOSES) == articles


def test_arrow_keys_only_look_through_the_kits(seated: Page, hub: FakeHub) -> None:
    before, press = worn(hub), seated.keyboard.press
    kit_of(seated, 1).focus()
    press("ArrowDown")
    press("Enter")
    expect(seated.get_by_role("dialog", name="kit-2 is on seat 2")).to_be_visible()
    press("Escape")
    kit_of(seated, 8).focus()
    for key in ("ArrowUp", "Escape", "Home", "End"):  # the list ends with its own
        press(key)
        expect(kit_of(seated, 8)).to_have_value({"ArrowUp": "kit-7", "Home": ""}.get(key, "kit-8"))
    press("Home")
    kit_of(seated, 8).dispatch_event("focus")  # as when another window had it meanwhile
    press("Enter")
    wait_for(lambda: 8 not in worn(hub))
    expect(kit_of(seated, 8)).to_be_focused()
    kit_of(seated, 7).focus()
    press("Home")
    press("Tab")  # leaves it, as chosen
    wait_for(lambda: worn(hub) == {n: kit for n, kit in before.items() if n < 7})
    expect(kit_of(seated, 8)).to_be_focused()
    history = [said.event.data for said in course(hub).history if said.event.kind == "seat"]
    assert history[len(before):] == [{"seat": 8, "kit": None}, {"seat": 7, "kit": None}]


def test_what_was_chosen_counts_though_the_list_is_drawn_anew_just_as_it_is_left(
    seated: Page, hub: FakeHub
) -> None:
    kit_of(seated, 7).focus()
    seated.keyboard.press("Home")
    lists = [kit_of(seated, seat).element_handle() for seat in (7, 8)]
    seated.evaluate("([left, next]) => { next.focus(); left.remove(); }", lists)
    wait_for(lambda: 7 not in worn(hub), seconds=20)


def test_all_but_the_list_that_has_the_focus_shows_what_others_say(
    seated: Page, hub: FakeHub
) -> None:
    kit_of(seated, 3).focus()
    seated.keyboard.press("ArrowDown")
    for kind, data in (("speaker", {"seat": 5}), ("seat", {"seat": 4, "kit": None})):
        hub.record_event(hub.sessions()[0].id, kind, data, hub.now_ns(), "console", f"other-{kind}")
    expect(seated.locator("[data-kind=speaker][aria-pressed=true]")).to_have_text("5")
    expect(kit_of(seated, 4)).to_have_value("")
    expect(kit_of(seated, 3)).to_be_focused()
    expect(kit_of(seated, 3)).to_have_value("kit-4")


def test_a_kit_that_is_given_offline_shows_where_it_will_be(seated: Page, hub: FakeHub) -> None:
    seated.route(EVENTS, lambda route: route.abort())
    kit_of(seated, 1).select_option("kit-2")
    seated.get_by_text("Take it: seat 2 has none").tap()
    expect(kit_of(seated, 1)).to_have_value("kit-2")
    expect(kit_of(seated, 2)).to_have_value("")


def test_kits_are_offered_in_their_order_however_the_hub_lists_them(
    phone: Page, hub: FakeHub, site: str, monkeypatch: pytest.MonkeyPatch  # noqa: F811
) -> None:
    seats = {1: "kit-4"}
    hub.open_session("room-1", library().texts["demo"], seats, True, "en", hub.now_ns())
    hub._kits = 11
    kits = hub.kits
    monkeypatch.setattr(hub, "kits", lambda: sorted(kits(), key=lambda kit: kit["kit"][::-1]))
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    tab(phone, "people")
    phone.locator("#panel-people summary").click()
    offered = kit_of(phone, 1).locator("option")
    expect(offered).to_have_text(["no kit", *(f"kit-{n}" for n in range(1, 12))])


def test_history_deletes_moves_and_adds(running: Page, hub: FakeHub) -> None:
    running.tap("[data-phase=baseline]")
    running.tap("[data-phase=questions]")
    wait_for(lambda: len(course(hub).phases) == 2)
    tab(running, "history")
    row = running.locator(".history li", has_text="Clarifying questions")
    row.get_by_role("button", name="Correct").tap()
    row.get_by_role("button", name="−10 s").tap()
    wait_for(lambda: any(s.event.kind == "retime" for s in course(hub).history))
    row = running.locator(".history li", has_text="Quiet rest")
    row.get_by_role("button", name="Correct").tap()
    row.get_by_role("button", name="Delete").tap()
    expect(running.locator(".history .gone")).to_have_count(1)
    wait_for(lambda: [p.id for p in course(hub).phases] == ["questions"])
    # A time of day has whole seconds: let one begin that lies behind the opening.
    opened_s = course(hub).opened_ns // 10**9
    wait_for(lambda: time.time() > opened_s + 2)
    running.locator("#panel-history select").last.select_option("phase closing")
    running.locator("#panel-history input[type=time]").last.fill(time.strftime("%H:%M:%S"))
    running.get_by_text("Add", exact=True).tap()
    wait_for(lambda: {p.id for p in course(hub).phases} == {"questions", "closing"})


def row(page: Page, kind: str, text: str) -> Locator:
    return page.locator(f".history li[data-entry={kind}]", has_text=text).first


def test_whatever_the_history_took_back_it_puts_back(sitting: Page, hub: FakeHub) -> None:
    both = PHASES[:2]
    began = course(hub).phases[1].start_ns
    tab(sitting, "history")
    press = row(sitting, "phase", "Building trust")
    for name in ("Correct", "Delete"):
        press.get_by_role("button", name=name).tap()
    wait_for(lambda: [p.id for p in course(hub).phases] == ["baseline"])
    press.get_by_role("button", name="Put back").tap()
    wait_for(lambda: [p.id for p in course(hub).phases] == both)
    press.get_by_role("button", name="+10 s").tap()  # it is open still
    wait_for(lambda: course(hub).phases[1].start_ns != began)
    expect(press).to_contain_text("console · first pressed")
    row(sitting, "retime", "Set time").get_by_role("button", name="Undo").tap()
    wait_for(lambda: course(hub).phases[1].start_ns == began)
    row(sitting, "retime", "Set time").get_by_role("button", name="Put back").press("Enter")
    wait_for(lambda: course(hub).phases[1].start_ns != began)
    row(sitting, "delete", "Building trust").get_by_role("button", name="Put back").press("Enter")
    wait_for(lambda: [p.id for p in course(hub).phases] == ["baseline"])
    assert fits(sitting)
    assert sitting.wrong == []  # type: ignore[attr-defined]


def test_the_history_says_who_pressed_and_what_an_undo_of_the_box_took_back(
    running: Page, hub: FakeHub
) -> None:
    for n, kind in enumerate(("phase", "undo")):
        data = {"phase": "case-call"} if kind == "phase" else {}
        data |= {"placed": "fit", "error_ns": 2_400_000}
        hub.record_event(hub.sessions()[0].id, kind, data, hub.now_ns(), "box", f"b{n}")
    tab(running, "history")
    expect(row(running, "phase", "Case call")).to_contain_text("button box · ± 3 ms · undone")
    expect(row(running, "undo", "Undo: ")).to_contain_text("Undo: Case call")
    row(running, "undo", "Undo: ").get_by_role("button", name="Undo").tap()
    wait_for(lambda: [p.id for p in course(hub).phases] == ["case-call"])


def test_what_corrects_and_moves_says_of_what_to_who_hears_the_page(sitting: Page) -> None:
    later = sitting.get_by_role("group", name="It began earlier by:")
    expect(later.get_by_role("button", name="40 s")).to_be_visible()
    tab(sitting, "history")
    what = sitting.get_by_label("Add what was forgotten")
    assert what.evaluate("(one) => one.validity.valid"), "nothing is wrong before it is asked for"
    press = row(sitting, "phase", "Building trust")
    said = f"{press.locator('time').inner_text()} Building trust"
    press.get_by_role("button", name=f"Correct: {said}").tap()
    tools = press.get_by_role("group", name=said)
    tools.get_by_role("button", name="Delete").tap()
    expect(press.get_by_role("button", name=f"Put back: {said}")).to_be_visible()


# Touches of a finger, all at one moment and one spot: at six tenths of a button's width, where
# another may come to lie.
TOUCHES = """([button, times]) => {
    const { left, width, top, height } = document.querySelector(button).getBoundingClientRect();
    const at = { clientX: left + 0.6 * width, clientY: top + height / 2 };
    const touch = { ...at, detail: 1, bubbles: true, cancelable: true };
    for (let n = 0; n < times; n += 1) {
        const under = document.elementFromPoint(at.clientX, at.clientY);
        under.dispatchEvent(new MouseEvent("click", touch));
    }
}"""


def test_a_wet_finger_that_touches_twice_presses_once(sitting: Page, hub: FakeHub) -> None:
    sitting.evaluate(TOUCHES, [f"[data-phase={PHASES[2]}]", 2])  # "It began earlier" comes there
    expect(sitting.locator("#toast")).to_contain_text("Case call")
    sitting.evaluate(TOUCHES, ["#toast button", 2])  # "Put back" does
    expect(sitting.locator("#toast")).to_contain_text("Undone: Case call")
    sitting.evaluate(TOUCHES, ["[data-by='10']", 2])  # what was pressed itself answers
    wait_for(lambda: len(course(hub).history) == 8)
    assert [said.event.kind for said in course(hub).history][-5:] == [
        "phase", "phase", "undo", "retime", "retime"]  # fmt: skip


def test_a_wet_finger_does_not_answer_the_question_that_it_brought(
    running: Page, hub: FakeHub
) -> None:
    tab(running, "history")
    under = "document.styleSheets[0].insertRule('#close-sure { position: fixed; inset: 0; }')"
    running.evaluate(under)  # any finger
    running.evaluate(TOUCHES, ["#close", 2])
    expect(running.locator("#close-sure")).to_be_visible()


def test_a_wet_finger_takes_back_one_row_of_the_history(sitting: Page, hub: FakeHub) -> None:
    """Not the one that comes to lie where the first was."""
    for n, phase in enumerate(PHASES[:2]):
        said = {"target": phase}
        hub.record_event(hub.sessions()[0].id, "delete", said, hub.now_ns(), "box", f"delete-{n}")
    tab(sitting, "history")
    older, newest = (f"[data-id=delete-{n}] button" for n in (0, 1))
    expect(sitting.locator(newest)).to_have_text("Undo")
    expect(sitting.locator(newest)).to_have_text("Undo")
    sitting.evaluate(TOUCHES, [older, 2])
    expect(sitting.locator("#sent")).to_have_text("all sent")
    undone = [said.event.data for said in course(hub).history if said.event.kind == "undo"]
    assert undone == [{"target": "delete-0"}]


def test_a_second_touch_beside_the_first_is_another_press(seated: Page, hub: FakeHub) -> None:
    for seat, offset in ((3, 80), (4, 4)):  # at their border
        button = seated.locator(f"[data-kind=speaker][data-seat='{seat}']")
        button.tap(position={"x": offset, "y": 25})
    expect(seated.locator("[data-kind=speaker][aria-pressed=true]")).to_have_text("4")


def test_a_wet_hand_that_moved_a_phase_is_undone_by_the_toast(sitting: Page, hub: FakeHub) -> None:
    began = starts(hub)
    sitting.tap("[data-by='120']")
    wait_for(lambda: starts(hub)[PHASES[1]] == pytest.approx(began[PHASES[1]] - 120e9, abs=5e7))
    moved = starts(hub)
    sitting.tap("#toast button")
    wait_for(lambda: starts(hub) == began)
    expect(sitting.locator("#toast")).to_contain_text("Undone: It began earlier by: 2 min")
    sitting.get_by_role("button", name="Put back").press("Enter")
    wait_for(lambda: starts(hub) == moved)


def test_an_undo_that_was_not_meant_is_put_back_also_offline(running: Page, hub: FakeHub) -> None:
    running.route(EVENTS, lambda route: route.abort())
    running.tap("[data-phase=baseline]")
    running.tap("#toast button")
    expect(running.locator("[data-phase][aria-pressed=true]")).to_have_count(0)
    running.press("#toast button", "Enter")
    expect(running.locator("[data-phase=baseline]")).to_have_attribute("aria-pressed", "true")
    running.unroute(EVENTS)
    expect(running.locator("#sent")).to_have_text("all sent")
    assert [p.id for p in course(hub).phases] == ["baseline"]


def test_offline_a_press_is_kept_shown_and_dated_by_its_touch(running: Page, hub: FakeHub) -> None:
    knows_the_time(running)
    running.route(EVENTS, lambda route: route.abort())
    touch = took(lambda: running.tap("[data-phase=baseline]"))
    running.tap("[data-phase=building-trust]")
    expect(running.locator("#sent")).to_have_text("not yet sent (2)")
    expect(running.locator("[data-phase=building-trust]")).to_have_attribute("aria-pressed", "true")
    running.reload()
    expect(running.locator("#sent")).to_have_text("not yet sent (2)")
    expect(running.locator("[data-phase=building-trust]")).to_have_attribute("aria-pressed", "true")
    running.wait_for_timeout(1500)
    assert course(hub).phases == ()
    running.unroute(EVENTS)
    expect(running.locator("#sent")).to_have_text("all sent")
    assert [p.id for p in course(hub).phases] == PHASES[:2]
    assert off_ns(course(hub).phases[0].start_ns, touch) < 200 * MS


def test_a_press_goes_with_what_the_page_knew_of_the_hub_s_clock_since_the_phone_slept(
    page: Page
) -> None:
    """While a phone sleeps its pages' clocks may stand still."""
    presses, batch = page.evaluate("""async () => {
        const { HubClock, clientMs: now } = await import('/static/js/hubclock.js');
        const { PressQueue } = await import('/static/js/console/queue.js');
        let [hub, away, sent] = [0, true, null];
        const clock = new HubClock(async () => ({ json: async () => ({ hub_ns: (hub += 1) }) }));
        const send = async (batch) => {
            if (away) throw new Error('away');
            sent = batch;
            return { accepted: batch.presses.map(({ id }) => id), refused: [] };
        };
        const silent = { onchange() {}, onproblem() {} };
        const queue = new PressQueue({ session: 'sleepy', send, clock, now, ...silent });
        const press = () => queue.add([{ kind: 'undo', data: {}, touched_ms: now() }]);
        await clock.exchange();
        press();
        const awake = Date.now;
        Date.now = () => awake() + 300000;
        press();
        await clock.exchange();
        press();
        away = false;
        do await queue.flush(); while (!sent);
        Date.now = awake;
        const known = (exchanges) => exchanges.map(([, hub]) => hub);
        return [sent.presses.map(({ exchanges }) => known(exchanges)), known(sent.exchanges)];
    }""")
    assert presses == [[1], [], [2]]
    assert batch == [2]


def sleep(page: Page, hub: FakeHub, seconds: int) -> None:
    """As a page sees it: its own clock stood still, the device's and the hub's went on. It has not
    asked the hub for its time since."""
    with page.expect_response("**/api/clock"):
        pass
    page.route("**/api/clock", lambda route: route.abort())
    sleep_on(page, hub, seconds)


def sleep_on(page: Page, hub: FakeHub, seconds: int) -> None:
    page.evaluate("s => { const awake = Date.now; Date.now = () => awake() + 1000 * s; }", seconds)
    hub.offset_ns += seconds * 1000 * MS


def test_who_wakes_the_phone_and_says_that_it_began_earlier_moves_it_to_earlier(
    sitting: Page, hub: FakeHub
) -> None:
    """At 92 s, in which there would be no moment 300 s before."""
    expect(sitting.locator("#sent")).to_have_text("all sent")
    began = starts(hub)[PHASES[1]]
    sleep(sitting, hub, 300)
    until_it_shows(sitting.locator("#clock"), began - hub.offset_ns)
    sitting.tap("[data-by='40']")
    wait_for(lambda: abs(starts(hub)[PHASES[1]] - (began - 40_000 * MS)) < 500 * MS)
    expect(sitting.locator("#problems")).to_be_empty()


def test_a_phase_that_is_pressed_as_the_phone_wakes_shows_at_once_that_it_runs(
    sitting: Page, hub: FakeHub
) -> None:
    """Also where somebody pressed another while the phone slept."""
    sleep(sitting, hub, 300)
    press = ("phase", {"phase": PHASES[2]}, hub.now_ns() - 100_000 * MS, "box", "b1")
    hub.record_event(hub.sessions()[0].id, *press)
    expect(sitting.locator(f"[data-phase={PHASES[2]}]")).to_have_attribute("aria-pressed", "true")
    sitting.route(EVENTS, lambda route: route.abort())
    touch = took(lambda: sitting.tap(f"[data-phase={PHASES[3]}]"))
    expect(sitting.locator(f"[data-phase={PHASES[3]}]")).to_have_attribute("aria-pressed", "true")
    until_it_shows(sitting.locator("#clock"), touch[0], late_ns=touch[1] - touch[0])


def test_a_phase_that_was_pressed_offline_before_the_phone_slept_is_where_it_was(
    sitting: Page, hub: FakeHub
) -> None:
    expect(sitting.locator("#sent")).to_have_text("all sent")
    knows_the_time(sitting)
    sitting.route(EVENTS, lambda route: route.abort())
    touch = took(lambda: sitting.tap(f"[data-phase={PHASES[2]}]"))
    late_ns = touch[1] - touch[0]
    sleep(sitting, hub, 300)
    sitting.evaluate("dispatchEvent(new StorageEvent('storage'))")  # all is drawn anew
    until_it_shows(sitting.locator("#clock"), touch[0] - hub.offset_ns, late_ns=late_ns)
    sitting.press("[data-by='40']", "Enter")
    moved_ns = touch[0] - 40_000 * MS
    until_it_shows(sitting.locator("#clock"), moved_ns - hub.offset_ns, late_ns=late_ns)
    sitting.unroute(EVENTS)
    expect(sitting.locator("#sent")).to_have_text("all sent")
    assert off_ns(starts(hub)[PHASES[2]] + 40_000 * MS, touch) < 200 * MS


def test_a_phase_that_was_pressed_offline_as_the_phone_woke_is_where_it_was(
    sitting: Page, hub: FakeHub
) -> None:
    """What the page knew of the hub's clock was from before the sleep, so it went without; then the
    phone slept once more."""
    expect(sitting.locator("#sent")).to_have_text("all sent")
    sleep(sitting, hub, 300)
    sitting.route(EVENTS, lambda route: route.abort())
    slept_ns = hub.offset_ns
    touch = took(lambda: sitting.tap(f"[data-phase={PHASES[2]}]"))
    sleep_on(sitting, hub, 200)
    sitting.unroute("**/api/clock")
    sitting.unroute(EVENTS)
    expect(sitting.locator("#sent")).to_have_text("all sent")
    assert off_ns(starts(hub)[PHASES[2]] - slept_ns, touch) < 200 * MS


def test_it_began_earlier_is_counted_from_where_the_hub_has_it_though_the_phone_s_clock_was_set(
    sitting: Page, hub: FakeHub
) -> None:
    """For the page it is as if it had slept."""
    expect(sitting.locator("#sent")).to_have_text("all sent")
    began = starts(hub)[PHASES[1]]
    sleep(sitting, hub, 0)
    sitting.evaluate("() => { const now = Date.now; Date.now = () => now() + 20000; }")
    sitting.tap("[data-by='10']")
    wait_for(lambda: starts(hub)[PHASES[1]] != began)
    assert abs(starts(hub)[PHASES[1]] - (began - 10_000 * MS)) < MS


def test_an_answer_about_the_time_that_was_on_its_way_while_the_phone_slept_is_none(
    page: Page
) -> None:
    """Its way took the page no time, and yet nobody knows when the hub gave it."""
    before, after = page.evaluate("""async () => {
        const { HubClock } = await import('/static/js/hubclock.js');
        const awake = Date.now;
        let slept = 0;
        Date.now = () => awake() + slept;
        let asleep = () => {};
        const json = async () => ({ hub_ns: Date.now() * 1e6 });
        const hub = async () => { asleep(); return { json }; };
        const clock = new HubClock(hub);
        const off = () => clock.nowNs() / 1e6 - Date.now();
        await clock.exchange();
        const before = off();
        asleep = () => { slept = 300000; };
        await clock.exchange();
        const after = off();
        Date.now = awake;
        return [before, after];
    }""")
    assert abs(before) < 200
    assert abs(after) < 200


def test_a_page_that_comes_back_into_sight_asks_the_hub_for_its_time_at_once(page: Page) -> None:
    page.evaluate("""async () => {
        const { HubClock } = await import('/static/js/hubclock.js');
        window.asked = 0;
        new HubClock(async () => ({ json: async () => ({ hub_ns: ++asked }) })).run();
    }""")
    wait_for(lambda: page.evaluate("asked") == 7)  # from now on it asks four times a minute
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert page.evaluate("asked") == 8


ONLY_HERE = "what was pressed since is in this page alone"
FILL = """() => {
    for (let size = 1 << 22; size; size >>= 1) {
        try {
            for (let k = 0; ; k++) localStorage.setItem(`fill-${size}-${k}`, "x".repeat(size));
        } catch { }
    }
}"""


def test_where_a_phone_has_no_room_left_a_press_is_sent_all_the_same_and_so_is_the_end(
    running: Page, hub: FakeHub
) -> None:
    running.evaluate(FILL)
    running.route(EVENTS, lambda route: route.abort())
    running.tap("[data-phase=baseline]")
    expect(running.locator("#sent")).to_have_text("not yet sent (1)")
    end(running)
    cards = running.locator(".problem")
    expect(cards).to_contain_text([ONLY_HERE, "The session has not ended yet."])
    running.unroute(EVENTS)
    expect(running.get_by_text("The session is over")).to_be_visible()
    assert [phase.id for phase in course(hub).phases] == ["baseline"]


def test_of_many_presses_that_waited_no_touch_is_parted(page: Page) -> None:
    """Of a swap of kits the hub never has a half."""
    touches = page.evaluate("""async () => {
        const { PressQueue } = await import('/static/js/console/queue.js');
        const sent = [];
        const send = async ({ presses }) => {
            sent.push(presses.map((one) => one.touched_ms));
            return { accepted: presses.map(({ id }) => id), refused: [] };
        };
        const [clock, silent] = [{ exchanges: [] }, { onchange() {}, onproblem() {} }];
        const queue = new PressQueue({ session: 'many', send, clock, now: Date.now, ...silent });
        for (let k = 0; k < 99; k++) queue.keep({ kind: 'undo', data: {}, touched_ms: k });
        queue.add([99, 99, 100].map((touched_ms) => ({ kind: 'undo', data: {}, touched_ms })));
        await queue.flush();
        return sent;
    }""")
    assert touches == [[*range(100), 99], [100]]


def test_an_acknowledgement_that_is_lost_makes_no_second_press(running: Page, hub: FakeHub) -> None:
    answers: list[int] = []

    def lose(route: Route) -> None:
        answers.append(route.fetch().status)
        route.abort()

    running.route(EVENTS, lose, times=2)
    running.tap("[data-phase=baseline]")
    expect(running.locator("#sent")).to_have_text("not yet sent (1)")
    expect(running.locator("#sent")).to_have_text("all sent")
    assert answers == [200, 200]
    assert len(hub.calls) == 1


def test_undo_of_a_press_that_was_never_sent(running: Page, hub: FakeHub) -> None:
    running.route(EVENTS, lambda route: route.abort())
    running.tap("[data-phase=baseline]")
    running.tap("#toast button")
    expect(running.locator("[data-phase][aria-pressed=true]")).to_have_count(0)
    expect(running.locator("#sent")).to_have_text("not yet sent (2)")
    running.unroute(EVENTS)
    expect(running.locator("#sent")).to_have_text("all sent")
    assert course(hub).phases == ()


def test_nothing_is_read_aloud_twice(running: Page, hub: FakeHub) -> None:
    running.evaluate(LISTEN)
    running.tap("[data-phase=baseline]")
    hub.full_disk = True
    running.tap("[data-phase=questions]")
    expect(running.locator("#problems")).to_contain_text("The hub's disk is full.")
    with running.expect_response(EVENTS):  # it tries again
        running.evaluate("dispatchEvent(new Event('online'))")
    expect(running.locator("#problems .problem")).to_have_count(1)
    read: list[str] = running.evaluate("window.read")
    assert read.index("Quiet rest") < read.index("Clarifying questions")
    assert read.count("Quiet rest") == 1
    assert len([said for said in read if "disk is full" in said]) == 1
    button = running.get_by_role("button", name="Clarifying questions", exact=True, pressed=True)
    expect(button).to_be_visible()  # its clock is not in its name


def test_what_is_said_twice_is_one_card_and_stays_where_it_is(page: Page) -> None:
    kept = page.evaluate("""async () => {
        const { holdSame } = await import('/static/js/dom.js');
        const card = (text) => Object.assign(document.createElement('p'), { textContent: text });
        const root = document.createElement('div');
        const shown = () => (holdSame(root, [...'ABA'].map(card)), [...root.children]);
        const [first, then] = [shown(), shown()];
        return first.length === 2 && first.every((one, k) => one === then[k]);
    }""")
    assert kept


def test_the_hubs_no_is_shown_and_the_press_stays(running: Page, hub: FakeHub) -> None:
    hub.full_disk = True
    running.tap("[data-phase=baseline]")
    expect(running.locator("#problems")).to_contain_text("The hub's disk is full.")
    expect(running.locator("#problems")).to_contain_text("Free some space on the hub.")
    expect(running.locator("#sent")).to_have_text("not yet sent (1)")
    hub.full_disk = False
    expect(running.locator("#sent")).to_have_text("all sent")
    expect(running.locator("#problems")).to_have_text("")


def test_what_endangers_the_recording_is_said_during_a_session_as_long_as_it_lasts(
    running: Page, hub: FakeHub
) -> None:
    """But not all that the hub has on its mind: a group is sitting there."""
    hub.trouble = [
        Problem(1, "bad message", "Somebody sent nonsense.", "All.", "Nothing."),
        Problem(2, CODE, "The disk is nearly full: 64 MB are in use.", "All.", "Free some disk."),
    ]
    card = running.locator("#problems .problem")
    expect(card).to_contain_text("The disk is nearly full")
    expect(card).to_have_count(1)
    assert fits(running)
    hub.trouble = []
    expect(card).to_have_count(0)


def test_what_the_hub_says_is_wrong_goes_when_it_is_over(running: Page, hub: FakeHub) -> None:
    view = hub.live(hub.sessions()[0].id)
    view.apply([influx_said(Trouble("InfluxDB is away", "everything", "start it"), hub.now_ns())])
    expect(running.locator(".problem")).to_contain_text("InfluxDB is away")
    view.apply([influx_said(BACK, hub.now_ns(), over=True)])
    expect(running.locator(".problem")).to_have_count(0)
    expect(running.locator("#problems .over")).to_contain_text("InfluxDB takes the results again")


def test_a_press_on_the_button_box_shows_at_once(running: Page, hub: FakeHub) -> None:
    hub.record_event(
        hub.sessions()[0].id, "phase", {"phase": "case-call"}, hub.now_ns(), "box", "b1"
    )
    expect(running.locator("[data-phase=case-call]")).to_have_attribute("aria-pressed", "true")
    expect(running.get_by_role("status")).to_have_text("Case call")


# For as long as a busy machine takes to look at it.
TOAST_STAYS = """(() => {
    const later = setTimeout;
    window.setTimeout = (act, ms, ...more) => later(act, ms === 10000 ? 3600e3 : ms, ...more);
})()"""


@pytest.fixture(params=["phone", "desk"])
def long(request: pytest.FixtureRequest, hub: FakeHub, site: str) -> Page:
    """A session in which somebody tapped who speaks sixty times."""
    page: Page = request.getfixturevalue(request.param)
    page.add_init_script(TOAST_STAYS)
    seats = {n: f"kit-{n}" for n in range(1, 9)}
    info = hub.open_session("room-1", library().texts["classic-90"], seats, True, "en",
                            hub.now_ns() - 600_000 * MS)  # fmt: skip
    for k in range(60):
        at_ns = hub.now_ns() - (400 - 6 * k) * 1000 * MS
        hub.record_event(info.id, "speaker", {"seat": k % 8 + 1}, at_ns, "console", f"s{k}")
    page.goto(f"{site}/console?token={ROOM_TOKEN}")
    page.click("[data-phase=baseline]")
    expect(page.locator("#toast button")).to_be_visible()
    return page


def test_the_end_is_in_sight_however_long_the_history(long: Page) -> None:
    if long.locator(".tabs").is_visible():
        tab(long, "history")
    expect(long.locator(".history li")).to_have_count(61)
    expect(long.locator("#close")).to_be_in_viewport(ratio=1)
    expect(long.get_by_label("Add what was forgotten")).to_be_attached()
    long.click("#close")
    expect(long.locator("#close-sure")).to_be_visible()
    expect(long.locator("#toast")).to_be_visible()


def test_who_reads_the_history_stays_there_when_the_box_moves_the_phase(
    long: Page, hub: FakeHub
) -> None:
    if long.locator(".tabs").is_visible():
        tab(long, "history")
    long.evaluate("scrollTo(0, document.body.scrollHeight)")
    foot = long.locator(".history li").last
    expect(foot).to_be_in_viewport()
    press = ("phase", {"phase": "case-call"}, hub.now_ns(), "box", "b1")
    hub.record_event(hub.sessions()[0].id, *press)
    expect(long.locator("[data-phase=case-call]")).to_have_attribute("aria-pressed", "true")
    expect(long.locator(".history li")).to_have_count(62)
    expect(foot).to_be_in_viewport()


def test_who_looks_through_the_phases_stays_there_when_the_hub_answers(sitting: Page) -> None:
    sitting.set_viewport_size({"width": 740, "height": 360})
    sitting.route(EVENTS, lambda route: route.abort())
    sitting.tap(f"[data-phase={PHASES[2]}]")
    expect(sitting.locator(f"[data-phase={PHASES[3]}]")).to_be_in_viewport(ratio=1)
    last = f"[data-phase={PHASES[-1]}]"
    into_view(sitting, last)
    before = box(sitting, last)
    sitting.unroute(EVENTS)
    expect(sitting.locator("#sent")).to_have_text("all sent")
    expect(sitting.locator(".phases .pending")).to_have_count(0)
    assert box(sitting, last) == before


def test_a_toast_that_goes_moves_nothing_also_at_the_foot_of_a_low_page(sitting: Page) -> None:
    sitting.set_viewport_size({"width": 740, "height": 360})
    for name in ("phases", "people", "markers"):
        tab(sitting, name)
        sitting.evaluate("import('/static/js/console/toast.js').then(({ toast }) => toast('Kept'))")
        expect(sitting.locator("#toast")).to_be_visible()
        sitting.evaluate("scrollTo(0, document.body.scrollHeight)")
        last = f"#panel-{name} :is(button, summary)"
        before = box(sitting, last)
        sitting.evaluate("import('/static/js/console/toast.js').then(({ hide }) => hide())")
        expect(sitting.locator("#toast")).to_be_hidden()
        assert box(sitting, last) == before, name


# What is pressed where the toast is, once it is gone.
UNDER_TOAST = """() => {
    const { left, right, top, bottom } = document.querySelector("#toast").getBoundingClientRect();
    const under = new Set();
    for (let x = left + 4; x < right; x += 8) for (let y = top + 2; y < bottom; y += 6) {
        const first = document.elementsFromPoint(x, y).find((one) => !one.closest("#toast"));
        const button = first?.closest("button, a, select, input, summary");
        if (button) under.add(button.textContent || button.tagName);
    }
    return [...under];
}"""


def test_the_toast_lies_on_nothing_that_can_be_pressed(long: Page) -> None:
    tabs = long.locator(".tabs button").all() if long.locator(".tabs").is_visible() else []
    for one in [None, *tabs]:
        if one:
            one.tap()
        for share in (0, 0.5, 1):
            long.evaluate("(share) => scrollTo(0, share * document.body.scrollHeight)", share)
            assert long.evaluate(UNDER_TOAST) == []
    foot = "() => document.querySelector('.history').getBoundingClientRect().bottom"
    assert long.evaluate(foot) <= long.evaluate("document.querySelector('#toast').offsetTop")
    expect(long.locator("#toast")).to_be_visible()


def test_it_ends_only_after_asking(running: Page, hub: FakeHub) -> None:
    tab(running, "history")
    running.tap("#close")
    running.get_by_text("Not yet", exact=True).tap()
    assert hub.sessions()[0].closed_ns is None
    running.tap("#close")
    running.tap("#close-sure")
    expect(running.get_by_text("The session is over")).to_be_visible()
    assert hub.sessions()[0].closed_ns is not None


def test_a_question_says_what_it_asks_and_what_goes_wrong_meanwhile(
    running: Page, hub: FakeHub
) -> None:
    """To who hears the page: of what lies under it nothing is heard."""
    tab(running, "history")
    running.tap("#close")
    question = running.get_by_role("dialog", name="End the session?")
    expect(question).to_have_accessible_description(re.compile("Recording stops."))
    trouble = Trouble("InfluxDB is away.", "All is kept.", "Start it.")
    hub.live(hub.sessions()[0].id).apply([influx_said(trouble, hub.now_ns())])
    expect(question.get_by_role("status")).to_contain_text("InfluxDB is away. Kept: All is kept.")
    running.get_by_text("Not yet", exact=True).tap()
    expect(running.locator("#problems")).to_contain_text("InfluxDB is away.")


def test_a_press_that_a_reload_would_lose_is_said_to_lie_in_this_page_alone_and_asked_after(
    running: Page
) -> None:
    """The phone has no room left, and the hub is away."""
    running.evaluate(FILL)
    running.route(EVENTS, lambda route: route.abort())
    running.tap("[data-phase=baseline]")
    expect(running.locator(".problem")).to_contain_text(ONLY_HERE)
    running.tap("#sent")
    expect(running.locator("#toast")).to_contain_text(ONLY_HERE)
    with running.expect_event("dialog") as asked:
        running.evaluate("setTimeout(() => location.reload())")
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    running.unroute(EVENTS)
    expect(running.locator("#sent")).to_have_text("all sent")
    expect(running.locator(".problem")).to_have_count(0)


def end(page: Page) -> None:
    tab(page, "history")
    page.tap("#close")
    page.tap("#close-sure")


def test_an_end_waits_for_what_was_pressed_before_it(running: Page, hub: FakeHub) -> None:
    underway: list[Route] = []
    running.route(EVENTS, lambda route: underway.append(route), times=1)
    running.tap("[data-phase=closing]")
    end(running)
    expect(running.locator(".problem")).to_contain_text("what you pressed is kept, and sent first")
    assert hub.sessions()[0].closed_ns is None
    held_back(running, underway).continue_()
    expect(running.get_by_text("The session is over")).to_be_visible()
    assert [phase.id for phase in course(hub).phases] == ["closing"]


def left_over(page: Page, hub: FakeHub) -> None:
    """A press that the phone keeps of a session that is over."""
    page.route(EVENTS, lambda route: route.abort())
    page.tap("[data-phase=baseline]")
    expect(page.locator("#sent")).to_have_text("not yet sent (1)")
    hub.close_session(hub.sessions()[0].id)
    page.goto("about:blank")
    page.unroute(EVENTS)


@pytest.mark.parametrize(
    ("address", "comes"), [("console", "#open:enabled"), ("console?session=gone", ".problem")]
)
def test_what_a_phone_kept_of_a_session_that_is_over_is_sent_when_the_console_is_next_open(
    running: Page, hub: FakeHub, site: str, address: str, comes: str
) -> None:
    left_over(running, hub)
    hub.full_disk = True
    running.goto(f"{site}/{address}")
    expect(running.locator(comes).first).to_be_visible()
    card = running.locator(".problem").get_by_text("The hub's disk is full.")
    expect(card).to_be_visible()
    hub.full_disk = False
    wait_for(lambda: [phase.id for phase in course(hub).phases] == ["baseline"])
    expect(card).to_have_count(0)


REFUSED = "This session has 3000 events."


def refusing(hub: FakeHub, monkeypatch: pytest.MonkeyPatch) -> None:
    refusal = Refused(REFUSED, "All else is kept.", "Open another.")
    monkeypatch.setattr(hub, "record_events", lambda _, events: [refusal for _ in events])


def test_what_is_refused_of_it_stays_to_be_read_beside_what_else_is_wrong(
    running: Page, hub: FakeHub, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    left_over(running, hub)
    refusing(hub, monkeypatch)
    hub.trouble = [Problem(hub.now_ns(), CODE, "The disk is nearly full.", "All.", "Free some.")]
    underway: list[Route] = []
    running.route(EVENTS, lambda route: underway.append(route), times=1)
    running.goto(f"{site}/console")
    cards = running.locator(".problem")
    expect(cards).to_have_text(re.compile("The disk is nearly full."))
    held_back(running, underway).continue_()
    expect(cards).to_contain_text([REFUSED, "The disk is nearly full."])
    hub.trouble = []
    expect(cards).to_contain_text([REFUSED])


def test_what_is_refused_of_a_session_that_was_left_is_said_on_the_page_that_came(
    page: Page, hub: FakeHub, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.goto(f"{site}/console?session={ended(hub).id}")
    page.route(EVENTS, lambda route: route.abort())
    page.locator(".history li").last.get_by_role("button", name="Correct").tap()
    page.get_by_role("button", name="Delete").tap()
    expect(page.locator("#sent")).to_have_text("not yet sent (1)")
    refusing(hub, monkeypatch)
    page.get_by_text("Done").tap()
    page.unroute(EVENTS)
    expect(page.locator(".problem")).to_contain_text(REFUSED)


def test_what_is_refused_just_before_the_end_stays_to_be_read_until_a_new_session(
    running: Page, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(hub, monkeypatch)
    running.route(EVENTS, lambda route: route.abort(), times=1)
    running.tap("[data-phase=baseline]")
    end(running)
    expect(running.get_by_text("The session is over")).to_be_visible()
    expect(running.locator(".problem")).to_contain_text(REFUSED)
    running.get_by_text("New session").tap()
    expect(running.locator(".problem")).to_have_count(0)


def test_what_was_refused_stays_to_be_read_also_after_a_reload_until_somebody_has(
    running: Page, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing(hub, monkeypatch)
    running.tap("[data-phase=baseline]")
    card = running.locator(".problem")
    expect(card).to_contain_text(REFUSED)
    expect(running.locator("#toast")).to_have_text("Quiet rest: the hub does not take it; the card "
                                                   "at the top says why")
    running.reload()
    expect(running.locator("[data-phase=baseline]")).to_be_visible()
    expect(card).to_contain_text(REFUSED)
    card.get_by_role("button", name="I have read it").tap()
    expect(card).to_have_count(0)
    running.reload()
    expect(running.locator("[data-phase=baseline]")).to_be_visible()
    expect(card).to_have_count(0)


def test_what_was_refused_and_read_in_one_page_is_read_in_all_of_the_phone(
    running: Page, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = running.context.new_page()
    other.goto(running.url)
    expect(other.locator("[data-phase=baseline]")).to_be_visible()
    refusing(hub, monkeypatch)
    running.click("[data-phase=baseline]")
    expect(other.locator(".problem")).to_contain_text(REFUSED)
    running.get_by_role("button", name="I have read it").click()
    expect(other.locator(".problem")).to_have_count(0)
    expect(other.locator("#trouble")).to_be_hidden()


def test_an_end_that_was_asked_for_long_ago_is_asked_of_the_leader_and_none_of_what_is_over(
    running: Page, hub: FakeHub, site: str
) -> None:
    asked: list[str] = []
    running.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    running.route("**/close", lambda route: route.abort())
    end(running)
    expect(running.locator(".problem")).to_contain_text("The session has not ended yet.")
    running.add_init_script("const now = Date.now; Date.now = () => now() + 11 * 60e3;")
    running.goto("about:blank")
    asked.clear()
    running.goto(f"{site}/console")
    question = running.get_by_role("dialog", name="End the session?")
    expect(question).to_contain_text("more than ten minutes ago")
    assert "close" not in asked
    question.get_by_text("End the session", exact=True).tap()
    expect(running.locator(".problem")).to_contain_text("The session has not ended yet.")
    running.goto("about:blank")
    asked.clear()
    info = hub.close_session(hub.sessions()[0].id)  # it took the end; the answer was lost
    with running.expect_response("**/api/problems"):
        running.goto(f"{site}/console?session={info.id}")
    assert "close" not in asked


def test_an_end_is_old_too_where_the_phone_slept_while_a_press_was_under_way(
    running: Page, hub: FakeHub
) -> None:
    underway: list[Route] = []
    running.route(EVENTS, lambda route: underway.append(route), times=1)
    running.tap("[data-phase=closing]")
    end(running)
    held = held_back(running, underway)
    running.evaluate("() => { const now = Date.now; Date.now = () => now() + 11 * 60e3; }")
    held.continue_()
    question = running.get_by_role("dialog", name="End the session?")
    expect(question).to_contain_text("more than ten minutes ago")
    assert hub.sessions()[0].closed_ns is None


def test_an_end_that_the_hub_does_not_hear_is_said_and_asked_for_until_it_does(
    running: Page, hub: FakeHub, site: str
) -> None:
    card = running.locator(".problem")
    running.context.route("**/close", lambda route: route.abort())
    end(running)
    expect(card).to_contain_text("The session has not ended yet.Kept: The kits go on recording")
    expect(card).to_be_in_viewport(ratio=1)
    other = running.context.new_page()
    other.goto(f"{site}/console")
    expect(other.locator(".problem")).to_contain_text("The session has not ended yet.")
    card.get_by_text("Do not end it").tap()
    expect(card).to_have_count(0)
    expect(other.locator(".problem")).to_have_count(0)
    other.close()
    running.context.unroute("**/close")
    with running.expect_response("**/api/kits"):  # an end that was taken back is not asked for
        pass
    assert hub.sessions()[0].closed_ns is None
    running.route("**/close", lambda route: None)
    end(running)
    expect(card).to_contain_text("Leave this page open")
    running.reload()
    expect(card).to_contain_text("Leave this page open")
    running.unroute("**/close")
    expect(running.get_by_text("The session is over")).to_be_visible()
    assert hub.sessions()[0].closed_ns is not None


def test_a_session_that_is_over_can_be_corrected(running: Page, hub: FakeHub) -> None:
    running.tap("[data-phase=baseline]")
    end(running)
    running.get_by_text("Correct times").tap()
    row = running.locator(".history li", has_text="Quiet rest")
    row.get_by_role("button", name="Correct").tap()
    row.get_by_role("button", name="Delete").tap()
    wait_for(lambda: course(hub).phases == ())
    running.get_by_text("Done").tap()
    running.get_by_text("New session").tap()
    expect(running.locator("#open")).to_be_enabled()


def ended(hub: FakeHub, room: str = "room-1") -> Info:
    """A session of ten minutes that is over: rest, then the case call, and nobody presents."""
    opened = hub.now_ns() // 10**9 * 10**9 - 600_000 * MS
    seats = {n: f"kit-{n}" for n in range(1, 4)}
    info = hub.open_session(room, library().texts["classic-90"], seats, True, "en", opened)
    for n, phase in enumerate(("baseline", "case-call")):
        at = opened + (60 + 240 * n) * 1000 * MS
        hub.record_event(info.id, "phase", {"phase": phase}, at, "console", f"press-{n}")
    return hub.close_session(info.id, opened + 600_000 * MS)


def test_enter_moves_no_phase_that_began_meanwhile(sitting: Page, hub: FakeHub) -> None:
    tab(sitting, "phases")
    sitting.locator(".began button").first.focus()
    session, calls = hub.sessions()[0].id, len(hub.calls)
    hub.record_event(session, "phase", {"phase": "closing"}, hub.now_ns(), "box", "of-the-box")
    expect(sitting.locator("[data-phase=closing][aria-pressed=true]")).to_be_visible()
    expect(sitting.locator(":focus")).to_have_count(0)
    sitting.keyboard.press("Enter")
    tab(sitting, "history")
    expect(row(sitting, "phase", "Closing round")).not_to_contain_text("first pressed")
    assert hub.calls[calls:] == ["of-the-box"]


def test_the_focus_of_who_goes_by_keys_stays_where_it_was(sitting: Page, hub: FakeHub) -> None:
    """Whatever is drawn anew meanwhile: Enter then does what it would have done."""
    at, press = sitting.locator(":focus"), sitting.keyboard.press
    session, calls = hub.sessions()[0].id, len(hub.calls)
    tab(sitting, "history")
    sitting.locator("#panel-history select").select_option("marker laughter")
    building = row(sitting, "phase", "Building trust")
    building.get_by_role("button", name="Correct").focus()
    hub.record_event(session, "phase", {"phase": "closing"}, hub.now_ns(), "box", "of-the-box")
    expect(sitting.locator("[data-id=of-the-box]")).to_be_visible()
    press("Enter")
    expect(at).to_have_text("Correct")
    expect(building.locator(".tools")).to_be_visible()
    building.get_by_role("button", name="+10 s").focus()
    press("Enter")
    expect(building).to_contain_text("first pressed")
    expect(at).to_have_text("+10 s")
    assert hub.calls[calls:].count("of-the-box") == 1 and len(hub.calls) == calls + 2

    sitting.get_by_role("button", name="Add").focus()
    press("Enter")
    expect(sitting.locator("[data-entry=marker]")).to_be_visible()
    expect(at).to_have_text("Add")
    sitting.locator("#toast button").focus()
    press("Enter")
    expect(at).to_have_text("Put back")
    tab(sitting, "people")
    kits = sitting.locator("summary")
    kits.focus()
    hub.record_event(session, "speaker", {"seat": 1}, hub.now_ns(), "box", "who-speaks")
    expect(sitting.locator("[data-kind=speaker][data-seat='1'][aria-pressed=true]")).to_be_visible()
    expect(kits).to_be_focused()

    tab(sitting, "history")
    sitting.locator("#close").focus()
    press("Enter")
    expect(sitting.get_by_role("dialog", name="End the session?")).to_be_visible()
    sitting.locator("#close-sure").focus()
    press("Enter")
    expect(at).to_have_text("The session is over")
    sitting.get_by_role("button", name="New session").focus()
    press("Enter")
    expect(sitting.locator("h1")).to_be_focused()
    sitting.locator("#protocol").focus()
    for _ in "ab":
        press("ArrowDown")
        expect(sitting.locator("#protocol")).to_be_focused()


def test_a_session_of_before_is_found_on_the_setup_page_and_corrected(
    page: Page, hub: FakeHub, site: str
) -> None:
    """By its day and its times; those of another room are not there."""
    info = ended(hub)
    ended(hub, "room-2")
    page.reload()
    links = page.locator("#past a")
    expect(links).to_have_count(1)
    opened, closed = (time.localtime((ns or 0) // 10**9) for ns in (info.opened_ns, info.closed_ns))
    expect(links).to_have_text(re.compile(
        rf"{opened.tm_mday} \w+ {opened.tm_year}, {opened.tm_hour:02}:{opened.tm_min:02}"
        rf"–{closed.tm_hour:02}:{closed.tm_min:02}$"
    ))  # fmt: skip
    links.tap()
    press = row(page, "phase", "Case call")
    press.get_by_role("button", name="Correct").tap()
    press.get_by_role("button", name="+10 s").tap()
    wait_for(lambda: any(s.standing == "retimed" for s in hub.course(info.id).history))
    page.reload()  # it leads there again
    expect(press).to_be_visible()
    page.get_by_text("Done").tap()
    page.get_by_text("New session").tap()
    expect(page.locator("#open")).to_be_enabled()
    assert page.url == f"{site}/console"
    assert page.wrong == []  # type: ignore[attr-defined]


def test_an_address_that_names_a_session_opens_it_also_when_it_is_over(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    info, foreign = ended(hub), ended(hub, "room-2")
    phone.goto(f"{site}/console?session={info.id}&token={ROOM_TOKEN}")
    for _ in range(2):
        expect(row(phone, "phase", "Case call")).to_be_visible()
        assert phone.url == f"{site}/console?session={info.id}"
        phone.reload()
    phone.goto(f"{site}/console?session={foreign.id}")
    expect(phone.locator(".problem")).to_contain_text("has no session of this name")
    expect(phone.locator("main")).to_be_empty()


def test_a_session_s_own_token_corrects_it_and_opens_no_other(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    info = ended(hub)
    phone.goto(f"{site}/console?token={info.token}")
    press = row(phone, "phase", "Case call")
    press.get_by_role("button", name="Correct").tap()
    press.get_by_role("button", name="Delete").tap()
    wait_for(lambda: [p.id for p in hub.course(info.id).phases] == ["baseline"])
    phone.reload()
    expect(press).to_be_visible()
    phone.get_by_text("Done").tap()
    expect(phone.get_by_text("Correct times")).to_be_visible()
    expect(phone.get_by_text("New session")).to_have_count(0)


def test_who_presented_and_spoke_is_said_afterwards_and_what_stands_is_shown(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    info = ended(hub)
    phone.goto(f"{site}/console?session={info.id}&token={ROOM_TOKEN}")
    stands = phone.locator(".stands tr")
    expect(stands).to_have_count(2)

    def add(what: str, at_s: int) -> None:
        at = time.localtime(info.opened_ns // 10**9 + at_s)
        phone.locator("#panel-history select").select_option(what)
        phone.locator("#panel-history > div > .tools input").fill(time.strftime("%H:%M:%S", at))
        phone.get_by_text("Add", exact=True).tap()

    add("presenter 2", 320)
    expect(stands).to_have_count(3)
    add("speaker 3", 330)
    add("marker intervention", 400)
    wait_for(lambda: hub.course(info.id).markers)
    course = hub.course(info.id)
    opened_s = info.opened_ns // 10**9
    said = [(*course.presenter, *course.speaker)[k] for k in (0, 1)]
    assert [(s.value, s.start_ns // 10**9 - opened_s) for s in said] == [(2, 320), (3, 330)]
    expect(stands.locator("th")).to_have_text(["Quiet rest", "Case call", "Who presents: Seat 2"])
    expect(stands.locator("td:last-child")).to_have_text(["4:00", "5:00", "4:40"])
    assert fits(phone)
    assert phone.wrong == []  # type: ignore[attr-defined]


def test_what_is_about_to_be_added_outlives_what_comes_from_elsewhere(
    running: Page, hub: FakeHub
) -> None:
    tab(running, "history")
    tools = running.locator("#panel-history > div > .tools")
    tools.locator("select").select_option("presenter 3")
    tools.locator("input").fill("03:04:05")
    tools.locator("input").blur()
    at = hub.now_ns()
    hub.record_event(hub.sessions()[0].id, "phase", {"phase": "case-call"}, at, "box", "b1")
    expect(row(running, "phase", "Case call")).to_be_visible()
    expect(tools.locator("select")).to_have_value("presenter 3")
    expect(tools.locator("input")).to_have_value("03:04:05")


def test_who_presented_before_is_not_shown_as_presenting_now(page: Page) -> None:
    said = page.evaluate("""async () => {
        const { foldView } = await import('/static/js/console/view.js');
        const span = (value, start, end) => ({ value, start_ns: start, end_ns: end });
        const presenter = [span(1, 5, 9), span(3, 9, null)];
        const course = { phases: [], presenter, speaker: [], seats: {}, history: [] };
        const said = (at, seat) => ({ id: `${at}`, kind: 'presenter', data: { seat }, at_ns: at });
        return [[said(7, 2)], [said(7, 2), said(11, 4)], [said(11, 4), said(10, 5)]]
            .map((presses) => foldView(course, presses, new Set(), Number).presenter);
    }""")
    assert said == [3, 4, 4]


def test_who_speaks_and_for_how_long_is_seen_on_every_tab(sitting: Page, hub: FakeHub) -> None:
    expect(sitting.locator(".now")).not_to_contain_text("speaks")
    at = hub.now_ns() - 130 * 1000 * MS
    hub.record_event(hub.sessions()[-1].id, "speaker", {"seat": 1}, at, "box", "s1")
    until_it_shows(sitting.locator(".now"), at, "seat 1 speaks: ")
    assert fits(sitting)
    sitting.route(EVENTS, lambda route: route.abort())
    tab(sitting, "people")
    sitting.tap("[data-kind=speaker][data-seat='1']")
    expect(sitting.locator("#sent")).to_contain_text("not yet sent")
    until_it_shows(sitting.locator(".now"), at, "seat 1 speaks: ")
    sitting.tap("[data-kind=speaker][data-seat='null']")
    expect(sitting.locator(".now")).not_to_contain_text("speaks")


def test_a_turn_that_is_taken_back_or_moved_while_the_hub_is_away_is_shown_so(page: Page) -> None:
    """Who is said to speak then, and since when: of seat 2 at 5, nobody at 7 and seat 2 at 9."""
    shown = page.evaluate("""async () => {
        const { foldView } = await import('/static/js/console/view.js');
        const turns = [[2, 5], [null, 7], [2, 9]];
        const speaker = turns.map(([value, start_ns]) => ({ value, start_ns, end_ns: null }));
        const history = turns.map(([, at_ns]) =>
            ({ event: { id: `s${at_ns}`, kind: 'speaker' }, standing: 'stands', at_ns }));
        const course = { phases: [], presenter: [], speaker, seats: {}, history };
        const toldOf = (presses) => foldView(course, presses, new Set(), Number);
        const press = (kind, data, at_ns) => ({ id: `${kind} ${data.target}`, kind, data, at_ns });
        const [undo, remove, retime] = ['undo', 'delete', 'retime'].map((kind) =>
            (target, at) => press(kind, { target }, at));
        return [
            [], [undo('s9')], [remove('s7')], [retime('s9', 8)], [undo('s9'), undo('undo s9')],
            [press('speaker', { seat: 4 }, 12), undo('speaker undefined')],
        ].map(toldOf).map(({ speaker, speaksSince }) => [speaker, speaksSince]);
    }""")
    assert shown == [[2, 9], [None, 7], [2, 5], [2, 8], [2, 9], [2, 9]]


def test_a_new_session_is_set_up_once_the_hub_is_back(running: Page) -> None:
    end(running)
    running.route("**/api/protocols", lambda route: route.abort())
    running.get_by_text("New session").tap()
    expect(running.locator(".problem")).to_contain_text("The hub does not answer.")
    running.unroute("**/api/protocols")
    expect(running.locator("#open")).to_be_enabled()
    expect(running.locator(".problem")).to_have_count(0)


# What the sign has said since, as somebody hears it who does not see it.
SIGN = """() => {
    window.heard = [];
    new MutationObserver(() => heard.push(document.querySelector("#sent").textContent))
        .observe(document.querySelector("#sent"), { childList: true });
}"""


def test_a_session_of_before_says_nothing_of_the_presses_of_the_next(
    running: Page, hub: FakeHub
) -> None:
    hub.close_session(hub.sessions()[0].id)
    running.get_by_role("button", name="New session").click()
    running.click("#open")
    expect(running.locator("[data-phase=baseline]")).to_be_visible()
    running.route(EVENTS, lambda route: route.abort())
    running.evaluate(SIGN)
    running.click("[data-phase=baseline]")
    expect(running.locator("#sent")).to_have_text("not yet sent (1)")
    running.evaluate("dispatchEvent(new StorageEvent('storage', { key: 'of another tab' }))")
    assert running.evaluate("heard") == ["not yet sent (1)"]


LOCKS = """() => {
    window.locks = [];
    const ask = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = (of) => ask(of).then((lock) => { locks.push(lock); return lock; });
}"""


def test_the_screen_stays_on_in_a_session_and_no_longer(page: Page, hub: FakeHub) -> None:
    page.context.grant_permissions(["screen-wake-lock"])
    page.evaluate(LOCKS)
    page.click("#open")
    released = "locks.map(({ released }) => released)"
    wait_for(lambda: page.evaluate(released) == [False])
    hub.close_session(hub.sessions()[0].id)
    wait_for(lambda: page.evaluate(released) == [True])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.get_by_role("button", name="New session")).to_be_visible()
    assert page.evaluate(released) == [True]


def test_a_hub_that_is_not_heard_is_said_though_nothing_was_pressed(
    phone: Page, hub: FakeHub, served: Callable[..., str]  # noqa: F811
) -> None:
    base = served(hub)
    phone.goto(f"{base}/console?token={ROOM_TOKEN}")
    phone.click("#open")
    expect(phone.locator("#sent")).to_have_text("all sent")
    view = hub.live(hub.sessions()[0].id)
    view.apply([influx_said(unreachable("http://influxdb:8086", ""), hub.now_ns())])
    expect(phone.locator("#trouble")).to_be_visible()
    served.stops.pop()()  # type: ignore[attr-defined]
    view._problems.clear()  # as of a hub that was started again
    expect(phone.locator("#sent")).to_have_text("hub not heard")
    expect(phone.locator(".now")).to_contain_text(
        re.compile(r"hub not heard for \d+ s; kits keep recording")
    )
    phone.tap("#sent")
    expect(phone.locator("#toast")).to_contain_text("Kits keep what they record")
    assert fits(phone)
    served(hub, urlsplit(base).port or 0)
    expect(phone.locator("#sent")).to_have_text("all sent")
    expect(phone.locator(".now")).to_contain_text("recording for")
    expect(phone.locator("#trouble")).to_be_hidden()


def test_a_hub_whose_socket_never_tells_anything_is_said_too(page: Page) -> None:
    page.route_web_socket("**/api/live*", lambda socket: None)
    page.evaluate(LISTEN)
    page.click("#open")
    expect(page.locator("#sent")).to_have_text("hub not heard")
    read: list[str] = page.evaluate("window.read")
    assert read.index("all sent") < read.index("hub not heard")


def test_a_hub_is_heard_again_soon_though_a_connection_to_it_never_came_about(
    phone: Page, site: str  # noqa: F811
) -> None:
    with relayed(urlsplit(site).port or 0) as relay:
        phone.goto(f"http://127.0.0.1:{relay.port}/console?token={ROOM_TOKEN}")
        phone.click("#open")
        expect(phone.locator("#sent")).to_have_text("all sent")
        relay.swallows = True
        relay.cut()
        expect(phone.locator("#sent")).to_have_text("hub not heard", timeout=15_000)
        relay.swallows = False
        expect(phone.locator("#sent")).to_have_text("all sent", timeout=15_000)


def test_a_hub_that_never_answers_is_asked_for_its_time_again(page: Page) -> None:
    page.route("**/api/clock", lambda route: None)
    page.reload()
    for _ in range(2):
        with page.expect_request("**/api/clock", timeout=15_000):
            pass


# Of a hub that is not heard for long: in which languages that moves the phases, or is cut.
NOT_HEARD = """async () => {
    const { words } = await import("/static/js/console/words.js");
    const line = document.querySelector(".now .small");
    const top = () => document.querySelector("[data-phase]").getBoundingClientRect().top;
    const was = top();
    return ["en", "hu", "de"].filter((language) => {
        line.textContent = words(language).hubSilent(1234);
        return top() !== was || line.scrollWidth > line.clientWidth;
    });
}"""


def test_a_hub_that_is_not_heard_moves_nothing_under_a_finger(sitting: Page) -> None:
    for size in (PHONE, {"width": 320, "height": 568}, DESK):
        sitting.set_viewport_size(size)
        assert sitting.evaluate(NOT_HEARD) == []


@pytest.mark.parametrize(("language", "first", "recording", "nothing", "by", "time"), [
    ("hu", "Csendes nyugalom", "a felvétel hossza: ", "Még semmit sem nyomtak meg.", "10 mp",
     "Időpont"),
    ("de", "Ruhe", "Aufnahmedauer: ", "Noch nichts gedrückt.", "10 s", "Uhrzeit"),
])  # fmt: skip
def test_other_languages(
    page: Page, hub: FakeHub, language: str, first: str, recording: str, nothing: str, by: str,
    time: str
) -> None:
    page.select_option("#language", language)
    page.click("#open")
    expect(page.locator("[data-phase=baseline] .label")).to_contain_text(first)
    until_it_shows(page.locator(".now"), hub.sessions()[0].opened_ns, recording)  # no time of day
    expect(page.locator("#panel-history")).to_contain_text(nothing)  # it is recorded all the same
    expect(page.locator("[type=time]")).to_have_attribute("aria-label", time)
    page.press("[data-phase=baseline]", "Enter")
    expect(page.locator("[data-by='10']")).to_have_text(by)
    assert page.evaluate("document.documentElement.lang") == language
    texts: dict[str, Any] = page.evaluate(
        "async () => { const { words } = await import('/static/js/console/words.js');"
        "const said = (text) => (typeof text === 'function' ? text(3) : text);"
        f"return Object.fromEntries(Object.entries(words('{language}'))"
        ".map(([name, text]) => [name, said(text)])); }"
    )
    assert all(texts.values()), json.dumps(texts)
    assert fits(page)


REASONS_OF = """async () => (await import('/static/js/console/reasons.js')).REASONS"""


def test_every_reason_is_there_in_every_language(page: Page) -> None:
    said: dict[str, list[str]] = page.evaluate(REASONS_OF)
    assert {f"why-{code}": text.replace("'", "’") for code, text in REASONS.items()} == {
        name: texts[0] for name, texts in said.items()
    }
    assert all(len(set(texts)) == len(["en", "hu", "de"]) for texts in said.values())


HUB = Path(__file__).parents[2] / "hub"
SAYS = re.compile(
    r"""[pP]roblem\(\s*(?:[\w.]+(?:\(\))?,\s*)?"([a-z ]+)",|(?:\breport\(|\bcode=)"([a-z ]+)\""""
)


def every_code() -> set[str]:
    """Of the troubles and refusals that the hub's sources tell of, but for most of InfluxDB's."""
    texts = "".join(path.read_text() for path in HUB.rglob("*.py"))
    others = {*WHAT_TO_DO, CODE, "course", "full", "rush", OCCUPIED.form, UNSUMMED.form}
    return {a or b for a, b in SAYS.findall(texts)} | others


def test_everything_that_goes_wrong_has_words_in_every_language(page: Page) -> None:
    said = page.evaluate("async () => { const { HU, DE } = await import('/static/js/troubles.js');"
                         "return [HU, DE]; }")
    assert every_code() > {"disk", "twin", "session open"}
    for texts in said:
        missing = [code for code in every_code()
                   if not all(texts.get(code, {}).get(part) for part in ("what", "kept", "do"))]
        assert missing == []


def test_a_protocol_that_cannot_be_used_is_said_in_german(page: Page, hub: FakeHub) -> None:
    page.select_option("#language", "de")
    hub.trouble = [Problem(1, "protocol", "A protocol cannot be used: own.toml.", "All.", "Do.")]
    card = page.locator(".problem")
    expect(card).to_contain_text("Erhalten: Alle anderen Protokolle sind zu gebrauchen")
    expect(card.locator("[lang=en]")).to_have_text("A protocol cannot be used: own.toml.")
    assert fits(page)


def test_what_goes_wrong_is_said_in_the_language_of_the_page(page: Page, hub: FakeHub) -> None:
    """What the hub says stands below: it names the address."""
    page.select_option("#language", "hu")
    hub.trouble = [BROKER]
    expect(page.locator(".problem .what")).to_contain_text("A hub nem éri el az MQTT-brókert.")
    expect(page.locator(".problem [lang=en]")).to_have_text(BROKER.what)
    expect(page.locator(".problem")).to_contain_text("Teendő: A gép gondozója indítsa el")
    hub.trouble = []
    page.click("#open")
    page.tap("[data-phase=baseline]")
    wait_for(lambda: course(hub).phases)
    hub.record_event(
        hub.sessions()[0].id, "phase", {"phase": "baseline"}, hub.now_ns() + 9, "console", "twice"
    )
    tab(page, "history")
    expect(page.locator("[data-id=twice] small")).to_contain_text(
        "konzol · nincs hatása: egyszerre kétszer nyomták meg: egynek számít"
    )
    view = hub.live(hub.sessions()[0].id)
    view.apply([influx_said(unreachable("http://db", OSError("a: refused")), hub.now_ns())])
    expect(page.locator(".problem .what")).to_contain_text("Az InfluxDB nem érhető el.")
    expect(page.locator(".problem [lang=en]")).to_contain_text("at http://db: refused")
    view.apply([influx_said(BACK, hub.now_ns(), over=True)])
    expect(page.locator("#problems .over")).to_contain_text("Az InfluxDB újra felveszi")
    assert fits(page)


def test_an_answer_that_is_broken_off_is_none(page: Page) -> None:
    """The session may be open: the page finds it by itself."""
    expect(page.locator("#open")).to_be_enabled()
    page.route("**/api/sessions", lambda route: route.fulfill(status=200, body='{"id": "01')
               if route.request.method == "POST" else route.fallback())  # fmt: skip
    page.click("#open")
    expect(page.locator("#problems .problem")).to_contain_text("The hub does not answer.")
    expect(page.locator("#open")).to_be_enabled()
    assert not page.wrong  # type: ignore[attr-defined]


def test_without_the_link_it_says_so_in_the_language_of_the_device(
    chromium: Browser, site: str  # noqa: F811
) -> None:
    page = chromium.new_context(locale="de-DE").new_page()
    page.goto(f"{site}/console?token=wrong")
    expect(page.locator(".problem")).to_contain_text("Diese Seite braucht den Link")
    page.context.close()


def test_the_hub_s_no_is_said_in_the_language_of_the_page(
    chromium: Browser, site: str, hub: FakeHub  # noqa: F811
) -> None:
    page = chromium.new_context(locale="de-DE").new_page()
    page.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(page.locator("#open")).to_be_enabled()
    page.route("**/api/sessions", lambda route: route.fulfill(json=[])
               if route.request.method == "GET" else route.continue_())  # fmt: skip
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, True, "de")
    page.click("#open")
    what, english = page.locator(".problem .what"), page.locator(".problem [lang=en]")
    expect(what).to_have_text("In diesem Raum läuft schon eine Sitzung.")
    expect(english).to_have_text("A session is open in this room already.")
    page.unroute("**/api/sessions")
    page.goto(f"{site}/console?session={info.id}")
    hub.full_disk = True
    page.click("[data-phase=baseline]")
    expect(what).to_contain_text("Der Speicher des Hubs nimmt nicht auf")
    page.context.clear_cookies()
    expect(what).to_contain_text("Diese Seite braucht den Link")
    page.context.close()


# In one go: the page may draw itself anew between two questions, and what is gone has no height.
HEIGHTS = """() => [...document.querySelectorAll("main :is(button, select, summary), .tabs button")]
    .filter((one) => one.checkVisibility())
    .map((one) => [one.innerText, one.getBoundingClientRect().height])"""


# Of two colours, as WCAG 2 has it.
CONTRAST = """([one, its, other]) => {
    const of = (at, name) => getComputedStyle(document.querySelector(at))[name];
    const light = (colour) => {
        const part = (v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
        const [r, g, b] = colour.match(/\\d+/g).map((v) => part(v / 255));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05;
    };
    const [a, b] = [light(of(one, its)), light(of(other, "backgroundColor"))];
    return Math.max(a, b) / Math.min(a, b);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_focus_on_the_toast_and_the_edge_of_a_field_are_seen(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    expect(page.locator("#open")).to_be_enabled()
    assert page.evaluate(CONTRAST, ["#protocol", "borderTopColor", "body"]) >= 3
    page.press("#open", "Enter")
    page.press("[data-phase=baseline]", "Enter")
    page.locator("#toast button").focus()
    expect(page.locator("#toast button")).to_have_css("outline-style", "solid")
    assert page.evaluate(CONTRAST, ["#toast button", "outlineColor", "#toast"]) >= 3


def test_everything_is_large_enough_for_a_thumb(running: Page) -> None:
    running.tap("[data-phase=baseline]")
    for name in ("phases", "people", "markers", "history"):
        tab(running, name)
        heights: list[tuple[str, float]] = running.evaluate(HEIGHTS)
        assert len(heights) > len("1234")
        assert [said for said, height in heights if height < 44] == []
        assert fits(running)


BROKER = Problem(1, "broker", "The MQTT broker is not reached.", "Kits keep it.", "Start it.")


def test_before_a_session_what_is_wrong_is_said_as_long_as_it_is(page: Page, hub: FakeHub) -> None:
    expect(page.locator("#open")).to_be_enabled()
    expect(page.locator("#sent")).to_be_hidden()  # nothing is sent yet
    card = page.locator("#problems .problem")
    hub.trouble = [BROKER]
    expect(card).to_contain_text("The MQTT broker is not reached.")
    hub.trouble = []
    expect(card).to_have_count(0)


def test_before_a_session_a_hub_that_does_not_answer_is_said(page: Page) -> None:
    expect(page.locator("#open")).to_be_enabled()
    page.route("**/api/kits", lambda route: route.abort())
    expect(page.locator("#problems .problem")).to_contain_text("The hub does not answer.")
    page.unroute("**/api/kits")
    expect(page.locator("#problems .problem")).to_have_count(0)


def test_a_session_that_was_refused_says_why_until_something_changes(
    page: Page, hub: FakeHub
) -> None:
    page.route("**/api/sessions", lambda route: route.abort() if route.request.method == "POST"
               else route.continue_())  # fmt: skip
    page.click("#open")
    expect(page.locator("#problems .problem")).to_contain_text("The hub does not answer.")
    with page.expect_response("**/api/problems"), page.expect_response("**/api/kits"):
        pass
    page.wait_for_timeout(200)
    expect(page.locator("#problems .problem")).to_have_count(1)


def test_before_a_session_trouble_moves_no_list_under_a_finger_and_a_sign_leads_to_it(
    page: Page, hub: FakeHub
) -> None:
    chip, card = page.locator("#trouble"), page.locator("#problems .problem")
    choice = "select[aria-label='Seat: kit-3']"
    for size in (PHONE, {"width": 320, "height": 568}, {"width": 740, "height": 360}, DESK):
        page.set_viewport_size(size)  # type: ignore[arg-type]
        expect(page.locator(choice)).to_be_visible()
        into_view(page, choice)
        before = box(page, choice)["y"]
        hub.trouble = [BROKER]
        expect(chip).to_be_in_viewport(ratio=1)
        assert abs(box(page, choice)["y"] - before) <= 1, size
        chip.click()
        expect(card).to_be_in_viewport(ratio=1)
        expect(page.locator("#problems")).to_be_focused()
        assert fits(page), size
        before = box(page, choice)["y"]
        hub.trouble = []
        expect(chip).to_be_hidden()
        assert abs(box(page, choice)["y"] - before) <= 1, size


@pytest.mark.parametrize("at", ["select[aria-label='Seat: kit-8']", "[data-phase=closing]"])
def test_the_room_that_trouble_left_is_gone_once_it_is_out_of_sight(
    page: Page, hub: FakeHub, at: str
) -> None:
    """On a page at 400 % it is a screen of nothing, or two."""
    page.set_viewport_size({"width": 320, "height": 400})
    expect(page.locator("#open")).to_be_enabled()
    if "phase" in at:
        page.press("#open", "Enter")
    expect(page.locator(at)).to_be_visible()
    chip, room = page.locator("#trouble"), page.locator("#problems")
    hub.trouble = [BROKER]
    chip.click()
    hub.trouble = []
    expect(chip).to_be_hidden()
    expect(room).not_to_have_css("padding-bottom", "0px")
    into_view(page, at)
    before = box(page, at)["y"]
    expect(room).to_have_css("padding-bottom", "0px")
    assert abs(box(page, at)["y"] - before) <= 1


def test_before_a_session_what_is_wrong_is_said_in_the_language_that_is_chosen(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    hub.trouble = [BROKER]
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    card = phone.locator("#problems .problem")
    expect(card).to_be_in_viewport(ratio=1)
    phone.select_option("#language", "de")
    expect(card).to_contain_text("Der Hub erreicht den MQTT-Broker nicht.")
    expect(phone.locator("#trouble")).to_have_text("Störung")


def test_a_session_that_takes_long_to_open_is_not_asked_for_twice_and_nothing_moves_meanwhile(
    page: Page, hub: FakeHub
) -> None:
    """Nor does the focus of who goes by keys, who is told that it is on its way."""
    button, asked = page.locator("#open"), []
    expect(button).to_be_enabled()
    expect(button).to_have_accessible_description(re.compile("Recording begins at once."))
    page.route("**/api/sessions", lambda route: asked.append(route)
               if route.request.method == "POST" else route.fallback())  # fmt: skip
    button.press("Enter")
    expect(page.locator(".open [role=status]")).to_have_text("The session is being opened …")
    hub.silent_s = {"kit-3": 60}
    for _ in range(2):
        with page.expect_response("**/api/kits"):
            pass
    expect(button).to_be_disabled()
    expect(button).to_be_focused()
    button.press("Enter")
    expect(page.locator("select[aria-label='Seat: kit-3']")).to_have_value("3")
    asked[0].abort()
    expect(page.locator("#problems")).to_contain_text("The hub does not answer.")
    expect(button).to_be_enabled()
    expect(page.locator("select[aria-label='Seat: kit-3']")).to_have_value("")
    assert len(asked) == 1


def test_why_no_session_was_opened_is_in_sight_of_who_has_pressed(
    small: Page, hub: FakeHub, site: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> Info:
        raise Refused("There is no room.", "Nothing was opened.", "Make room.", code="no room")

    monkeypatch.setattr(hub, "open_session", refuse)
    small.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(small.locator("#open")).to_be_enabled()
    small.evaluate("scrollTo(0, document.body.scrollHeight)")
    small.click("#open")
    expect(small.locator("#problems .problem .what")).to_be_in_viewport(ratio=1)
    expect(small.locator("#problems")).to_be_focused()
    expect(small.locator("#open")).to_be_enabled()


def test_a_kit_on_a_seat_that_is_silent_for_long_is_said(running: Page, hub: FakeHub) -> None:
    """Those of seats alone; and not of the broker, whose kits are all silent."""
    card = running.locator("#problems .problem")
    hub.silent_s = {"kit-3": 20, "kit-5": 45, "box-1": 300}
    expect(card).to_contain_text("Not heard for half a minute: Seat 5 (kit-5).")
    expect(running.locator("#trouble")).to_have_text("trouble")
    assert fits(running)
    hub.trouble = [BROKER]
    expect(card).to_have_count(1)
    expect(card).to_contain_text("The MQTT broker is not reached.")
    hub.trouble, hub.silent_s = [], {}
    expect(card).to_have_count(0)


def test_a_box_that_falls_silent_in_a_session_is_said_and_one_of_another_day_is_not(
    page: Page,
) -> None:
    said = page.evaluate("""async () => {
        const { Silence } = await import('/static/js/console/silent.js');
        const silence = new Silence();
        const box = (name, s) => ({ kit: name, role: 'box', last_seen_ns: s * 1e9 });
        return [120, 132].map((s) => {
            silence.hear([box('box-1', 101), box('box-2', 99)], s * 1e9);
            return silence.boxesOf({ opened_ns: 100e9 });
        });
    }""")
    assert said == [[], ["box-1"]]


def test_a_session_says_that_its_box_is_silent(sitting: Page, hub: FakeHub) -> None:
    hub.silent_s = {"box-1": 40}
    card = sitting.locator("#problems .problem")
    expect(card).to_contain_text("not heard for half a minute: box-1.")
    assert fits(sitting)


def test_nothing_is_added_that_was_not_chosen(running: Page, hub: FakeHub) -> None:
    tab(running, "history")
    tools = running.locator("#panel-history > div > .tools")
    add = tools.get_by_role("button", name="Add")
    expect(add).to_be_disabled()
    tools.locator("select").select_option("phase questions")
    add.tap()
    wait_for(lambda: [phase.id for phase in course(hub).phases] == ["questions"])
    expect(tools.locator("select")).to_have_value("")
    expect(add).to_be_disabled()


def test_a_hub_that_was_started_again_does_not_make_all_kits_silent(page: Page) -> None:
    """It has heard none yet; what the page knows of them holds; one that stays away is said."""
    said = page.evaluate("""async () => {
        const { Silence } = await import('/static/js/console/silent.js');
        const silence = new Silence();
        const on = (kit, end = null) => [{ end_ns: end, value: kit }];
        const course = { seats: { 1: on('kit-1'), 2: on('kit-2', 9), 3: on('kit-3') } };
        const at = (s, kits) => {
            silence.hear(kits, s * 1e9);
            return silence.seats(course);
        };
        return [at(100, [{ kit: 'kit-1', last_seen_ns: 99e9 }]), at(125, []), at(131, [])];
    }""")
    assert said == [[], [], [[1, "kit-1"], [3, "kit-3"]]]


CUT_CHOICES = """() => [...document.querySelectorAll(".kits select")].filter((one) => {
    const paper = document.createElement("canvas").getContext("2d");
    const { fontSize, fontFamily } = getComputedStyle(one);
    paper.font = `${fontSize} ${fontFamily}`;
    return paper.measureText(one.selectedOptions[0].text).width + 40 > one.clientWidth;
}).map((one) => one.selectedOptions[0].text)"""


@pytest.mark.parametrize("language", ["en", "hu", "de"])
def test_the_choice_of_a_seat_can_be_read_whole(page: Page, hub: FakeHub, language: str) -> None:
    hub.silent_s = {"kit-3": 60}
    page.select_option("#language", language)
    expect(page.locator("select[aria-label$=kit-3]")).to_have_value("")
    assert page.evaluate(CUT_CHOICES) == []
    assert fits(page)


def test_a_kit_that_is_not_heard_has_no_seat_unless_somebody_gives_it_one(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    hub.silent_s = {"kit-3": 60}
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(phone.locator("select[aria-label='Seat: kit-2']")).to_have_value("2")
    expect(phone.locator("select[aria-label='Seat: kit-3']")).to_have_value("")
    expect(phone.locator("select[aria-label='Seat: kit-4']")).to_have_value("4")
    phone.select_option("select[aria-label='Seat: kit-3']", "3")
    phone.click("#open")
    expect(phone.locator("[data-phase=baseline]")).to_be_visible()
    assert sorted(course(hub).seats) == list(range(1, 9))


def test_a_kit_without_a_number_moves_none_that_has_one_and_waits_for_no_seat_of_theirs(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    listed, hub._kits = hub.kits, 6
    names = {"kit-2": "spare", "kit-6": "left-1"}
    hub.kits = lambda: [{**kit, "kit": names.get(kit["kit"], kit["kit"])} for kit in listed()]
    hub.silent_s = {"kit-1": 60, "kit-4": 60}
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")

    def expect_seats(**seats: str) -> None:
        for name, seat in seats.items():
            choice = phone.locator(f"select[aria-label='Seat: {name.replace('_', '-')}']")
            expect(choice).to_have_value(seat)

    expect_seats(kit_1="", left_1="2", kit_3="3", kit_4="", kit_5="5", spare="6")
    hub.silent_s = {}
    expect_seats(kit_1="1", left_1="2", kit_3="3", kit_4="4", kit_5="5", spare="6")


def test_kits_are_listed_as_they_are_also_while_a_list_of_seats_has_the_focus(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    """Who opens a list and chooses nothing leaves the focus there."""
    hub._kits = 3
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    choice = phone.locator("select[aria-label='Seat: kit-2']")
    choice.focus()
    hub._kits = 4
    expect(phone.locator("select[aria-label='Seat: kit-4']")).to_have_value("4")
    hub.silent_s = {"kit-1": 60, "kit-2": 60}
    expect(phone.locator(".kits li").nth(1)).to_contain_text("kit-2  not heard")
    expect(choice).to_have_value("")
    expect(choice).to_be_focused()
    expect(phone.locator("select[aria-label='Seat: kit-1']")).to_have_value("")
    listed = phone.locator(".kits b").all_text_contents()
    assert listed == ["kit-1", "kit-2", "kit-3", "kit-4", "box-1"]


def test_of_the_kits_only_what_is_news_is_drawn_anew(page: Page, hub: FakeHub) -> None:
    """Or whoever hears the page would lose the place where they are every two seconds."""
    kits = page.locator(".kits li")
    expect(kits).to_have_count(9)
    was = page.locator(".kits :is(li, span, b, select)").element_handles()
    hub.silent_s = {"kit-3": 60}
    expect(kits.nth(2)).to_contain_text("not heard")
    gone = [one for one in was if not one.evaluate("(one) => one.isConnected")]
    assert len(gone) == len(["its text", "in it", "its name", "its list"])


def test_a_list_of_seats_that_has_the_focus_offers_as_many_as_the_others(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    """The kit without a number goes behind those that came."""
    listed, hub._kits = hub.kits, 1
    names = {"kit-1": "spare"}
    hub.kits = lambda: [{**kit, "kit": names.get(kit["kit"], kit["kit"])} for kit in listed()]
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    choice = phone.locator("select[aria-label='Seat: spare']")
    choice.focus()
    expect(choice).to_have_value("1")
    names["kit-16"], hub._kits = "kit-1", 16
    other = phone.locator("select[aria-label='Seat: kit-15']")
    expect(other).to_have_value("15")
    expect(choice).to_have_value("16")
    assert choice.inner_text() == other.inner_text()
    expect(choice).to_be_focused()


def test_kits_of_a_whole_house_do_not_fill_the_page_of_one_circle(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    """Those that are silent for long are behind one line, until one of them is given a seat."""
    hub._kits = 60
    hub.silent_s = {f"kit-{n}": 3600 for n in range(9, 61)}
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    choices, folded = phone.locator(".kits select"), phone.locator("#away summary")
    expect(choices).to_have_count(8)
    expect(folded).to_have_text("Not heard for more than ten minutes: 52")
    folded.tap()
    expect(choices).to_have_count(60)
    phone.focus("select[aria-label='Seat: kit-60']")
    phone.select_option("select[aria-label='Seat: kit-60']", "14")
    expect(phone.locator("select[aria-label='Seat: kit-60']")).to_be_focused()
    expect(folded).to_have_text("Not heard for more than ten minutes: 51")
    folded.tap()
    expect(choices).to_have_count(9)
    hub.silent_s = {}
    expect(choices).to_have_count(60)
    for choice in (choices.first, choices.last):
        expect(choice.locator("option")).to_have_count(1 + SEATS_MAX)
    assert fits(phone)


def test_a_box_of_a_wrong_name_is_called_so_and_moves_nobody_to_another_seat(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    names = {"kit-1": "buttons", "kit-2": "anna", "kit-3": "bela", "kit-4": "carl"}
    listed, hub._kits = hub.kits, 4
    hub.kits = lambda: [{**kit, "kit": names.get(kit["kit"], kit["kit"])} for kit in listed()]
    hub.says, hub.silent_s = {"kit-1": "box", "box-1": "kit"}, {"kit-2": 60}
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    for name, seat in (("anna", ""), ("bela", "1"), ("carl", "2"), ("buttons", "")):
        expect(phone.locator(f"select[aria-label='Seat: {name}']")).to_have_value(seat)
    kits = phone.locator(".kits").first
    expect(kits).to_contain_text("behaves as a button box, not named as one")
    expect(kits).to_contain_text("named as a button box, behaves as a kit")
    expect(kits).not_to_contain_text("ready")
    assert fits(phone)


def test_after_a_session_nothing_is_offered_that_would_have_no_effect(
    running: Page, hub: FakeHub
) -> None:
    running.tap("[data-phase=baseline]")
    wait_for(lambda: course(hub).phases)
    hub.trouble = [BROKER]
    expect(running.locator(".problem")).to_have_count(1)
    end(running)
    expect(running.get_by_text("The session is over")).to_be_visible()
    expect(running.locator(".problem")).to_have_count(0)  # it was the session's, and would stay
    running.get_by_text("Correct times").tap()
    expect(running.locator(".history li")).to_have_count(1)
    for gone in ("[data-phase]", "[data-by]", "[data-marker]", "[data-kind]", ".tabs button"):
        assert running.locator(gone).locator("visible=true").count() == 0, gone
    wait_for(lambda: hub.now_ns() > (hub.sessions()[0].closed_ns or 0) + 1000 * MS)
    running.get_by_text("Done").tap()  # and again, later
    running.get_by_text("Correct times").tap()
    closed = time.localtime((hub.sessions()[0].closed_ns or 0) // 10**9)
    offered = running.locator("#panel-history > div > .tools input[type=time]")
    expect(offered).to_have_value(time.strftime("%H:%M:%S", closed))


def test_trouble_that_was_asked_for_in_a_session_is_not_told_after_it(
    running: Page, hub: FakeHub
) -> None:
    """The answer is on its way while the session is closed."""
    running.tap("[data-phase=baseline]")
    wait_for(lambda: course(hub).phases)
    held: list[Route] = []
    running.route("**/api/problems", lambda route: held.append(route))
    with running.expect_request("**/api/problems"):
        hub.trouble = [BROKER]
    end(running)
    expect(running.get_by_text("The session is over")).to_be_visible()
    with running.expect_response("**/api/problems") as answer:
        held_back(running, held).continue_()
    answer.value.finished()
    for _ in range(3):  # each comes after it, and the page has its turn in between
        running.evaluate("fetch('/api/me').then((answer) => answer.text())")
    expect(running.locator(".problem")).to_have_count(0)


def test_a_time_that_was_emptied_moves_nothing(running: Page, hub: FakeHub) -> None:
    running.tap("[data-phase=baseline]")
    wait_for(lambda: course(hub).phases)
    tab(running, "history")
    running.get_by_role("button", name="Correct").tap()
    running.locator(".history input[type=time]").fill("")
    running.get_by_text("Set time").tap()
    running.locator("#panel-history > div > .tools select").select_option("phase questions")
    running.locator("#panel-history > div > .tools input[type=time]").fill("")
    running.get_by_text("Add", exact=True).tap()
    running.wait_for_timeout(300)
    assert [s.event.kind for s in course(hub).history if s.event.source == "console"] == ["phase"]


NEW_YEAR = ("2027-12-31T22:30:00.700Z", "2027-12-31T23:59Z")  # 23:30 to 00:59 in Budapest
CLOCKS_BACK = ("2026-10-25T00:10Z", "2026-10-25T01:40Z")  # 02:10 to the second 02:40
MEANT = (  # the session, the moment that is moved, what is typed: what is meant
    (NEW_YEAR, "2027-12-31T22:58Z", "00:03:00", "2027-12-31T23:03Z"),
    (NEW_YEAR, "2027-12-31T23:02Z", "23:57:00", "2027-12-31T22:57Z"),
    (NEW_YEAR, "2027-12-31T23:59Z", "23:30", "2027-12-31T22:30Z"),  # as the opening is shown
    (NEW_YEAR, "2027-12-31T23:59Z", "01:05:00", "2028-01-01T00:05Z"),  # the hub will say no
    (CLOCKS_BACK, "2026-10-25T01:30Z", "02:31:00", "2026-10-25T01:31Z"),
    (CLOCKS_BACK, "2026-10-25T00:30Z", "02:31:00", "2026-10-25T00:31Z"),
    (CLOCKS_BACK, "2026-10-25T00:30Z", "02:05:00", "2026-10-25T01:05Z"),  # opened after the first
)


def test_a_time_of_day_is_meant_within_the_session_and_near_what_it_moves(page: Page) -> None:
    zone = {"timezoneId": "Europe/Budapest"}
    page.context.new_cdp_session(page).send("Emulation.setTimezoneOverride", zone)
    told = page.evaluate("""async (cases) => {
        const { atWall } = await import('/static/js/time.js');
        return cases.map(([session, near, typed]) => {
            const known = [near, ...session].map((moment) => Date.parse(moment) * 1e6);
            return new Date(atWall(typed, ...known) / 1e6).toISOString().replace(':00.000', '');
        });
    }""", [case[:3] for case in MEANT])
    assert told == [means for *_, means in MEANT]


@pytest.mark.parametrize("size", ["phone", "desk"])
def test_every_panel_has_a_heading(request: pytest.FixtureRequest, site: str, size: str) -> None:
    page: Page = request.getfixturevalue(size)
    page.goto(f"{site}/console?token={ROOM_TOKEN}")
    page.click("#open")
    expect(page.locator("[data-phase=baseline]")).to_be_visible()
    for name in ("Phases", "People", "Markers", "History"):
        if size == "phone":
            tab(page, name.lower())
        expect(page.get_by_role("heading", name=name, exact=True)).to_be_visible()
        expect(page.get_by_role("region", name=name, exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="Add what was forgotten")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "hu", "de"])
def test_the_tabs_have_room_for_their_names(page: Page, language: str) -> None:
    page.select_option("#language", language)
    page.click("#open")
    expect(page.locator("[data-phase=baseline]")).to_be_visible()
    for name in ("history", "people"):
        tab(page, name)
        assert page.evaluate("""() => { const range = document.createRange();
            return [...document.querySelectorAll(".tabs button")].filter((one) => {
                range.selectNodeContents(one);
                return range.getBoundingClientRect().width + 4 > one.getBoundingClientRect().width;
            }).map((one) => one.textContent); }""") == []


def test_the_tabs_go_by_arrow_keys_and_lead_on_to_what_they_show(running: Page) -> None:
    at, press = running.locator(":focus"), running.keyboard.press
    running.locator(".tabs [data-tab=phases]").focus()
    keys = [("ArrowLeft", "history"), ("ArrowRight", "phases"), ("End", "history"),
            ("Home", "phases"), ("ArrowRight", "people")]  # fmt: skip
    for key, name in keys:
        press(key)
        expect(at).to_have_attribute("data-tab", name)
        expect(running.locator("[aria-selected=true]")).to_have_attribute("data-tab", name)
        shown = running.locator(f"#{at.get_attribute('aria-controls')}")
        expect(shown).to_be_visible()
        expect(running.locator(".panels > section:visible")).to_have_count(1)
    press("Tab")
    expect(at).to_have_attribute("data-kind", "speaker")
    press("Shift+Tab")
    expect(at).to_have_attribute("data-tab", "people")


def test_the_phase_and_its_clock_stay_whole_when_the_next_is_scrolled_to(running: Page) -> None:
    for phase in PHASES[:7]:
        running.press(f"[data-phase={phase}]", "Enter")
    expect(running.locator("#phase")).to_have_text("The presenter returns")
    running.wait_for_timeout(300)
    bottom = "(at) => document.querySelector(at).getBoundingClientRect().bottom"
    top = "(at) => document.querySelector(at).getBoundingClientRect().top"
    assert running.evaluate("scrollY") > 0
    assert running.evaluate(top, "#clock") >= running.evaluate(bottom, ".top")


# What stays where it is while the page scrolls.
FIXED = """() => [...document.querySelectorAll("body *")].filter((one) => one.checkVisibility()
    && ["fixed", "sticky"].includes(getComputedStyle(one).position)).map((one) => one.className)"""
# What lies over it, of what is not to be hidden.
OVER_IT = """(name) => {
    const one = document.querySelector(name) ?? document.body;
    const { left, top, width, height } = one.getBoundingClientRect();
    const first = document.elementFromPoint(left + width / 2, top + height / 2);
    return one === document.body || one.contains(first) ? "" : one.outerHTML;
}"""
OVER_THE_PAGE = {(320, 568): ["top", "tabs"], (844, 390): ["tabs"], (320, 256): ["tabs"]}


def test_what_lies_over_the_page_leaves_room_and_hides_neither_the_next_phase_nor_the_focus(
    sitting: Page
) -> None:
    """On its side a phone is low, as a page at 400 % is."""
    for (width, height), over in OVER_THE_PAGE.items():
        sitting.set_viewport_size({"width": width, "height": height})
        for name in ("people", "phases"):
            tab(sitting, name)
        assert sitting.evaluate(FIXED) == over
        assert sitting.evaluate(OVER_IT, ".next") == ""
        sitting.evaluate("scrollTo(0, 0)")
        for _ in range(len(PHASES) + 4):
            sitting.keyboard.press("Tab")
            assert sitting.evaluate(OVER_IT, ":focus") == ""


def test_text_twice_as_large_leaves_everything_on_the_page(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    seats = {n: f"kit-{n}" for n in range(1, 9)}
    info = hub.open_session("room-1", library().texts["classic-90"], seats, True, "de")
    hub.record_event(info.id, "phase", {"phase": "discussion"}, hub.now_ns(), "console", "p")
    phone.goto(f"{site}/console?token={ROOM_TOKEN}")
    body = phone.locator("body")
    devtools = phone.context.new_cdp_session(phone)
    for size in (20, 24, 32):
        devtools.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
        expect(body).to_have_css("font-size", f"{size}px")
        for name in ("phases", "people", "markers", "history"):
            tab(phone, name)
            assert fits(phone), (size, name)
        expect(phone.locator(".tabs [data-tab=history]")).to_be_in_viewport(ratio=1)
    phone.tap("#close")
    expect(phone.locator("#close-sure")).to_be_in_viewport(ratio=1)


def test_who_speaks_fits_the_narrowest_phone_with_text_twice_as_large(
    narrow: Page, hub: FakeHub, site: str
) -> None:
    info = hub.open_session("room-1", library().texts["classic-90"], {12: "kit-1"}, True, "de",
                            hub.now_ns() - 3700 * 1000 * MS)  # fmt: skip
    at_ns = hub.now_ns() - 3600 * 1000 * MS
    hub.record_event(info.id, "speaker", {"seat": 12}, at_ns, "box", "s1")
    devtools = narrow.context.new_cdp_session(narrow)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    narrow.goto(f"{site}/console?token={ROOM_TOKEN}")
    until_it_shows(narrow.locator(".now"), at_ns, "Platz 12 spricht: ")
    assert fits(narrow)


def test_trouble_is_seen_where_its_card_is_out_of_sight(running: Page, hub: FakeHub) -> None:
    for phase in PHASES[:7]:
        running.press(f"[data-phase={phase}]", "Enter")
    chip = running.locator("#trouble")
    expect(chip).to_be_hidden()
    hub.trouble = [BROKER]
    expect(chip).to_be_in_viewport()
    expect(chip).to_have_text("trouble")
    expect(running.locator("#problems .problem")).not_to_be_in_viewport()
    chip.tap()
    expect(running.locator("#problems .problem")).to_be_in_viewport()
    expect(running.locator("#problems")).to_be_focused()  # for who hears the page, or has keys
    assert fits(running)
    hub.trouble = []
    expect(chip).to_be_hidden()


def test_trouble_that_comes_by_itself_takes_no_press_from_the_finger_that_is_on_a_button(
    running: Page, hub: FakeHub
) -> None:
    view, chip = hub.live(hub.sessions()[0].id), running.locator("#trouble")
    button = "[data-phase=baseline]"
    for size in (PHONE, {"width": 844, "height": 390}, DESK):
        running.set_viewport_size(size)  # type: ignore[arg-type]
        running.hover(button)
        before = box(running, button)["y"]
        running.mouse.down()
        view.apply([influx_said(unreachable("http://influxdb:8086", ""), hub.now_ns())])
        expect(chip).to_be_in_viewport(ratio=1)
        assert abs(box(running, button)["y"] - before) <= 1, size
        running.mouse.up()
        wait_for(lambda: course(hub).phases)
        running.tap("#toast button")
        wait_for(lambda: not course(hub).phases)
        view.apply([influx_said(BACK, hub.now_ns(), over=True)])
        expect(chip).to_be_hidden()


TOP_OF_NEXT = "() => document.querySelector('.phases .next').getBoundingClientRect().top"


def test_trouble_that_ends_while_it_is_read_moves_no_button_up(running: Page, hub: FakeHub) -> None:
    view, chip = hub.live(hub.sessions()[0].id), running.locator("#trouble")
    for _ in range(2):
        view.apply([influx_said(unreachable("http://influxdb:8086", ""), hub.now_ns())])
        chip.tap()
        expect(running.locator("#problems .problem")).to_be_in_viewport(ratio=1)
        before = running.evaluate(TOP_OF_NEXT)
        view.apply([influx_said(BACK, hub.now_ns(), over=True)])
        expect(chip).to_be_hidden()
        assert abs(running.evaluate(TOP_OF_NEXT) - before) <= 1
    tab(running, "people")
    expect(running.locator("#problems")).to_have_css("padding-bottom", "0px")


LATER = "one => one.style.setProperty('animation-duration', '1h', 'important')"
BY_NOW = "one => one.getAnimations().forEach((waits) => waits.finish())"


def test_on_a_low_page_the_sign_of_trouble_hides_no_last_row_and_takes_no_finger_on_its_way(
    running: Page, hub: FakeHub
) -> None:
    running.emulate_media(reduced_motion="reduce")
    running.set_viewport_size({"width": 844, "height": 390})
    tab(running, "people")
    running.tap("summary")
    chip = running.locator("#trouble")
    chip.evaluate(LATER)
    hub.live(hub.sessions()[0].id).apply(
        [influx_said(unreachable("http://influxdb:8086", ""), hub.now_ns())])
    expect(chip).to_be_visible()
    running.evaluate("scrollTo(0, document.body.scrollHeight)")
    last, sign = box(running, ".kits select"), box(running, "#trouble")
    assert last["y"] + last["height"] <= sign["y"]
    tab(running, "phases")
    x, y = sign["x"] + sign["width"] / 2, sign["y"] + sign["height"] / 2
    button = running.locator("[data-phase=presentation]")
    button.evaluate("(one, y) => scrollBy(0, one.getBoundingClientRect().top - y + 30)", y)
    running.touchscreen.tap(x, y)
    expect(button).to_have_attribute("aria-pressed", "true")
    chip.evaluate(BY_NOW)
    chip.tap()
    expect(running.locator("#problems .problem")).to_be_in_viewport(ratio=1)


def test_a_no_of_the_hub_to_a_press_takes_no_other_from_the_finger(
    running: Page, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    button = "[data-marker=silence]"
    trouble, sent = running.locator("#trouble"), running.locator("#sent")
    tab(running, "markers")
    before = box(running, button)["y"]
    hub.full_disk = True
    running.tap("[data-marker=laughter]")
    expect(trouble).to_be_visible()
    assert abs(box(running, button)["y"] - before) <= 1
    hub.full_disk = False
    expect(sent).to_have_text("all sent")
    expect(trouble).to_be_hidden()
    assert abs(box(running, button)["y"] - before) <= 1
    refusing(hub, monkeypatch)
    running.tap("[data-marker=laughter]")
    expect(running.locator("#problems")).to_contain_text(REFUSED)
    assert abs(box(running, button)["y"] - before) <= 1


@pytest.mark.parametrize("language", ["en", "hu", "de"])
def test_trouble_and_how_much_is_not_sent_yet_are_seen_whole_on_a_narrow_phone(
    narrow: Page, hub: FakeHub, site: str, language: str
) -> None:
    hub.open_session("room-1", library().texts["classic-90"], {1: "kit-1"}, True, language)
    hub.trouble = [BROKER]
    narrow.goto(f"{site}/console?token={ROOM_TOKEN}")
    expect(narrow.locator("#trouble")).to_be_visible()
    narrow.route(EVENTS, lambda route: route.abort())
    narrow.click(".tabs [data-tab=markers]")
    for marker in ["silence", "laughter"] * 6:
        narrow.press(f"[data-marker={marker}]", "Enter")
    expect(narrow.locator("#sent")).to_contain_text("(12)")
    devtools = narrow.context.new_cdp_session(narrow)
    for size in (16, 32):
        devtools.send("Page.setFontSizes", {"fontSizes": {"standard": size}})
        expect(narrow.locator("body")).to_have_css("font-size", f"{size}px")
        assert fits(narrow), size
