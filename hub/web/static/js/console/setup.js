// Before a session: protocol, language, and which kit sits where; and the way back to those that are over.

import { get, post } from "../api.js";
import { fieldIn, h, holdOnly, keepFocus, letGo, say, show } from "../dom.js";
import { contradicts, inOrder, isAway, isHeard, SEATS } from "../kits.js";
import { ownLanguage } from "../languages.js";
import { takeRoom } from "../problem.js";
import { day, wall } from "../time.js";
import { store } from "./store.js";
import { words } from "./words.js";

const LOOK_MS = 2000;
const NAMES = { en: "English", hu: "Magyar", de: "Deutsch" };
const CHOICE = "stillpoint:setup";
const USUAL = 14; // seats of a circle: so many are offered, and more where there are more kits
const PAST = 5; // sessions that are over, to be corrected
const LOST = "lost"; // no list of problems

/** Show the setup in `root`; `opened(session)` once the hub has opened one, `refused(problem)` where it has not;
 * `failed(problem)`: the hub does not say what is there; `told(problems)`: its own, whenever they change; `spoken()`:
 * another language was chosen. */
export class Setup {
  constructor(root, { room, opened, refused, failed, told, spoken }) {
    Object.assign(this, { root, room, opened, refused, failed, told, spoken });
    this.chosen = { language: ownLanguage(), ...JSON.parse(store.getItem(CHOICE) ?? "{}") };
    this.seats = new Map(); // kit -> seat, where somebody chose
    this.kits = [];
    this.broker = true; // is it reached?
    this.opening = false;
  }

  async start() {
    // The protocols before the problems: a file of theirs may have a mistake.
    const [protocols, sessions] = await Promise.all([get("/api/protocols"), get("/api/sessions")]);
    if (this.stopped) return;
    this.protocols = protocols;
    this.past = sessions.filter(({ closed_ns: closed }) => closed !== null).slice(0, PAST);
    await this.look(); // what is wrong already moves nothing
    if (this.stopped) return;
    this.draw();
    this.timer = setInterval(() => this.look(), LOOK_MS);
  }

  stop() {
    clearInterval(this.timer);
    this.stopped = true;
  }

