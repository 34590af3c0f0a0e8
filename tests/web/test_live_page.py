"""The live page in a real browser."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from itertools import combinations
from typing import Any
from urllib.parse import urlsplit

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, expect

from hub.course.library import library
from hub.live.messages import catching_up, team_messages
from hub.policy import GROUP_MIN
from hub.records import Problem
from hub.store.trouble import BACK, Trouble
from hub.team.curve import STATUS, Said
from hub.web.places import PLACES
from tests.web.browser import LISTEN, PHONE, chromium, desk, fits, phone  # noqa: F401
from tests.web.fake import ROOM_TOKEN, FakeHub
from tests.web.helpers import influx_said, until_it_shows
from tests.web.scene import SEATS, scene

TITLE = "Discussion, presenter sits back"
TABLET = {"width": 1024, "height": 768}
NOT_HEARD = re.compile("last heard ([4-9]|1[0-9]) s ago")  # a busy machine looks a second later


@pytest.fixture(params=["phone", "desk"])
def page(request: pytest.FixtureRequest) -> Page:
    return request.getfixturevalue(request.param)


INKED = """(selector) => {
    const c = document.querySelector(selector);
    return c?.width && c.getContext('2d').getImageData(0, 0, c.width, c.height).data.some(Boolean);
}"""


WIPE = """(selector) => {
    const c = document.querySelector(selector);
    c.getContext('2d').clearRect(0, 0, c.width, c.height);
}"""


def until_inked(page: Page, selector: str) -> None:
    """Wait until something has been drawn on this canvas."""
    page.wait_for_function(INKED, arg=selector)


def test_a_whole_circle(page: Page, hub: FakeHub, site: str) -> None:
    made = scene(hub)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(site)
    expect(page.locator("#phase")).to_have_text(TITLE)
    expect(page.locator("#who")).to_have_text("Seat 3 presents · seat 6 speaks")
    began_ns = hub.course(made.info.id).phases[-1].start_ns
    until_it_shows(page.locator("#in-phase"), began_ns - hub.offset_ns)
    expect(page.locator("#simulated")).to_be_visible()
    expect(page.locator("#steps [aria-current]")).to_have_text(TITLE)
    rows = page.locator("#seats tbody tr")
    expect(rows).to_have_count(SEATS)
    expect(rows.nth(1)).to_contain_text("silent for 0:42")
    expect(rows.nth(1).locator("[data-cell=ring]")).to_have_text("–")  # who could know
    expect(rows.nth(3)).to_contain_text("212")
    expect(rows.nth(6)).to_contain_text("no contact")
    expect(rows.nth(7)).to_contain_text("settling")
    expect(page.locator("#health")).to_have_text("live")
    until_inked(page, "#plot canvas")
    page.wait_for_function("document.querySelector('#seats canvas').width > 100")
    page.evaluate(WIPE, "#seats canvas")
    made.tell(hub.now_ns() // 10**9 - made.since_s)
    until_inked(page, "#seats canvas")
    assert fits(page)
    assert {urlsplit(url).netloc for url in asked} == {urlsplit(site).netloc}
    assert page.wrong == []  # type: ignore[attr-defined]


CUT_STEPS = """() => [...document.querySelectorAll("#steps span")]
    .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.textContent)"""


@pytest.mark.parametrize("language", ["en", "hu", "de"])
def test_the_name_of_every_phase_can_be_read_whole(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    site: str,
    language: str,
) -> None:
    scene(hub, language)
    desk.goto(site)
    expect(desk.locator("#steps li")).to_have_count(9)
    assert desk.evaluate(CUT_STEPS) == []
    assert fits(desk)


ROWS = """() => [...document.querySelectorAll("#steps li")]
    .map((one) => [one.className, Math.round(one.getBoundingClientRect().top)])"""


def test_the_steps_of_two_cases_are_a_row_for_each(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    site: str,
) -> None:
    protocol = library().protocols["double-90"]
    info = hub.open_session("room-1", library().texts["double-90"], {1: "kit-1"}, True, "de",
                            hub.now_ns() - 3600 * 10**9)  # fmt: skip
    for k, phase in enumerate(protocol.order[:9]):
        hub.record_event(info.id, "phase", {"phase": phase}, hub.now_ns() - (99 - k) * 10**9,
                         "console", f"p{k}")
    desk.goto(site)
    expect(desk.locator("#which")).to_contain_text("9 von 14")
    steps: list[tuple[str, int]] = desk.evaluate(ROWS)
    assert [kind for kind, _ in steps] == ["done"] * 8 + ["now-step"] + [""] * 5
    first, second = {top for _, top in steps[:7]}, {top for _, top in steps[7:]}
    assert len(first) == len(second) == 1 and max(first) < min(second)
    assert desk.evaluate(CUT_STEPS) == []
    assert fits(desk)


# What is written in the picture as it was last drawn: each text, from where to where across and
# down.
WATCH_INK = """(() => {
    const paper = CanvasRenderingContext2D.prototype, { clearRect: clear, fillText: write } = paper;
    paper.clearRect = function (...all) {
        if (this.canvas.closest("#plot")) window.ink = [];
        clear.apply(this, all);
    };
    paper.fillText = function (text, x, y) {
        const of = this.measureText(text);
        const at = (dx, dy) => this.getTransform().transformPoint({ x: x + dx, y: y + dy });
        const one = at(-of.actualBoundingBoxLeft, -of.actualBoundingBoxAscent);
        const other = at(of.actualBoundingBoxRight, of.actualBoundingBoxDescent);
        const span = (a, b) => [Math.min(a, b), Math.max(a, b)];
        window.ink?.push([text, span(one.x, other.x), span(one.y, other.y)]);
        write.call(this, text, x, y);
    };
})()"""


def test_how_far_the_session_is_is_seen_where_the_system_gives_the_colours(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    scene(hub)
    phone.emulate_media(forced_colors="active")
    phone.goto(site)
    expect(phone.locator("#steps .now-step")).to_have_count(1)
    colour = "(all) => all.map((one) => getComputedStyle(one).borderTopColor)"
    steps = phone.locator("#steps li").evaluate_all(colour)
    assert len(set(steps)) == len(["done", "now", "to come"])


def test_no_figure_of_the_scale_is_cut(desk: Page, served: Callable[..., str]) -> None:  # noqa: F811
    """Of a high picture: the sign was, of +0.25 and −0.25 alike."""
    hub = FakeHub(simulated=False)
    scene(hub)
    desk.add_init_script(WATCH_INK)
    desk.goto(served(hub))
    expect(desk.locator("#empty")).to_have_text("")
    until_inked(desk, "#plot canvas")
    assert all(across[0] >= 0 for _, across, _ in desk.evaluate("window.ink"))


def test_a_median_of_those_who_came_first_is_not_drawn_before_the_others(
    desk: Page,  # noqa: F811
    site: str,
) -> None:
    """The group's newest seconds are said before all seats are there, and again when they are."""
    desk.goto(site)
    drawn = desk.evaluate("""async () => {
        const { columns } = await import('/static/js/live/curve.js');
        const of = (ns) => columns({ seats: new Map(), group: new Map(
            ns.map((n, time) => [time, { n, middle: time, low: time, high: time }])) }, [], 0)[3];
        return [of([8, 8, 8, 8, 8, 7]), of([8, 7, 7, 7, 7, 7]), of([8, 8, 8, 8, 8, 8]), of([])];
    }""")
    assert drawn == [[0, 1, 2, 3, 4, None], [0, 1, 2, 3, 4, 5], [0, 1, 2, 3, 4, 5], []]


