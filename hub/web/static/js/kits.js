// Kits as the hub tells of them: which are heard, and in what order they are listed. Pure.

const FRESH_NS = 10e9;

export const isHeard = ({ last_seen_ns: seen }, nowNs) => nowNs - seen <= FRESH_NS;

/** kit-2 before kit-10, button boxes last. */
export const inOrder = (a, b) =>
  (a.role === "box") - (b.role === "box") || a.kit.localeCompare(b.kit, "en", { numeric: true });
