// The hub's clock as this page knows it, from exchanges: [sent_ms, hub_ns, received_ms].

const KEPT = 20;
const QUICK = 6;
const QUICK_MS = 300;
const SLOW_MS = 15000;
const SLEPT_MS = 500;
const TIMEOUT_MS = 8000; // a connection may die and say nothing

export const clientMs = () => performance.timeOrigin + performance.now();

/** How far the device's time is ahead of this page's, ms: only the device's goes on while it sleeps. */
export const aheadMs = () => Date.now() - clientMs();

/** Has the device slept since it was so far ahead? */
export const hasSlept = (ahead) => Math.abs(aheadMs() - ahead) > SLEPT_MS;

export class HubClock {
  constructor(fetcher = fetch.bind(globalThis)) {
    this.fetcher = fetcher;
    this.kept = [];
    this.keptAhead = 0;
    this.offsetMs = 0;
  }

  /** Those since the device last slept. */
  get exchanges() {
    return hasSlept(this.keptAhead) ? [] : this.kept;
  }

  /** Keep exchanging, quickly at first, and whenever the page comes back into sight. */
  async run() {
    document.addEventListener("visibilitychange", () => this.exchange().catch(() => {}));
    for (let round = 0; ; round += 1) {
      await this.exchange().catch(() => {});
      await new Promise((done) => setTimeout(done, round < QUICK ? QUICK_MS : SLOW_MS));
    }
  }

  async exchange() {
    const [sent, ahead] = [clientMs(), aheadMs()];
    const answer = await this.fetcher("/api/clock", { cache: "no-store", signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { hub_ns: hubNs } = await answer.json();
    if (hasSlept(ahead)) return; // who knows when it was answered
    this.kept = [...this.exchanges, [sent, hubNs, clientMs()]].slice(-KEPT);
    this.keptAhead = ahead;
    this.offsetMs = offset(this.kept);
  }

  nowNs() {
    return this.toNs(clientMs());
  }

  /** `ahead`: how far the device's time was ahead at that moment, if it may have slept since. */
  toNs(ms, ahead = aheadMs()) {
    return (ms + this.offsetMs + ahead - this.keptAhead) * 1e6;
  }
}

/** Hub minus client in ms, by the exchange with the shortest round trip. */
function offset(exchanges) {
  const [sent, hubNs, received] = exchanges.reduce((a, b) => (b[2] - b[0] < a[2] - a[0] ? b : a));
  return hubNs / 1e6 - (sent + received) / 2;
}