def test_a_line_is_broken_where_a_figure_is_missing_however_far_its_points_are_apart(
    desk: Page, site: str  # noqa: F811
) -> None:
    """Of a long session not every second is told."""
    desk.goto(site)
    drawn = desk.evaluate("""async () => {
        const { fresh, hear } = await import('/static/js/live/state.js');
        const [state, middle] = [fresh(), [1, 2, 3]];
        const team = { time_s: [100, 104, 112], step_s: 4, middle, low: middle, high: middle };
        const group = { time_s: [] };
        hear(state, [{ type: 'curves', group, team, seats: {} }], false);
        return [...state.group].map(([time, one]) => [time, one.middle]);
    }""")
    assert drawn == [[96, None], [100, 1], [104, 2], [108, None], [112, 3]]


def test_of_people_no_seat_is_shown(desk: Page, served: Callable[..., str]) -> None:  # noqa: F811
    hub = FakeHub(simulated=False)
    scene(hub)
    desk.goto(served(hub))
    expect(desk.locator("#phase")).to_have_text(TITLE)
    expect(desk.locator("#late")).to_be_visible()
    for hidden in ("#simulated", "#k-seat", "#k-presenter", "#seats-card"):
        expect(desk.locator(hidden)).to_be_hidden()
    expect(desk.locator("#who")).to_have_text("")
    expect(desk.locator("#empty")).to_have_text("")
    expect(desk.locator("#k-median")).to_have_text("middle of the group")
    desk.click("summary")
    expect(desk.locator(".help dt:visible")).to_have_text(["Phases", "Arousal"])  # no more is there
    until_inked(desk, "#plot canvas")
    figure = re.compile(rf"\. \d\d:\d\d · {TITLE} · .*\d")
    expect(desk.get_by_role("img", name=figure)).to_be_visible()


def apart(one: list[float], other: list[float]) -> bool:
    return one[1] <= other[0] or other[1] <= one[0]


def test_of_many_phases_and_markers_every_name_that_is_there_can_be_read(
    page: Page, hub: FakeHub, site: str
) -> None:
    """For names that find no room the number of the phase stands, or nothing; no time is cut."""
    length_ns = 6 * 3600 * 10**9
    opened_ns = hub.now_ns() - length_ns
    info = hub.open_session("room-1", library().texts["double-90"], {}, True, "de", opened_ns)
    phases = [("phase", {"phase": id}) for id in library().protocols["double-90"].order]
    markers = [("marker", {"label": label}) for label in ("intervention", "silence") * 10]
    for said in (phases, markers):
        for k, (kind, data) in enumerate(said):
            at_ns = opened_ns + k * length_ns // len(said)
            hub.record_event(info.id, kind, data, at_ns, "console", f"{kind}-{k}")
    page.add_init_script(WATCH_INK)
    page.goto(site)
    page.wait_for_function("() => window.ink?.some(([text]) => text === 'Langes Schweigen')")
    ink: list[tuple[str, list[float], list[float]]] = page.evaluate("window.ink")
    for (_, across, down), (_, other_across, other_down) in combinations(ink, 2):
        assert apart(across, other_across) or apart(down, other_down)
    width = page.locator("#plot canvas").evaluate("canvas => canvas.width")
    assert all(left >= 0 and right <= width for _, (left, right), _ in ink)
    assert {"2", "6", "2:00:00", "6:00:00"} <= {text for text, _, _ in ink}


