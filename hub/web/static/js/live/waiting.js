// Before any session: who is there, and what is still missing.

import { $, h, say, show } from "../dom.js";

const FRESH_NS = 10e9;
const NOTHING = "The leader opens the session on the console; nothing is recorded before.";
const SILENT = "No kit is heard. Switch a kit on and check that it is in the hub’s network.";

export function drawWaiting({ now_ns: now, kits, hidden, broker }) {
  const heard = kits.filter((kit) => now - kit.last_seen_ns < FRESH_NS);
  say($("phase"), "No session yet");
  say($("which"), "");
  say($("who"), hidden || !broker ? NOTHING : heard.length ? `The kits are heard. ${NOTHING}` : SILENT);
  show($("clocks"), false);
  show($("curve-card"), false);
  show($("seats-card"), kits.length > 0);
  say($("seats-title"), "Kits in the room");
  say($("seats-text"), heard.length ? `${heard.length} heard` : "");
  $("seats").removeAttribute("data-shape");
  $("seats").replaceChildren(h("tbody", {}, kits.map((kit) => row(kit, now))));
}

function row(kit, now) {
  const age = Math.round((now - kit.last_seen_ns) / 1e9);
  const fresh = age * 1e9 < FRESH_NS;
  return h("tr", {},
    h("td", { class: "seat" }, h("b", {}, kit.kit), h("span", { class: "soft" }, ` ${kit.room}`)),
    h("td", { class: `state${fresh && kit.contact !== false ? "" : " bad"}` }, condition(kit, fresh)),
    h("td", { class: "soft" }, fresh ? "heard now" : `last heard ${age} s ago`));
}

function condition({ role, contact }, fresh) {
  if (!fresh) return "not heard";
  if (role === "box") return "● button box ready";
  return contact ? "● on skin" : contact === false ? "○ no contact yet" : "○ contact not known yet";
}