  async look() {
    takeRoom(this.root);
    try {
      const [answer, problems] = await Promise.all([get("/api/kits"), get("/api/problems")]);
      if (this.stopped) return;
      this.tell(problems);
      this.now = answer.now_ns;
      this.broker = answer.broker;
      this.kits = answer.kits.sort(inOrder);
      if (this.list && !this.opening) this.drawKits(); // what was sent stays to be seen
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

  /** kit -> seat, or null. Where nobody chose: kit-3 on seat 3, and those without a number of their own, in their order,
   * on seats that are no kit's number, or they would move as soon as it is heard. */
  get placed() {
    const { worn } = this;
    const numbered = byNumber(this.wearable.filter((one) => !isAway(one, this.now)).map(({ kit }) => kit));
    const free = Array.from({ length: SEATS }, (_, k) => k + 1).filter((seat) => !numbered.has(seat));
    const seats = worn.map((kit) => [kit, numbered.get(numberOf(kit)) === kit ? numberOf(kit) : free.shift() ?? null]);
    return new Map([...seats, ...this.seats]);
  }

  draw() {
    const w = words(this.chosen.language);
    document.documentElement.lang = this.chosen.language;
    this.list = h("ul", { class: "kits" });
    this.awayList = h("ul", { class: "kits" });
    this.away = h("details", { id: "away", open: this.away?.open, ontoggle: () => this.drawKits() }, h("summary"), this.awayList);
    this.note = h("p", { class: "small soft", id: "open-note", role: "status" });
    const open = { class: "main", type: "button", id: "open", "aria-describedby": this.note.id, onclick: () => this.open() };
    this.button = h("button", open, w.open);
    const protocol = this.select("protocol", this.protocols.map((one) => [one.id, one.title[this.chosen.language]]));
    const language = this.select("language", Object.entries(NAMES));
    this.root.replaceChildren(h("div", { class: "setup" },
      h("h1", {}, w.newSession),
      h("label", {}, w.protocol, protocol),
      h("label", {}, w.language, language),
      h("section", {}, h("h2", {}, w.kits), this.list, this.away),
      this.past.length ? h("section", { id: "past" }, h("h2", {}, w.earlier), h("ul", {}, this.past.map((one) => this.pastLink(one)))) : null,
      h("div", { class: "open" }, this.note, this.button)));
    this.drawKits();
  }

  select(name, options) {
    if (!options.some(([value]) => value === this.chosen[name])) this.chosen[name] = options[0][0];
    const change = ({ target }) => {
      this.chosen[name] = target.value;
      store.setItem(CHOICE, JSON.stringify(this.chosen));
      keepFocus(this.root, () => this.draw());
      this.spoken();
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
    const { placed } = this;
    const isFolded = (one) => isAway(one, this.now) && !placed.get(one.kit);
    const here = this.kits.filter((one) => !isFolded(one));
    keepFocus(this.root, () => this.fill(here, this.kits.filter(isFolded), placed, w));
    const problem = wrong(this.map, this.worn.length > 0, this.broker ? w.noKits : w.noBroker, w);
    say(this.note, this.opening ? w.opening : problem ?? w.openText);
    this.note.classList.toggle("bad", Boolean(problem) && !this.opening);
    this.button.ariaDisabled = String(Boolean(problem) || this.opening); // disabled it would lose the focus
  }

  /** Those that are away behind one line: a house has more kits than a circle wears. */
  fill(here, away, placed, w) {
    const most = Math.max(USUAL, Math.min(SEATS, here.length), ...placed.values());
    const rows = (kits) => kits.map((kit) => this.kit(kit, placed.get(kit.kit), most, w));
    replaceRows(this.list, rows(here));
    show(this.away, away.length > 0);
    say(this.away.firstChild, w.away(away.length));
    const unfolded = this.away.open ? away : [];
    const drawn = JSON.stringify([most, unfolded.map(({ kit }) => kit)]);
    if (this.awayList.dataset.drawn !== drawn) replaceRows(this.awayList, rows(unfolded));
    this.awayList.dataset.drawn = drawn;
  }

  kit(kit, seat, most, w) {
    const [text, bad] = condition(kit, this.now, w);
    return h("li", { "data-id": kit.kit }, h("span", {}, h("b", {}, kit.kit), h("span", { class: bad ? "small bad" : "small soft" }, `  ${text}`)),
      kit.role === "box" ? null : this.seatSelect(kit.kit, seat, most, w));
  }

  seatSelect(kit, now, most, w) {
    const change = ({ target }) => {
      this.seats.set(kit, target.value ? Number(target.value) : null);
      letGo(target);
      this.drawKits();
    };
    return h("select", { "aria-label": `${w.seat}: ${kit}`, onchange: change },
      h("option", { value: "" }, w.notUsed),
      Array.from({ length: most }, (_, k) => h("option", { value: k + 1, selected: k + 1 === now }, w.seatNumber(k + 1))));
  }

  /** [seat, kit] of those that have one. */
  get map() {
    const { placed } = this;
    return this.wearable.map(({ kit }) => [placed.get(kit), kit]).filter(([seat]) => seat);
  }

  async open() {
    if (this.button.ariaDisabled === "true") return;
    const { protocol, language } = this.chosen;
    const body = { room: this.room, protocol, language, seats: Object.fromEntries(this.map) };
    this.opening = true;
    this.drawKits();
    try {
      this.opened(await post("/api/sessions", body));
    } catch (problem) {
      this.opening = false;
      this.drawKits();
      if (!this.stopped) this.refused(problem);
    }
  }
}

/** A row that is there stays, and so does all of it that says what it said: or who hears the page would lose their place
 * in it, and a list its focus, and what is open. */
function replaceRows(list, rows) {
  const field = fieldIn(list);
  const rowOf = new Map([...list.children].map((row) => [row.dataset.id, row]));
  holdOnly(list, rows.map((row) => renewed(rowOf.get(row.dataset.id), row, field)));
}

function renewed(old, row, field) {
  if (!old) return row;
  const fresh = [...row.children];
  [...old.children].forEach((one, k) => {
    if (one === field) offer(field, fresh[k]);
    else if (!one.isEqualNode(fresh[k])) one.replaceWith(fresh[k]);
  });
  return old;
}

/** Have the list that has the focus say what this one does. */
function offer(field, { value, options }) {
  field.append(...[...options].slice(field.length));
  field.value = value;
}

const numberOf = (name) => Number(name.match(/\d+$/));

/** number -> kit, where it can be a seat's: of two kits with one number, the first. */
const byNumber = (names) => new Map([...names].reverse().map((name) => [numberOf(name), name]).filter(([n]) => n >= 1 && n <= SEATS));

/** `worn`: is any? `unheard`: why none is. */
function wrong(map, worn, unheard, w) {
  if (!map.length) return worn ? w.noSeats : unheard;
  const seats = map.map(([seat]) => seat);
  const twice = seats.find((seat, k) => seats.indexOf(seat) !== k);
  return twice ? w.twice(twice, map.filter(([seat]) => seat === twice).map(([, kit]) => kit).join(", ")) : null;
}

function condition(kit, now, w) {
  const { role, contact, contact_ppg: finger, contact_eda: skin, last_seen_ns: seen } = kit;
  if (isAway(kit, now)) return [w.notHeard, true];
  if (!isHeard(kit, now)) return [`${w.notHeard} (${Math.round((now - seen) / 1e9)} ${w.seconds})`, true];
  if (contradicts(kit)) return [role === "box" ? w.boxNotByRole : w.boxNotByName, true];
  if (role === "box") return [w.box, false];
  if (finger === false) return [`○ ${w.noFinger}`, true];
  if (skin === false) return [`○ ${w.noElectrodes}`, true];
  if (contact === true) return [`● ${w.onSkin}`, false];
  return contact === false ? [`○ ${w.noContactYet}`, true] : [`○ ${w.unknownContact}`, false];
}