def test_of_people_the_page_says_that_the_curve_comes_after(
    desk: Page,  # noqa: F811
    served: Callable[..., str],
) -> None:
    hub = FakeHub(simulated=False)
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, False, "en")
    hub._infos[info.id] = replace(info, team_view="after")
    hub.live(info.id).apply(team_messages([Said(0, "after")]))
    desk.goto(served(hub))
    expect(desk.locator("#empty")).to_contain_text("is shown after it has ended")


def test_of_people_a_leader_sees_the_kits_and_is_told_why_no_curve(
    desk: Page,  # noqa: F811
    served: Callable[..., str],
) -> None:
    hub = FakeHub(simulated=False)
    scene(hub)
    base = served(hub)
    desk.goto(f"{base}/console?token={ROOM_TOKEN}")
    desk.goto(base)
    expect(desk.locator("#seats tbody tr")).to_have_count(SEATS)
    expect(desk.locator("#seats canvas")).to_have_count(0)
    for seat, state in ((1, "●●● on skin, good"), (5, "●●○ on skin, fair"), (7, "○○○ no contact")):
        expect(desk.locator(f"#seat-{seat}-kit-{seat} [data-cell=state]")).to_have_text(state)
    expect(desk.locator("#empty")).to_contain_text("not shown here while people are in the room")


@pytest.mark.parametrize("team_view", ["late", "after"])
def test_of_fewer_than_five_a_leader_is_promised_no_curve(
    desk: Page,  # noqa: F811
    served: Callable[..., str], team_view: str,
) -> None:
    hub = FakeHub(simulated=False)
    seats = {seat: f"kit-{seat}" for seat in range(1, 5)}
    info = hub.open_session("room-1", library().texts["demo"], seats, False, "en")
    hub._infos[info.id] = replace(info, team_view=team_view)
    base = served(hub)
    desk.goto(f"{base}/console?token={ROOM_TOKEN}")
    desk.goto(base)
    expect(desk.locator("#empty")).to_contain_text("Fewer than five seats have a kit")
    at = hub.now_ns()
    hub.record_event(info.id, "seat", {"seat": 5, "kit": "kit-5"}, at, "console", "s5")
    expect(desk.locator("#empty")).to_contain_text("shown here after the session")


def test_it_says_why_it_is_empty(desk: Page, hub: FakeHub, site: str) -> None:  # noqa: F811
    desk.goto(site)
    expect(desk.locator("#phase")).to_have_text("No session yet")
    expect(desk.locator("#seats tbody tr")).to_have_count(9)
    hub._kits = 0
    expect(desk.locator("#who")).to_contain_text("No kit is heard")
    hub._kits = 8
    hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, True, "de")
    expect(desk.locator("#phase")).to_have_text("Vor der ersten Phase")
    expect(desk.locator("#who")).to_contain_text("wenn die Leitung zum ersten Mal drückt")
    expect(desk.locator("#empty")).to_contain_text("Noch keine Kurve")


def test_a_seat_whose_pulse_does_not_come_has_no_signal_and_is_not_said_to_be_bare(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    site: str,
) -> None:
    made = scene(hub)
    ledger = made.ledger(hub.now_ns() // 10**9 - made.since_s)
    ledger["rows"][0]["contact"] = None
    hub.live(made.info.id).apply([ledger])
    desk.goto(site)
    expect(desk.locator("#seats tbody tr").first).to_contain_text("no pulse signal")


TEXTS = """async () => {
    const { texts } = await import('/static/js/live/texts.js');
    const said = (text) => (typeof text === 'function' ? [text.length, text('1', '2')] : text);
    return ['en', 'hu', 'de'].map((language) => Object.fromEntries(
        Object.entries(texts(language)).map(([name, text]) => [name, said(text)])));
}"""


def test_what_it_says_is_there_in_every_language(desk: Page, site: str) -> None:  # noqa: F811
    desk.goto(site)
    english, *others = desk.evaluate(TEXTS)
    for other in others:
        assert other.keys() == english.keys()
        assert all(other.values())
        told = {k: text for k, text in english.items() if isinstance(text, list)}
        assert {k: other[k][0] for k in told} == {k: arity for k, (arity, _) in told.items()}
    for code, text in STATUS.items():
        assert english[f"status-{code}"] == text.replace("'", "’").replace(f"{GROUP_MIN}", "five")
    named = desk.eval_on_selector_all(
        "[data-text], [data-name]", "all => all.map((one) => one.dataset.text ?? one.dataset.name)"
    )
    assert named and set(named) <= english.keys()


SAID = """() => [...document.querySelectorAll("body *")].flatMap((one) => [...one.childNodes])
    .filter((node) => node.nodeType === 3 && node.textContent.trim())
    .map((node) => node.textContent.trim())"""


@pytest.mark.parametrize("language", ["hu", "de"])
def test_it_speaks_the_language_of_the_session(
    page: Page,
    hub: FakeHub,
    site: str,
    language: str,
) -> None:
    """Not a text of the page is in English, and it still fits."""
    scene(hub, language)
    page.goto(site)
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.locator("#seats tbody tr")).to_have_count(SEATS)
    english: dict[str, object] = page.evaluate(TEXTS)[0]
    own: dict[str, object] = page.evaluate(TEXTS)[["en", "hu", "de"].index(language)]
    expect(page.locator("#health")).to_have_text(str(own["live"]))
    foreign = {t for name, t in english.items() if isinstance(t, str) and own[name] != t}
    assert not foreign & set(page.evaluate(SAID))
    assert fits(page)
    assert page.wrong == []  # type: ignore[attr-defined]


