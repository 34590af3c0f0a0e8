// The live WebSocket. Reconnects by itself; always knows when it last heard the hub.

const FIRST_MS = 500;
const LONGEST_MS = 3000;
const SILENT_MS = 4000;

export class LiveSocket {
  /** onbatch(messages, first): `first` is a fresh snapshot, after which nothing older counts.
   * heardMs: when the page has heard this hub by another way, performance.now(). */
  constructor(session, onbatch, only = "", heardMs = null) {
    const query = new URLSearchParams({ session, ...(only && { only }) });
    this.address = `${location.origin.replace(/^http/, "ws")}/api/live?${query}`;
    this.onbatch = onbatch;
    this.heardMs = heardMs;
    this.open();
  }

  open(delay = FIRST_MS) {
    let first = true;
    this.beganMs = performance.now();
    this.socket = new WebSocket(this.address);
    this.socket.onmessage = ({ data }) => {
      const messages = JSON.parse(data);
      if (messages.some(isFull)) return this.onbatch(messages, false);
      this.heardMs = performance.now();
      delay = FIRST_MS;
      this.onbatch(messages, first);
      first = false;
    };
    this.socket.onclose = () => {
      if (this.ended) return;
      this.timer = setTimeout(() => this.open(Math.min(2 * delay, LONGEST_MS)), delay * (0.5 + Math.random()));
    };
  }

  close() {
    this.ended = true;
    clearTimeout(this.timer);
    this.socket.close();
  }

  health() {
    const silentMs = performance.now() - Math.max(this.heardMs, this.beganMs);
    if (silentMs > 3 * SILENT_MS && this.socket.readyState !== WebSocket.CLOSED) this.renew();
    return healthOf(this.heardMs);
  }

  /** Wait for no end of a connection that is dead, or never came about: that may take minutes. */
  renew() {
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close();
    this.open();
  }
}

/** The hub has no place for this page now; a fresh snapshot ends that. */
export const isFull = ({ type, code }) => type === "problem" && code === "full";

/** "live", or "stale" with the seconds since the hub was heard (null: never). */
export function healthOf(heardMs) {
  const silent = heardMs === null ? null : performance.now() - heardMs;
  if (silent !== null && silent < SILENT_MS) return { state: "live", seconds: 0 };
  return { state: "stale", seconds: silent === null ? null : Math.round(silent / 1000) };
}
