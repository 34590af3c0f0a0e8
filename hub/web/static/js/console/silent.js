// Kits on seats that have not been heard for a while. It remembers what a hub that was started again has forgotten.

import { lasting } from "../live/words.js";

const LONG_NS = 30e9; // a kit that reconnects takes less

export class Silence {
  constructor() {
    this.seen = new Map(); // kit -> when it was last heard, hub's time
    this.boxes = new Set();
  }

  /** What the hub tells of its kits. */
  hear(kits, nowNs) {
    this.nowNs = nowNs;
    this.sinceNs ??= nowNs;
    for (const { kit, role, last_seen_ns: seen } of kits) {
      this.seen.set(kit, seen);
      if (role === "box") this.boxes.add(kit);
    }
  }

  /** Button boxes that were heard in this session and are silent: one of another day is only switched off. */
  boxesOf({ opened_ns: opened }) {
    return [...this.boxes].filter((box) => this.seen.get(box) > opened && this.nowNs - this.seen.get(box) > LONG_NS);
  }

  /** [[seat, kit]] of those that are on a seat and silent. */
  seats(course) {
    const worn = Object.entries(course.seats).map(([seat, spans]) => [Number(seat), lasting(spans)?.value]);
    return worn.filter(([, kit]) => kit && this.nowNs - (this.seen.get(kit) ?? this.sinceNs) > LONG_NS);
  }
}
