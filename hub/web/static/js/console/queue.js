// Presses on their way to the hub. Each lies in storage by itself until the hub has acknowledged
// it, so that a reload, or a second page on the same phone, loses none.

import { post } from "../api.js";
import { aheadMs, clientMs, hasSlept } from "../hubclock.js";
import { store } from "./store.js";
import { uuid } from "./touch.js";

const FIRST_MS = 1000;
const LONGEST_MS = 8000;
const BATCH = 100;

const prefixOf = (session) => `stillpoint:press:${session}:`;

/** Does this phone keep presses of this session? */
export const keeps = (session) => store.keys().some((key) => key.startsWith(prefixOf(session)));

/** The queue to the hub that this page is from. */
export const queueOf = (session, more) =>
  new PressQueue({ session, now: clientMs, send: (batch) => post(`/api/sessions/${session}/events`, batch), ...more });

export class PressQueue {
  /** `send(batch)` gives the hub's answer; `clock` has exchanges and says this page's time. */
  constructor({ session, send, clock, now, storage = store, onchange, onproblem, onrefused }) {
    Object.assign(this, { send, clock, now, storage, onchange, onproblem, onrefused });
    this.prefix = prefixOf(session);
    this.delay = FIRST_MS;
    this.accepted = []; // durable on the hub, but perhaps not yet in the course this page has
    addEventListener("online", () => this.flush());
    addEventListener("storage", () => this.onchange());
  }

  /** The presses that wait, in the order in which they were made. */
  get waiting() {
    return this.storage.keys()
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => JSON.parse(this.storage.getItem(key)))
      .sort((a, b) => a.made - b.made);
  }

  /** Does one of them lie in this page alone? */
  get isAtRisk() {
    return this.storage.keys().some((key) => key.startsWith(this.prefix) && this.storage.isOnlyHere(key));
  }

  /** Keep presses and send them, of one touch in one batch, so that they have one moment: {kind, data, touched_ms,
   * ago_ms?, at_ns?}. Gives their ids. */
  add(presses) {
    const ahead = aheadMs();
    const ids = presses.map((press) => this.keep({ ...press, ahead }));
    this.onchange();
    this.flush();
    return ids;
  }

  /** With what this page knows of the hub's clock now: after a reload, or a sleep, it has another. */
  keep(press) {
    const id = uuid();
    this.made = Math.max(Date.now(), (this.made ?? 0) + 1);
    const kept = { ...press, id, made: this.made, exchanges: this.clock.exchanges };
    this.storage.setItem(this.prefix + id, JSON.stringify(kept));
    return id;
  }

  /** What this page said that is not in the course: on its way there, or still here. */
  unheard(course) {
    const known = new Set(course.history.map(({ event }) => event.id));
    this.accepted = this.accepted.filter(({ id }) => !known.has(id));
    return [...this.accepted, ...this.waiting.filter(({ id }) => !known.has(id))];
  }

  forget(id) {
    this.storage.removeItem(this.prefix + id);
    this.onchange();
  }

  /** Send what waits; again, later, until the hub has taken it. Gives whether it has taken all. */
  flush() {
    this.sending ??= this.sendAll().finally(() => { this.sending = null; });
    return this.sending;
  }

  async sendAll() {
    clearTimeout(this.timer);
    try {
      while (this.waiting.length) this.taken(await this.send(this.batch()));
      this.delay = FIRST_MS;
      this.onproblem(null);
      return true;
    } catch (problem) {
      this.timer = setTimeout(() => this.flush(), this.delay);
      this.delay = Math.min(2 * this.delay, LONGEST_MS);
      this.onproblem(problem);
      return false;
    }
  }

  /** BATCH presses, and what was said by the same touch as the last of them. */
  batch() {
    const all = this.waiting;
    const last = all.slice(0, BATCH).at(-1).touched_ms;
    const due = all.filter(({ touched_ms: touched }, k) => k < BATCH || touched === last);
    const now = aheadMs();
    const presses = due.map((press) => asSent(press, now));
    return { presses, sent_ms: this.now(), exchanges: this.clock.exchanges };
  }

  taken({ accepted, refused }) {
    this.accepted.push(...this.waiting.filter(({ id }) => accepted.includes(id)));
    for (const id of [...accepted, ...refused.map((one) => one.id)]) this.forget(id);
    for (const one of refused) this.onrefused?.(one);
  }
}

/** `now`: how far the device's time is ahead of this page's. A press of before a sleep, or of another page, that knows
 * nothing of the hub's clock is told in this page's time as it is now. */
function asSent({ made, ahead, ...press }, now) {
  const isOfNow = press.exchanges.length || !hasSlept(ahead);
  return isOfNow ? press : { ...press, touched_ms: press.touched_ms + ahead - now };
}
