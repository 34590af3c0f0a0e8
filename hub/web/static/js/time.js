// Spans and moments as people read them. `_ns` UTC nanoseconds, `_s` seconds.

const NS = 1e9;
const HOUR_MS = 3600e3;
const two = (number) => String(number).padStart(2, "0");

/** 75 -> "1:15", 3675 -> "1:01:15" */
export function span(seconds) {
  const s = Math.max(0, Math.floor(seconds));
  const [hours, minutes] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(s % 60)}` : `${minutes}:${two(s % 60)}`;
}

export const since = (fromNs, nowNs) => span((nowNs - fromNs) / NS);

/** A moment as this device's wall clock shows it: "14:03:20" */
export function wall(ns) {
  const date = new Date(ns / 1e6);
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
}

/** "14:03:20" as UTC ns. A wall clock shows it every day, and twice where summer time ends: of these moments the nearest
 * to `nearNs`, between `fromNs` and `toNs` if one lies there. */
export function atWall(text, nearNs, fromNs, toNs) {
  const [hours, minutes, seconds = 0] = text.split(":").map(Number);
  const near = new Date(nearNs / 1e6);
  const days = [-1, 0, 1].map((day) => new Date(near.getFullYear(), near.getMonth(), near.getDate() + day, hours, minutes, seconds).getTime());
  const again = days.map((ms) => ms + HOUR_MS).filter((ms) => new Date(ms).getHours() === hours);
  const all = [...days, ...again].map((ms) => ms * 1e6);
  const between = all.filter((ns) => ns > fromNs - NS && ns <= toNs); // the second of `fromNs` is shown without its fraction
  const far = (ns) => Math.abs(ns - nearNs);
  return (between.length ? between : all).reduce((a, b) => (far(b) < far(a) ? b : a));
}

/** Its day: "Sat, 28 Nov 2026" */
export const day = (ns, language) => new Intl.DateTimeFormat(language === "en" ? "en-GB" : language,
  { weekday: "short", day: "numeric", month: "short", year: "numeric" }).format(new Date(ns / 1e6));

/** 2100 -> "35 min", 40 -> "40 s", in the page's words. */
export const about = (seconds, w) => (seconds < 90 ? `${seconds} ${w.seconds}` : `${Math.round(seconds / 60)} ${w.minutes}`);