def test_who_hears_the_page_is_told_of_a_phase_and_of_which_seat_each_figure_is(
    desk: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    made = scene(hub)
    desk.goto(site)
    expect(desk.get_by_role("rowheader", name="3 kit-3 presents", exact=True)).to_be_visible()
    expect(desk.get_by_role("row").filter(has=desk.get_by_role("rowheader"))).to_have_count(SEATS)
    desk.evaluate(LISTEN)
    hub.record_event(made.info.id, "phase", {"phase": "closing"}, hub.now_ns(), "box", "b")
    expect(desk.locator("#phase")).to_have_text("Closing round")
    told = {"type": "problem", "at_ns": 1, "code": "x", "what": "It is gone.", "do": "Look."}
    hub.live(made.info.id).apply([told])
    expect(desk.locator("#problems")).to_contain_text("It is gone.")
    read: list[str] = desk.evaluate("window.read")
    assert "Closing round" in read
    assert [said for said in read if "It is gone." in said]


def test_a_problem_is_shown_with_what_to_do(hub: FakeHub, site: str, desk: Page) -> None:  # noqa: F811
    made = scene(hub)
    desk.goto(f"{site}/console?token={ROOM_TOKEN}")
    desk.goto(site)
    expect(desk.locator("#phase")).to_have_text(TITLE)
    told = {"type": "problem", "at_ns": hub.now_ns(), "code": "x", "what": "The broker is gone.",
            "kept": "The kits keep everything.", "do": "Start the broker."}  # fmt: skip
    hub.live(made.info.id).apply([told])
    for text in ("The broker is gone.", "The kits keep everything.", "Start the broker."):
        expect(desk.locator("#problems")).to_contain_text(text)


def test_a_trouble_that_is_over_is_gone_and_said_to_be_over(
    hub: FakeHub,
    site: str,
    desk: Page,  # noqa: F811
) -> None:
    made = scene(hub)
    desk.goto(f"{site}/console?token={ROOM_TOKEN}")
    desk.goto(site)
    expect(desk.locator("#phase")).to_have_text(TITLE)
    trouble = Trouble("InfluxDB cannot be reached", "everything", "start it")
    for said in (trouble, replace(trouble, what="InfluxDB does not accept the hub's token")):
        hub.live(made.info.id).apply([influx_said(said, hub.now_ns())])
    expect(desk.locator(".problem")).to_have_count(1)
    expect(desk.locator(".problem")).to_contain_text("does not accept the hub's token")
    hub.live(made.info.id).apply([influx_said(BACK, hub.now_ns(), over=True)])
    expect(desk.locator(".problem")).to_have_count(0)
    expect(desk.locator("#problems .over")).to_contain_text("InfluxDB takes the results again")
    desk.reload()
    expect(desk.locator("#problems .over")).to_have_count(1)
    expect(desk.locator(".problem")).to_have_count(0)


def test_a_hub_that_was_never_heard_is_not_said_to_be_away(
    desk: Page, site: str  # noqa: F811
) -> None:
    desk.route("**/api/**", lambda _: None)
    desk.goto(site)
    for place in ("#health", "#heard"):
        expect(desk.locator(place)).to_have_text("connecting")


def test_it_says_it_is_stale_and_comes_back(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    served: Callable[..., str],
) -> None:
    scene(hub)
    base = served(hub)
    desk.goto(base)
    expect(desk.locator("#health")).to_have_text("live")
    served.stops.pop()()  # type: ignore[attr-defined]
    expect(desk.locator("#health")).to_contain_text(NOT_HEARD)
    served(hub, urlsplit(base).port or 0)
    expect(desk.locator("#health")).to_have_text("live")
    assert desk.wrong == [] or all("WebSocket" in text for text in desk.wrong)  # type: ignore[attr-defined]


def test_nothing_stays_of_a_session_that_a_hub_which_was_started_again_does_not_have(
    phone: Page, hub: FakeHub, served: Callable[..., str]  # noqa: F811
) -> None:
    scene(hub)
    base = served(hub)
    phone.goto(base)
    expect(phone).to_have_title(f"{TITLE} · Stillpoint")
    served.stops.pop()()  # type: ignore[attr-defined]
    served(FakeHub(), urlsplit(base).port or 0)
    expect(phone.locator("#phase")).to_have_text("No session yet")
    expect(phone).to_have_title("Stillpoint")
    expect(phone.locator("#steps li")).to_have_count(0)
    for empty in ("#which", "#room"):
        expect(phone.locator(empty)).to_have_text("")
    expect(phone.locator("#simulated")).to_be_hidden()


@pytest.mark.parametrize(("places", "why"), [
    ("display", "0 pages are watching already."),
    ("display decided", "0 pages are being opened at this moment.")])
def test_a_page_that_finds_no_place_says_so_and_watches_once_there_is_one(
    phone: Page, hub: FakeHub, site: str, monkeypatch: pytest.MonkeyPatch,  # noqa: F811
    places: str, why: str
) -> None:
    info = scene(hub).info
    card = phone.locator("#problems .problem")
    with monkeypatch.context() as full:
        full.setitem(PLACES, places, 0)
        phone.goto(f"{site}/?session={info.id}")
        expect(card).to_contain_text(why)
        expect(card).to_contain_text("this one tries again by itself")
        assert fits(phone)
    expect(phone.locator("#phase")).to_have_text(TITLE)
    expect(card).to_have_count(0)


def test_figures_of_long_ago_are_not_said_to_be_live(page: Page, hub: FakeHub, site: str) -> None:
    """The hub has started again, and reads the journal; the phases it knows at once."""
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, True, "en")
    hub.live(info.id).apply([catching_up(on=True)])
    page.goto(site)
    expect(page.locator("#health")).to_have_text("catching up")
    for told in ("#empty", "#seats-text"):
        expect(page.locator(told)).to_contain_text("worked out again from the recording")
    assert fits(page)
    hub.live(info.id).apply([catching_up(on=False)])
    expect(page.locator("#health")).to_have_text("live")
    expect(page.locator("#empty")).to_contain_text("It begins when")


