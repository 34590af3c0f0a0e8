// The account of a seat's samples: what of it is still missing. Pure.

const SILENT_NS = 10e9;
const EDGE = 3; // samples that may be missing at the edges, and are not lost

export const isSilent = ({ last_ns: last }, nowNs) => last === null || nowNs - last > SILENT_NS;

/** Samples that have not come and are not known to be lost. */
export function missing({ expected, stored, lost }) {
  const count = expected - stored - lost;
  return count > EDGE ? count : 0;
}
