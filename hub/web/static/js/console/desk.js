// The console during a session: folds course and unsent presses, and draws what follows.

import { get, post } from "../api.js";
import { $, fieldIn, h, keepFocus, say, show } from "../dom.js";
import { inOrder } from "../kits.js";
import { keepPlace, leaveRoom, takeRoom, withProblem } from "../problem.js";
import { LiveSocket } from "../socket.js";
import { since } from "../time.js";
import { aloud } from "./aloud.js";
import { ask } from "./ask.js";
import { Ending } from "./ending.js";
import { named } from "./entries.js";
import { drawHistory } from "./history.js";
import { drawMarkers } from "./markers.js";
import { drawPeople } from "./people.js";
import { drawPhases, followNext, showNext, tickPhases } from "./phases.js";
import { queueOf } from "./queue.js";
import { readButton, refusals } from "./refused.js";
import { Said } from "./said.js";
import { Silence } from "./silent.js";
import { tabList } from "./tabs.js";
import { toast } from "./toast.js";
import { fingerDown, whenLifted } from "./touch.js";
import { showTrouble } from "./trouble.js";
import { foldView } from "./view.js";
import { stayAwake } from "./wake.js";
import { words } from "./words.js";

const TABS = { phases: drawPhases, people: drawPeople, markers: drawMarkers, history: drawHistory };
const TICK_MS = 250;
const KITS_MS = 5000;
const TOLD = 3; // problems that the hub tells of, at once
// Of the hub's own problems those that a leader should know of while a group sits: they endanger the recording,
// or a device is not what its name says.
const LOUD = ["disk", "reserve", "broker", "clock step", "clock step or sleep", "clock behind", "clock moved on",
  "no box", "no role", "twin", "namesake"];

let newest = null; // of which the sign says what is sent: one of before may still have something to send

export class Desk {
  /** `after`: the session is over, and only corrected, as a press would have no effect; `ended()` once it has
   * been closed; `onrefused(press)`: the hub will never take it. */
  constructor(root, { session, clock, onrefused, ended, after = false }) {
    newest = this;
    Object.assign(this, { root, session, clock, ended, after, kits: [], problem: null, told: [], loud: [], silence: new Silence(), draft: {} });
    this.tabs = after ? ["history"] : Object.keys(TABS);
    this.language = session.language;
    this.w = words(this.language);
    this.queue = queueOf(session.id, {
      clock,
      onchange: () => this.draw(),
      onproblem: (problem) => { this.problem = problem; this.drawNews(); },
      onrefused: (press) => {
        onrefused(press);
        this.said.refused(press);
      },
    });
    this.ending = new Ending({
      session: session.id, ended,
      close: async () => await this.queue.flush() && this.ending.isDue && post(`/api/sessions/${session.id}/close`, {}),
      ontold: () => this.drawProblems(),
      onold: () => this.askToEnd(this.w.askedLongAgo),
    });
    this.said = new Said(this.queue, this.w);
    addEventListener("beforeunload", (event) => this.queue.isAtRisk && event.preventDefault()); // the browser asks
  }

  async start() {
    this.build();
    const [told, course] = await this.load();
    if (this.stopped) return;
    this.protocol = told.protocol;
    this.course = course;
    this.draw();
    this.drawProblems();
    this.queue.flush();
    if (this.after) this.ending.stop();
    else this.ending.go();
    this.letSleep = stayAwake();
    const hear = (messages, first) => this.hear(messages, first);
    this.socket = new LiveSocket(this.session.id, hear, "course,problem", performance.now());
    this.timers = [setInterval(() => this.tick(), TICK_MS), setInterval(() => this.look(), KITS_MS)];
    this.look();
  }

  async load() {
    for (;;) {
      try {
        const base = `/api/sessions/${this.session.id}`;
        return await Promise.all([get(base), get(`${base}/course`)]);
      } catch (problem) {
        this.problem = problem;
        this.drawProblems();
        await new Promise((done) => setTimeout(done, 2000));
      }
    }
  }

  stop() {
    this.stopped = true; // what is on its way is not drawn on the page that comes
    this.drawSent();
    document.querySelector("dialog")?.close();
    this.timers?.forEach(clearInterval);
    this.letSleep?.();
    this.ending.stop();
    this.socket?.close();
  }