TWO = ["room-1", "the-room-with-a-long-name"]


@pytest.mark.parametrize(("language", "rooms"), [
    ("en", TWO), ("hu", TWO), ("de", TWO), ("hu", ["room-1"]),
])  # fmt: skip
def test_the_head_has_room_for_the_choice_of_sessions_and_for_how_it_stands(
    phone: Page,  # noqa: F811
    hub: FakeHub,
    served: Callable[..., str],
    language: str,
    rooms: list[str],
) -> None:
    for room in rooms:
        hub.open_session(room, library().texts["demo"], {1: "kit-1"}, True, language)
    phone.goto(served(hub))
    expect(phone.locator("html")).to_have_attribute("lang", language)
    chip = phone.locator("#health")
    expect(chip).to_have_attribute("data-state", "live")
    expect(phone.locator("#sessions")).to_be_visible(visible=len(rooms) > 1)
    assert fits(phone)
    served.stops.pop()()  # type: ignore[attr-defined]
    expect(chip).to_have_attribute("data-state", "stale")
    aloud = phone.get_by_role("status").and_(phone.locator("#heard"))
    expect(aloud).to_have_text(re.compile(r"^\D+$"))  # no seconds, which would be read each
    for seconds in (4, 12345):
        said = phone.evaluate(LAST_HEARD, [language, seconds])
        phone.evaluate("(said) => { document.querySelector('#health').textContent = said; }", said)
        assert fits(phone), said


