// What this page says to the hub, and what comes of it: a toast with a way back, until the hub answers that a press
// has no effect.

import { because } from "./entries.js";
import { toast } from "./toast.js";
import { touchedMs } from "./touch.js";

const BUZZ_MS = 25;
const COUNTS = "twice"; // with the press that it repeats: one press, which can be taken back

export class Said {
  constructor(queue, w) {
    Object.assign(this, { queue, w, last: null });
  }

  /** A press: kept, shown at once, sent. The toast says `text` of it, or that this is now gone; it takes the
   * press back, or puts back what is gone. */
  press = (kind, data, how) => this.all([[kind, data]], how);

  /** Presses that are one thing to whoever makes them: they are taken back together. */
  all = (presses, { event, text, gone = false, ...when }) => {
    const { w } = this;
    navigator.vibrate?.(BUZZ_MS);
    const touched = touchedMs(event);
    const ids = this.queue.add(presses.map(([kind, data]) => ({ kind, data, touched_ms: touched, ...when })));
    const back = ids.map((target) => ["undo", { target }]);
    const run = (again) => this.all(back, { event: again, text, gone: !gone });
    this.last = { ids, text: gone ? `${w.undone}: ${text}` : text, action: { label: gone ? w.putBack : w.undo, run } };
    toast(this.last.text, this.last.action);
  };

  /** The hub will never take this press. Why stands on a card, which may be out of sight. */
  refused({ id }) {
    const { last, w } = this;
    const isLast = last?.ids.includes(id);
    if (isLast) this.last = null;
    toast(`${isLast ? last.text : w.aPress}: ${w.notTaken}`);
  }

  /** The hub's answer: of a last press without effect, why; and nothing is offered that would take nothing back. */
  hear({ history }) {
    const answers = history.filter(({ event }) => this.last?.ids.includes(event.id));
    if (!answers.length || answers.length < this.last.ids.length) return;
    const { text, action } = this.last;
    this.last = null;
    const idle = answers.find(({ standing }) => standing === "ignored");
    if (idle) toast(`${text}: ${this.w.ignored} (${because(idle, this.w)})`, idle.code === COUNTS ? action : null);
  }
}