  hear(messages, first) {
    if (first) this.told = [];
    for (const message of messages) {
      if (message.type === "course") this.course = message;
      if (message.type === "problem") this.told = withProblem(this.told, message, TOLD);
    }
    if (first || messages.some(({ type }) => type === "problem")) this.drawNews();
    if (messages.some(({ type }) => type === "course")) this.hearCourse();
    if (!this.after && this.course.closed_ns && !this.queue.waiting.length) this.ended();
  }

  hearCourse() {
    const before = this.view?.current;
    this.draw();
    const now = this.view?.current;
    if (now && now.id !== before?.id) aloud(this.nameOf(now)); // not pressed here
    this.said.hear(this.course);
  }

  nameOf({ id }) {
    return named(this.protocol.phases, id, this.language);
  }

  async look() {
    takeRoom(this.root);
    const answer = await get("/api/kits").catch(() => null);
    if (answer) this.hearKits(answer.kits);
    const problems = await get("/api/problems").catch(() => null);
    if (!answer || !problems) return;
    this.silence.hear(answer.kits, answer.now_ns);
    this.hearHub([...problems.filter(({ code }) => LOUD.includes(code)), ...(answer.broker ? this.silentKits() : [])]);
  }

  hearKits(kits) {
    this.kits = kits.filter(({ role }) => role !== "box").sort(inOrder);
    this.draw();
  }

  /** A problem of its own, where there is one: a kit that is silent sends what it holds later, if it still can. */
  silentKits() {
    if (this.after || !this.course) return [];
    const seats = this.silence.seats(this.course).map(([seat, kit]) => `${this.w.seatNumber(seat)} (${kit})`);
    const told = [[this.w.silentKits, seats], [this.w.silentBox, this.silence.boxesOf(this.course)]];
    return told.filter(([, who]) => who.length).map(([said, who]) => ({ ...said, what: `${said.what} ${who.join(", ")}.` }));
  }

  /** What is wrong with the hub itself, or with kits, as long as it is. */
  hearHub(loud) {
    const changed = JSON.stringify(loud) !== JSON.stringify(this.loud);
    this.loud = loud;
    if (changed) this.drawNews();
  }

  /** Problems that come by themselves, also while a finger is on its way to a button; the chip says that they are there. */
  drawNews() {
    keepPlace(this.root, () => this.drawProblems());
  }

  build() {
    const { w } = this;
    this.head = { phase: h("h1", { id: "phase" }), clock: h("p", { class: "clock", id: "clock" }), session: h("p", { class: "small" }), speaker: h("p", { class: "small speaker" }) };
    this.panels = Object.fromEntries(this.tabs.map((name) => [name, this.panel(name)]));
    const [begin] = this.tabs;
    const holder = h("div", { class: "panels", "data-tab": begin }, this.end(), Object.values(this.panels));
    const tabs = tabList(this.tabs, w, (name) => {
      holder.dataset.tab = name;
      leaveRoom(this.root, 0);
      scrollTo(0, 0);
      showNext(holder);
    });
    show($("sent"), true);
    $("sent").onclick = () => toast(this.whereKept());
    this.root.replaceChildren(
      h("div", { class: "now" }, h("div", {}, this.head.phase, this.head.session, this.head.speaker), this.head.clock),
      tabs, holder); // the key Tab leads on to what the tab shows
  }

  panel(name) {
    const title = `title-${name}`;
    return h("section", { id: `panel-${name}`, "aria-labelledby": title },
      h("h2", { id: title, class: "title" }, this.w[name]), h("div"));
  }

  /** Before the history, which grows, and away from what is pressed while a group sits; it asks first. */
  end() {
    const { w } = this;
    return h("div", { class: "end" },
      h("a", { href: `/?session=${this.session.id}`, target: "_blank", rel: "noopener" }, w.live),
      this.after
        ? h("button", { type: "button", onclick: () => this.ended() }, w.done)
        : h("button", { type: "button", id: "close", onclick: () => this.askToEnd() }, w.close));
  }

  askToEnd(why = null) {
    const { w } = this;
    ask({
      title: w.closeSure, body: h("div", {}, why && h("p", {}, why), h("p", {}, w.closeText)), cancel: w.endNotYet,
      choices: [{ text: w.close, main: true, id: "close-sure", act: () => { scrollTo(0, 0); this.ending.ask(); } }],
    });
  }