def test_an_arrow_key_in_the_list_of_sessions_does_not_leave_the_page(
    desk: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    for room in ("room-1", "room-2"):
        newest = hub.open_session(room, library().texts["demo"], {1: "kit-1"}, True, "en")
    desk.goto(f"{site}/?session={newest.id}")
    choice = desk.locator("#sessions")
    expect(choice).to_have_value(newest.id)
    choice.focus()
    desk.keyboard.press("ArrowDown")
    other = choice.input_value()
    assert other != newest.id and newest.id in desk.url
    desk.keyboard.press("Enter")
    desk.wait_for_url(f"**/?session={other}")


SESSIONS = "(all) => all.map((one) => one.textContent)"


def test_sessions_are_told_apart_by_day_and_time_however_many_and_long_of_name(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    room = "circle-north-on-the-ground-floor-at-the-back"
    for week in reversed(range(60)):
        opened_ns = hub.now_ns() - week * 7 * 86400 * 10**9
        info = hub.open_session(room, "", {}, True, "en", opened_ns)
        hub.close_session(info.id)
    phone.goto(site)
    choice = phone.locator("#sessions option")
    expect(choice).to_have_count(60)
    said = choice.evaluate_all(SESSIONS)
    assert len(set(said)) == 60
    when = re.compile(r"\w{3}, \d+ \w+ \d{4}, \d\d:\d\d · circle-north-o…or-at-the-back")
    assert [one for one in said if not when.fullmatch(one)] == []
    assert fits(phone)


LAST_HEARD = """async ([language, seconds]) => {
    const { texts } = await import('/static/js/live/texts.js');
    return texts(language).lastHeard(seconds);
}"""


def test_it_says_what_the_figures_stand_against(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    site: str,
) -> None:
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, True, "en")
    view, told = hub.live(info.id), desk.locator("#curve-text")

    def say(*reasons: str | None) -> None:
        view.apply([{"type": "second", "seat": seat, "time_ns": hub.now_ns(),
                     "values": {"arousal": {"v": 0.5, "q": 0.5, "r": reason}}}
                    for seat, reason in enumerate(reasons, 1)])  # fmt: skip

    say("no baseline")
    desk.goto(site)
    expect(told).to_contain_text("session so far, for want of a rest")
    for phase in ("baseline", "presentation"):
        expect(told).to_contain_text("session so far, for want of a rest")
        hub.record_event(info.id, "phase", {"phase": phase}, hub.now_ns(), "console", phase)
    say("baseline too short")
    expect(told).to_contain_text("session so far, for want of a rest")
    say("baseline too short", None)
    expect(told).to_contain_text("own rest or, where that was too short")
    say(None, None)
    expect(told).to_contain_text("own rest; until that ended")


WATCH_WORDS = """(() => {
    window.written = [];
    const paper = CanvasRenderingContext2D.prototype, write = paper.fillText;
    paper.fillText = function (text, ...at) {
        window.written.push(text);
        write.call(this, text, ...at);
    };
})()"""


def test_a_phase_that_has_no_figure_yet_is_in_the_picture(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    site: str,
) -> None:
    made = scene(hub)
    hub.offset_ns += 240 * 10**9  # kits are silent for four minutes, and the session goes on
    at_ns = hub.now_ns() - 235 * 10**9
    hub.record_event(made.info.id, "phase", {"phase": "closing"}, at_ns, "console", "last")
    desk.add_init_script(WATCH_WORDS)
    desk.goto(site)
    expect(desk.locator("#phase")).to_have_text("Closing round")
    desk.wait_for_function("window.written.includes('Closing round')")


def test_a_seat_that_was_given_another_kit_is_done_with_the_one_before(
    page: Page, hub: FakeHub, site: str
) -> None:
    """kit-2 was given to seat 1: neither kit-1 nor what kit-2 did on seat 2 is missed any more."""
    made = scene(hub)
    hub.record_event(made.info.id, "seat", {"seat": 1, "kit": "kit-2"}, hub.now_ns(), "console",
                     "given")  # fmt: skip
    told = made.ledger(hub.now_ns() // 10**9 - made.since_s)
    told["rows"].append({**told["rows"][0], "kit": "kit-2"})
    told["rows"][0]["last_ns"] -= 300 * 10**9
    hub.live(made.info.id).apply([told])
    page.goto(site)
    gone, state = "no longer on this seat", "[data-cell=state]"
    expect(page.locator("#seats tbody tr")).to_have_count(SEATS + 1)
    expect(page.locator(f"#seat-1-kit-1 {state}")).to_have_text(gone)
    expect(page.locator(f"#seat-2-kit-2 {state}")).to_have_text(gone)
    expect(page.locator(f"#seat-1-kit-2 {state}")).to_contain_text("on skin")
    expect(page.locator(f"#seat-3-kit-3 {state}")).to_contain_text("on skin")
    expect(page.locator("#seats tbody tr").first).to_have_id("seat-1-kit-2")
    hub.close_session(made.info.id)
    expect(page.locator("#phase")).to_have_text("The session is over")
    expect(page.locator(f"#seat-3-kit-3 {state}")).to_contain_text("on skin")
    assert fits(page)


@pytest.mark.parametrize("role", ["display", "leader"])
def test_of_a_session_that_is_over_no_curve_is_announced(
    desk: Page,  # noqa: F811
    served: Callable[..., str],
    role: str,
) -> None:
    hub = FakeHub(simulated=False)
    base = served(hub)
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, False, "en")
    hub.live(info.id).apply(team_messages([Said(0, "few")]))
    hub.close_session(info.id)
    if role == "leader":
        desk.goto(f"{base}/console?token={ROOM_TOKEN}")
    desk.goto(base)
    expect(desk.locator("#empty")).to_have_text(re.compile("^There is no curve. Fewer than five"))


def account(seat: int, stored: int, last_ns: int, lost: int = 0) -> dict[str, Any]:
    """Of a seat that owes 11084 samples."""
    return {"seat": seat, "kit": f"kit-{seat}", "expected": 11_084, "stored": stored, "late": 0,
            "lost": lost, "repeats": 0, "clock_error_ms": 1.0, "settling": False, "rate_hz": 100.0,
            "contact": True, "ring_permille": 0, "last_ns": last_ns}  # fmt: skip


def test_a_session_that_has_ended_is_being_completed_until_it_is_sealed(
    page: Page, served: Callable[..., str]
) -> None:
    """Neither live, nor is its curve promised for after an end that has been; who may see the
    kits is told for which it waits."""
    hub = FakeHub(simulated=False)
    hub.silent_s = {"kit-6": 80}
    base = served(hub)
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, False, "en")
    view, now = hub.live(info.id), hub.now_ns()
    view.apply(team_messages([Said(0, "after")]))
    rows = [account(1, 10_982, now), account(6, 3_070, now - 80 * 10**9)]
    view.apply([{"type": "ledger", "now_ns": now, "rows": rows}])
    page.goto(base)
    expect(page.locator("#health")).to_have_text("live")
    hub.close_session(info.id)
    expect(page.locator("#health")).to_have_text("being completed")
    expect(page.locator("#who")).to_have_text("Being completed: kits send what they still hold.")
    expect(page.locator("#empty")).to_have_text(
        "The curve is shown here once the session is complete."
    )
    page.goto(f"{base}/console?token={ROOM_TOKEN}")
    page.goto(base)
    expect(page.locator("#who")).to_have_text(
        "Being completed; waiting for what these kits still hold: kit-6."
    )
    assert fits(page)
    hub._infos[info.id] = replace(hub._infos[info.id], sealed_ns=hub.now_ns())
    expect(page.locator("#health")).to_have_text("recorded")
    expect(page.locator("#who")).to_have_text("")
    assert page.wrong == []  # type: ignore[attr-defined]


