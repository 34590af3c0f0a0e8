// The end of a session: asked for until the hub has taken it, or the leader takes it back; also after a reload, but not
// once it is old.

import { store } from "./store.js";

const AGAIN_MS = 2000;
const SLOW_MS = 1000;
const OLD_MS = 600e3; // since a page last asked: whoever wanted the end may have gone on with the group

export class Ending {
  /** `close()` asks the hub, and gives nothing while it cannot yet; `ended()` once the hub has; `ontold()`: whether, and
   * why, it is late has changed; `onold()`: it was asked for long ago, and is no more. */
  constructor({ session, close, ended, ontold, onold, storage = store }) {
    Object.assign(this, { close, ended, ontold, onold, storage, late: false, problem: null });
    this.key = `stillpoint:end:${session}`;
    addEventListener("storage", ({ key }) => key === this.key && !this.asked && this.takeBack());
  }

  ask() {
    this.note();
    this.go();
  }

  /** That it is asked for now. */
  note() {
    this.storage.setItem(this.key, Date.now());
  }

  get asked() {
    return this.storage.getItem(this.key) !== null;
  }

  get isOld() {
    return !(Date.now() - this.storage.getItem(this.key) < OLD_MS);
  }

  /** Is it still to be sent? The phone may have slept since `close()` was called. */
  get isDue() {
    return this.asked && !this.isOld;
  }

  async go() {
    if (!this.asked || this.asking) return;
    if (this.isOld) return this.giveUp();
    this.asking = true;
    this.note();
    const slow = setTimeout(() => this.tell(this.problem), SLOW_MS);
    try {
      if (!await this.close()) this.later();
      else if (this.asked) this.ended();
    } catch (problem) {
      this.later(problem);
    } finally {
      clearTimeout(slow);
      this.asking = false;
    }
  }

  later(problem) {
    this.tell(problem);
    this.timer = setTimeout(() => this.go(), AGAIN_MS);
  }

  tell(problem = null) {
    Object.assign(this, this.asked ? { late: true, problem } : { late: false, problem: null });
    this.ontold();
  }

  giveUp() {
    this.takeBack();
    this.onold();
  }

  takeBack() {
    this.stop();
    this.tell();
  }

  /** Taken back, or done: by this page or another. */
  stop() {
    clearTimeout(this.timer);
    this.storage.removeItem(this.key);
  }
}
