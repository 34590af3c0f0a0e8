// The end of a session: asked for until the hub has taken it, or the leader takes it back; also after a reload.

const AGAIN_MS = 2000;
const SLOW_MS = 1000;

export class Ending {
  /** `close()` asks the hub, and gives nothing while it cannot yet; `ended()` once the hub has; `ontold()`: whether, and
   * why, it is late has changed. */
  constructor({ session, close, ended, ontold, storage = localStorage }) {
    Object.assign(this, { close, ended, ontold, storage, late: false, problem: null });
    this.key = `stillpoint:end:${session}`;
  }

  ask() {
    this.storage.setItem(this.key, "asked");
    this.go();
  }

  get asked() {
    return this.storage.getItem(this.key) !== null;
  }

  async go() {
    if (!this.asked || this.asking) return;
    this.asking = true;
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