@pytest.mark.parametrize(("lost", "says"), [
    (0, ": 8,014 are not yet here; none is known to be lost."),
    (1, ". Lost for good: 1 (0.003 %). Not yet here: 8,013 more."),
    (14, ". Lost for good: 14 (0.042 %). Not yet here: 8,000 more."),
])  # fmt: skip
def test_what_a_silent_kit_owes_is_neither_lost_nor_here(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    site: str,
    lost: int,
    says: str,
) -> None:
    """What others have on the way is that of a second or two, and not worth a word."""
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, True, "en")
    now = hub.now_ns()
    rows = [account(5, 10_950, now), account(6, 3_070, now - 127 * 10**9, lost),
            account(7, 11_082, now - 20 * 10**9)]  # fmt: skip
    hub.live(info.id).apply([{"type": "ledger", "now_ns": now, "rows": rows}])
    desk.goto(site)
    expect(desk.locator("#seats-text")).to_have_text(f"Pulse samples, counted{says}")


def test_kits_wait_in_their_order(desk: Page, served: Callable[..., str]) -> None:  # noqa: F811
    hub = FakeHub(kits=10)
    told = hub.kits
    hub.kits = lambda: told()[::-1]  # type: ignore[method-assign]
    desk.goto(served(hub))
    names = [f"kit-{n}" for n in range(1, 11)]
    expect(desk.locator("#seats .seat b")).to_have_text([*names, "box-1"])


