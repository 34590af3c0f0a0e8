// Before a session: protocol, language, and which kit sits where; and the way back to those that are over.

import { get, post } from "../api.js";
import { h, keepFocus, letGo, say } from "../dom.js";
import { contradicts, inOrder, isHeard } from "../kits.js";
import { ownLanguage } from "../languages.js";
import { day, wall } from "../time.js";
import { words } from "./words.js";

const LOOK_MS = 2000;
const NAMES = { en: "English", hu: "Magyar", de: "Deutsch" };
const CHOICE = "stillpoint:setup";
const PAST = 5; // sessions that are over, to be corrected
const LOST = "lost"; // no list of problems

/** Show the setup in `root`; `opened(session)` once the hub has opened one; `failed(problem)` of a call;
 * `told(problems)`: the hub's own, whenever they change. */
export class Setup {
  constructor(root, { room, opened, failed, told }) {
    Object.assign(this, { root, room, opened, failed, told });
    this.chosen = { language: ownLanguage(), ...JSON.parse(localStorage.getItem(CHOICE) ?? "{}") };
    this.seats = new Map(); // kit -> seat, where somebody chose
    this.kits = [];
  }

  async start() {
    // The protocols before the problems: a file of theirs may have a mistake.
    const [protocols, sessions] = await Promise.all([get("/api/protocols"), get("/api/sessions")]);
    if (this.stopped) return;
    this.protocols = protocols;
    this.past = sessions.filter(({ closed_ns: closed }) => closed !== null).slice(0, PAST);
    this.draw();
    await this.look();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.stopped = true;
  }

  async look() {
    try {
      const [answer, problems] = await Promise.all([get("/api/kits"), get("/api/problems")]);
      if (this.stopped) return;
      this.tell(problems);
      this.now = answer.now_ns;
      this.kits = answer.kits.sort(inOrder);
      this.drawKits();
    } catch (problem) {
      if (this.said !== LOST && !this.stopped) this.failed(problem);
      this.said = LOST;
    }
  }

  /** Only what is news: that a session was refused stays to be read. */
  tell(problems) {
    const said = JSON.stringify(problems);
    if (said !== this.said) this.told(problems);
    this.said = said;
  }

  get wearable() {
    return this.kits.filter(({ role }) => role !== "box");
  }

  /** Kits that somebody seems to wear: heard, and no button box by their own word. */
  get worn() {
    return this.wearable.filter((one) => isHeard(one, this.now) && !contradicts(one)).map(({ kit }) => kit);
  }

  /** Where nobody chose: kit-3 on seat 3 where kits are numbered so, else in their order. */
  seatOf(kit) {
    if (this.seats.has(kit)) return this.seats.get(kit);
    const { worn } = this;
    if (!worn.includes(kit)) return null;
    const number = (name) => Number(name.match(/(\d+)$/)?.[1]);
    const numbers = worn.map(number);
    const distinct = new Set(numbers).size === numbers.length && numbers.every((n) => n >= 1 && n <= 20);
    return distinct ? number(kit) : worn.indexOf(kit) + 1;
  }

  draw() {
    const w = words(this.chosen.language);
    document.documentElement.lang = this.chosen.language;
    this.list = h("ul", { class: "kits" });
    this.note = h("p", { class: "small soft" });
    this.button = h("button", { class: "main", type: "button", id: "open", onclick: () => this.open() }, w.open);
    const protocol = this.select("protocol", this.protocols.map((one) => [one.id, one.title[this.chosen.language]]));
    const language = this.select("language", Object.entries(NAMES));
    this.root.replaceChildren(h("div", { class: "setup" },
      h("h1", {}, w.newSession),
      h("label", {}, w.protocol, protocol),
      h("label", {}, w.language, language),
      h("section", {}, h("h2", {}, w.kits), this.list),
      this.past.length ? h("section", { id: "past" }, h("h2", {}, w.earlier), h("ul", {}, this.past.map((one) => this.pastLink(one)))) : null,
      h("div", { class: "open" }, this.note, this.button)));
    this.drawKits();
  }

