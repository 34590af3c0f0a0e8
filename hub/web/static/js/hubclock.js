// The hub's clock as this page knows it, from exchanges: [sent_ms, hub_ns, received_ms].

const KEPT = 20;
const QUICK = 6;
const QUICK_MS = 300;
const SLOW_MS = 15000;

export const clientMs = () => performance.timeOrigin + performance.now();

export class HubClock {
  constructor(fetcher = fetch.bind(globalThis)) {
    this.fetcher = fetcher;
    this.exchanges = [];
    this.offsetMs = 0;
  }

  /** Keep exchanging, quickly at first. */
  async run() {
    for (let round = 0; ; round += 1) {
      await this.exchange().catch(() => {});
      await new Promise((done) => setTimeout(done, round < QUICK ? QUICK_MS : SLOW_MS));
    }
  }

  async exchange() {
    const sent = clientMs();
    const answer = await this.fetcher("/api/clock", { cache: "no-store" });
    const { hub_ns: hubNs } = await answer.json();
    this.exchanges = [...this.exchanges, [sent, hubNs, clientMs()]].slice(-KEPT);
    this.offsetMs = offset(this.exchanges);
  }

  nowNs() {
    return this.toNs(clientMs());
  }

  toNs(ms) {
    return (ms + this.offsetMs) * 1e6;
  }
}

/** Hub minus client in ms, by the exchange with the shortest round trip. */
function offset(exchanges) {
  const [sent, hubNs, received] = exchanges.reduce((a, b) => (b[2] - b[0] < a[2] - a[0] ? b : a));
  return hubNs / 1e6 - (sent + received) / 2;
}