  draw() {
    this.drawSent();
    if (this.stopped || !this.course || !this.panels) return;
    if (fingerDown()) return whenLifted(() => this.draw());
    const waiting = this.queue.unheard(this.course);
    const toNs = (...moment) => this.clock.toNs(...moment);
    const view = foldView(this.course, waiting, new Set(this.queue.waiting.map(({ id }) => id)), toNs);
    const page = { view, waiting, toNs, course: this.course, protocol: this.protocol, language: this.language, kits: this.kits, w: this.w, press: this.said.press, pressAll: this.said.all, nowNs: () => this.clock.nowNs(), draft: this.draft };
    for (const name of this.tabs) this.drawTab(name, TABS[name], page);
    this.view = view;
    this.tick();
  }

  /** Only where something changed: a button that is replaced loses its focus. */
  drawTab(name, drawTab, page) {
    const root = this.panels[name].querySelector("div");
    const { view, waiting, course, kits } = page;
    const inputs = { phases: view.phases, people: [view.presenter, view.speaker, view.kits, kits.map(({ kit }) => kit)], markers: 0, history: [waiting, course.history] };
    const drawn = JSON.stringify([inputs[name], [...view.pending]]);
    if (name !== "markers" && root.dataset.drawn === drawn || name === "markers" && root.dataset.drawn) return;
    root.dataset.drawn = fieldIn(root) ? "" : drawn; // a field that is spared now is drawn later
    followNext(root, () => keepFocus(root, () => drawTab(root, page)));
  }

  tick() {
    this.drawSent();
    const { current } = this.view;
    const now = this.clock.nowNs();
    if (this.course.closed_ns) return this.tickOver();
    say(this.head.phase, current ? this.nameOf(current) : this.w.waiting);
    say(this.head.clock, current ? since(current.start_ns, now) : "");
    say(this.head.session, this.silentS ? this.w.hubSilent(this.silentS) : `${this.w.inSession} ${since(this.course.opened_ns ?? now, now)}`);
    say(this.head.speaker, this.speaking(now));
    tickPhases(this.panels.phases, now);
  }

  /** For how long, so that a turn that was not ended is seen on whichever tab. */
  speaking(now) {
    const { speaker, speaksSince } = this.view;
    return speaker ? `${this.w.seatSpeaks(speaker)}: ${since(speaksSince, now)}` : "";
  }

  tickOver() {
    say(this.head.phase, this.w.over);
    say(this.head.session, since(this.course.opened_ns, this.course.closed_ns));
    say(this.head.speaker, "");
  }

  /** For how long the hub has not been heard, s; 0 while it is, or nobody listens any more. */
  get silentS() {
    return this.stopped ? 0 : this.socket?.health().seconds ?? 0;
  }

  drawSent() {
    if (this !== newest) return;
    const [state, text] = this.sent();
    $("sent").dataset.state = state;
    say($("sent"), text);
  }

  /** What was pressed, in a sentence. */
  whereKept() {
    const { w, queue } = this;
    if (queue.isAtRisk) return w.onlyHere.what;
    return this.silentS ? w.hubAway : queue.waiting.length ? w.keptHere : w.allSafe;
  }

  /** The seconds stand elsewhere: this is read aloud whenever it changes. */
  sent() {
    const count = this.queue.waiting.length;
    if (count) return ["waiting", `${this.w.notSent} (${count})`];
    return this.silentS ? ["waiting", this.w.hubNotHeard] : ["sent", this.w.sent];
  }

  drawProblems() {
    if (this.stopped) return;
    const noes = [this.ending.problem, this.problem].filter((one) => one?.status); // no network: the chip says it, nothing jumps
    const atRisk = this.problem && this.queue.isAtRisk && this.w.onlyHere;
    const cards = [atRisk, this.ending.late && this.w.notEnded, ...noes, ...refusals(), ...this.loud, ...this.told].filter(Boolean);
    showTrouble(cards, this.w, (problem) => this.wayOut(problem));
  }

  /** The hub says no, and would say so again: let the leader give the unsent presses up. Or the end, of which it says
   * nothing. */
  wayOut(problem) {
    if (problem === this.w.notEnded) return h("button", { type: "button", onclick: () => this.ending.takeBack() }, this.w.notYet);
    if (problem !== this.problem || !this.queue.waiting.length) return readButton(problem, this.w, () => this.drawProblems());
    const forget = () => {
      for (const { id } of this.queue.waiting) this.queue.forget(id);
      this.problem = null;
      this.drawProblems();
    };
    return h("button", { type: "button", onclick: forget }, this.w.forget); // how many: the chip, or a card would be read again at each
  }
}