  select(name, options) {
    if (!options.some(([value]) => value === this.chosen[name])) this.chosen[name] = options[0][0];
    const change = ({ target }) => {
      this.chosen[name] = target.value;
      localStorage.setItem(CHOICE, JSON.stringify(this.chosen));
      keepFocus(this.root, () => this.draw());
    };
    return h("select", { id: name, onchange: change },
      options.map(([value, text]) => h("option", { value, selected: value === this.chosen[name] }, text)));
  }

  /** When it was, and nothing of who was there. */
  pastLink({ id, opened_ns: opened, closed_ns: closed }) {
    const [from, to] = [opened, closed].map((ns) => wall(ns).slice(0, 5));
    return h("li", {}, h("a", { href: `/console?session=${id}` }, `${day(opened, this.chosen.language)}, ${from}–${to}`));
  }

  drawKits() {
    const w = words(this.chosen.language);
    if (!this.list.contains(document.activeElement)) this.list.replaceChildren(...this.kits.map((kit) => this.kit(kit, w)));
    const problem = this.wrong(w);
    say(this.note, problem ?? w.openText);
    this.note.classList.toggle("bad", Boolean(problem));
    this.button.disabled = Boolean(problem);
  }

  kit(kit, w) {
    const [text, bad] = condition(kit, this.now, w);
    return h("li", {}, h("span", {}, h("b", {}, kit.kit), h("span", { class: bad ? "small bad" : "small soft" }, `  ${text}`)),
      kit.role === "box" ? null : this.seatSelect(kit.kit, w));
  }

  seatSelect(kit, w) {
    const most = Math.max(14, this.wearable.length, ...this.wearable.map((one) => this.seatOf(one.kit) ?? 0));
    const now = this.seatOf(kit);
    const change = ({ target }) => {
      this.seats.set(kit, target.value ? Number(target.value) : null);
      letGo(target);
      this.drawKits();
    };
    return h("select", { "aria-label": `${w.seat}: ${kit}`, onchange: change },
      h("option", { value: "" }, w.notUsed),
      Array.from({ length: most }, (_, k) => h("option", { value: k + 1, selected: k + 1 === now }, w.seatNumber(k + 1))));
  }

  get map() {
    return this.wearable.map(({ kit }) => [this.seatOf(kit), kit]).filter(([seat]) => seat);
  }

  wrong(w) {
    if (!this.wearable.length) return w.noKits;
    if (!this.map.length) return w.noSeats;
    const kitsOn = (seat) => this.map.filter(([one]) => one === seat).map(([, kit]) => kit);
    const [twice] = this.map.map(([seat]) => seat).filter((seat) => kitsOn(seat).length > 1);
    return twice ? w.twice(twice, kitsOn(twice).join(", ")) : null;
  }

  async open() {
    this.button.disabled = true;
    const { protocol, language } = this.chosen;
    const body = { room: this.room, protocol, language, seats: Object.fromEntries(this.map) };
    try {
      this.opened(await post("/api/sessions", body));
    } catch (problem) {
      this.failed(problem);
      this.drawKits();
    }
  }
}

function condition(kit, now, w) {
  const { role, contact, contact_ppg: finger, contact_eda: skin, last_seen_ns: seen } = kit;
  if (!isHeard(kit, now)) return [`${w.notHeard} (${Math.round((now - seen) / 1e9)} s)`, true];
  if (contradicts(kit)) return [role === "box" ? w.boxNotByRole : w.boxNotByName, true];
  if (role === "box") return [w.box, false];
  if (finger === false) return [`○ ${w.noFinger}`, true];
  if (skin === false) return [`○ ${w.noElectrodes}`, true];
  if (contact === true) return [`● ${w.onSkin}`, false];
  return contact === false ? [`○ ${w.noContactYet}`, true] : [`○ ${w.unknownContact}`, false];
}
