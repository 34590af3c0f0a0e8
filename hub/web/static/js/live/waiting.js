// Before any session: who is there, and what is still missing.

import { $, h, holdSame, say, show } from "../dom.js";
import { contradicts, inOrder, isHeard } from "../kits.js";
import { forgetHead } from "./head.js";

const WAITING = "waiting"; // no shape of seats

export function drawWaiting({ now_ns: now, kits, hidden, broker }, w) {
  const heard = kits.filter((kit) => isHeard(kit, now));
  say($("phase"), w.noSession);
  forgetHead();
  say($("who"), hidden || !broker ? w.nothingBefore : heard.length ? `${w.kitsHeard} ${w.nothingBefore}` : w.noKitHeard);
  show($("clocks"), false);
  show($("curve-card"), false);
  show($("seats-card"), kits.length > 0);
  say($("seats-title"), w.kits);
  say($("seats-text"), heard.length ? w.heardCount(heard.length) : "");
  drawKits([...kits].sort(inOrder).map((kit) => row(kit, now, w)));
}

/** A row that says what it said stays, or who hears the page would lose their place in it. */
function drawKits(rows) {
  const table = $("seats");
  if (table.dataset.shape !== WAITING) table.replaceChildren(h("tbody"));
  table.dataset.shape = WAITING;
  const [body] = table.tBodies;
  holdSame(body, rows);
}

function row(kit, now, w) {
  const age = Math.round((now - kit.last_seen_ns) / 1e9);
  const fresh = isHeard(kit, now);
  return h("tr", {},
    h("td", { class: "seat", role: "rowheader" }, h("b", {}, kit.kit), h("span", { class: "soft" }, ` ${kit.room}`)),
    h("td", { class: `state${fresh && kit.contact !== false ? "" : " bad"}` }, condition(kit, fresh, w)),
    h("td", { class: "soft" }, fresh ? w.heardNow : w.lastHeard(age)));
}

function condition({ role, says, contact }, fresh, w) {
  if (!fresh) return w.notHeard;
  if (role === "box") return contradicts({ role, says }) ? `○ ${w.boxNotReady}` : `● ${w.boxReady}`;
  return contact ? `● ${w.onSkin}` : `○ ${contact === false ? w.noContactYet : w.unknownContact}`;
}