def test_of_kits_that_wait_only_what_is_news_is_drawn_anew(
    desk: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    """Or whoever hears the page would lose the place where they are every two seconds."""
    desk.goto(site)
    row = desk.get_by_role("row").filter(has=desk.get_by_role("rowheader", name="kit-3"))
    expect(row).to_contain_text("heard now")
    was = desk.locator("#seats tr").element_handles()
    hub.silent_s = {"kit-3": 60}
    expect(row).to_contain_text("not heard")
    assert [one.evaluate("(one) => one.isConnected") for one in was].count(False) == 1


AWAY = Problem(1, "broker", "The MQTT broker at 10.0.0.9:1883 is not reached.", "Kept.", "Do.")


@pytest.mark.parametrize("simulated", [True, False])
def test_without_a_session_it_says_that_the_broker_is_away_as_long_as_it_is(
    desk: Page,  # noqa: F811
    served: Callable[..., str],
    simulated: bool,
) -> None:
    hub = FakeHub(simulated=simulated, kits=0)
    hub.trouble = [AWAY]
    desk.goto(served(hub))
    expect(desk.locator("#phase")).to_have_text("No session yet")
    expect(desk.locator("#problems .problem")).to_contain_text("does not reach its MQTT broker")
    expect(desk.locator("#who")).not_to_contain_text("Switch a kit on")
    assert "10.0.0.9" not in desk.content()  # for whoever may look after it
    hub.trouble = []
    expect(desk.locator("#problems .problem")).to_have_count(0)


def test_in_a_session_it_says_that_the_broker_is_away(
    hub: FakeHub,
    site: str,
    desk: Page,  # noqa: F811
) -> None:
    scene(hub)
    desk.goto(site)
    expect(desk.locator("#phase")).to_have_text(TITLE)
    hub.trouble = [AWAY]
    expect(desk.locator("#problems .problem")).to_contain_text("Kits keep what they record")
    expect(desk.locator("#health")).to_have_text("no broker")
    hub.trouble = []
    expect(desk.locator("#health")).to_have_text("live")
    expect(desk.locator("#problems .problem")).to_have_count(0)


def test_without_a_session_it_says_that_the_hub_is_away(
    desk: Page,  # noqa: F811
    hub: FakeHub,
    served: Callable[..., str],
) -> None:
    base = served(hub)
    desk.goto(base)
    expect(desk.locator("#health")).to_have_text("live")
    served.stops.pop()()  # type: ignore[attr-defined]
    expect(desk.locator("#health")).to_contain_text(NOT_HEARD)
    expect(desk.locator("#problems")).to_contain_text("The hub does not answer.")
    served(hub, urlsplit(base).port or 0)
    expect(desk.locator("#health")).to_have_text("live")
    expect(desk.locator("#problems")).to_have_text("")


def test_a_session_that_is_not_there_is_not_silently_another(
    page: Page, hub: FakeHub, site: str
) -> None:
    scene(hub)
    page.goto(f"{site}/?session=unknown")
    expect(page.locator("#phase")).to_have_text(TITLE)
    card = page.locator("#problems .problem")
    expect(card).to_contain_text("that this address names is not on this hub")
    assert fits(page)
    page.goto(f"{site}/?session={hub.sessions()[0].id}")
    expect(page.locator("#phase")).to_have_text(TITLE)
    expect(card).to_have_count(0)


@pytest.mark.parametrize(("language", "what", "back"), [
    ("en-GB", "There is nothing at this address.", "To the live page"),
    ("hu", "Ezen a címen nincs semmi.", "Az élő oldalra"),
    ("de", "Unter dieser Adresse gibt es nichts.", "Zur Live-Seite")])
def test_an_address_with_nothing_at_it_is_a_page(
    chromium: Browser, site: str, language: str, what: str, back: str  # noqa: F811
) -> None:
    context = chromium.new_context(locale=language)
    page = context.new_page()
    answer = page.goto(f"{site}/consol")
    assert answer and answer.status == 404
    expect(page.get_by_role("main").locator(".problem")).to_contain_text(what)
    page.get_by_text(back).click()
    page.wait_for_url(f"{site}/")
    context.close()


@pytest.mark.parametrize(("half", "shown"), [(None, False), (0.5, True)])
def test_the_middle_half_is_in_the_legend_where_it_is_in_the_picture(
    desk: Page, served: Callable[..., str], half: float | None, shown: bool  # noqa: F811
) -> None:
    """A team of fewer than eight is shown its middle alone."""
    hub = FakeHub(simulated=False)
    info = hub.open_session("room-1", library().texts["demo"], {1: "kit-1"}, False, "en")
    hub.close_session(info.id)
    at_s = info.opened_ns // 10**9 + 9
    hub.live(info.id).apply([{"type": "team", "time_ns": at_s * 10**9, "time_s": [at_s],
                              "middle": [0.1], "low": [half and -half], "high": [half]}])
    desk.goto(served(hub))
    expect(desk.locator("#k-median")).to_have_text("middle of the group")
    expect(desk.locator("#k-half")).to_be_visible(visible=shown)


def test_on_a_phone_each_small_curve_says_what_it_is(
    phone: Page, hub: FakeHub, site: str  # noqa: F811
) -> None:
    scene(hub)
    phone.goto(site)
    expect(phone.locator("#seats tbody tr")).to_have_count(SEATS)
    heads = phone.locator("#seats tr").nth(1).locator("td.wave").evaluate_all(
        "cells => cells.map((one) => getComputedStyle(one, '::before').content)")
    assert heads == ['attr(data-label)', 'attr(data-label)'] or heads == [
        '"Pulse, 8 s"', '"Skin, 1 min"']


# What is wider than its place, and a note on the missing curve that reaches out of the picture.
SPILLS = """() => [...document.querySelectorAll(".seats td, .empty")].filter((one) => {
    const [its, plot] = [one, one.closest(".plot") ?? one].map((it) => it.getBoundingClientRect());
    return one.scrollWidth > one.clientWidth + 1 || its.top < plot.top || its.bottom > plot.bottom;
}).map((one) => one.textContent)"""


@pytest.mark.parametrize("language", ["en", "hu", "de"])
def test_text_twice_as_large_lies_on_no_other(
    phone: Page, served: Callable[..., str], language: str  # noqa: F811
) -> None:
    hub = FakeHub(simulated=False)
    base = served(hub)
    scene(hub, language)
    phone.goto(f"{base}/console?token={ROOM_TOKEN}")  # who may see the seats
    phone.set_viewport_size({"width": 320, "height": 640})
    devtools = phone.context.new_cdp_session(phone)
    devtools.send("Page.setFontSizes", {"fontSizes": {"standard": 32}})
    phone.goto(base)
    expect(phone.locator("#empty")).not_to_be_empty()
    expect(phone.locator("#seats tbody tr")).to_have_count(SEATS)
    assert phone.evaluate(SPILLS) == []
    assert fits(phone)


# Of what can be touched, but for links in a text: what is less high than a finger is broad.
LOW = """() => [...document.querySelectorAll("button, select, summary")]
    .filter((one) => one.checkVisibility() && one.getBoundingClientRect().height < 44)
    .map((one) => one.outerHTML)"""


@pytest.mark.parametrize("size", [PHONE, TABLET])
def test_a_finger_finds_everything(
    phone: Page, hub: FakeHub, site: str, size: ViewportSize  # noqa: F811
) -> None:
    for _ in range(2):
        hub.close_session(scene(hub).info.id)
    phone.set_viewport_size(size)
    phone.goto(site)
    expect(phone.locator("#sessions")).to_be_visible()
    assert phone.evaluate(LOW) == []


def test_the_mark_is_seen_in_the_dark_too(phone: Page, site: str) -> None:  # noqa: F811
    phone.goto(site)
    middles: list[int] = []
    for scheme in ("light", "dark"):
        phone.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        picture = Image.open(BytesIO(phone.locator(".mark").screenshot())).convert("L")
        middles.append(picture.getpixel((picture.width // 2, picture.height // 2)))  # pyright: ignore
    assert middles[0] < 110
    assert middles[1] > 150
