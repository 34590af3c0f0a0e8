// Who presents, who speaks, and which kit is on which seat.

import { h } from "../dom.js";
import { lasting } from "../live/words.js";

export function drawPeople(root, { view, course, kits, w, press }) {
  const seats = Object.keys(course.seats).map(Number).sort((a, b) => a - b);
  const choice = (kind, title) => [h("h3", {}, title), seatButtons(kind, { seats, now: view[kind], title, w, press })];
  root.replaceChildren(
    ...choice("speaker", w.speaks), ...choice("presenter", w.presents),
    h("details", { open: root.querySelector("details")?.open },
      h("summary", {}, w.kitsOnSeats),
      h("ul", { class: "kits" }, seats.map((seat) => kitRow(seat, course, kits, w, press)))));
}

function seatButtons(kind, { seats, now, title, w, press }) {
  const button = (seat, name, cls) => h("button", {
    type: "button", class: cls, "aria-pressed": String(now === seat), "data-kind": kind, "data-seat": String(seat),
    "aria-label": `${title}: ${name}`,
    onclick: (event) => press(kind, { seat }, { event, text: `${title}: ${name}` }),
  }, seat ?? name);
  return h("div", { class: "grid" }, seats.map((seat) => button(seat, w.seatNumber(seat), "")), button(null, w.nobody, "wide"));
}

function kitRow(seat, course, kits, w, press) {
  const now = lasting(course.seats[seat])?.value ?? "";
  const names = [...new Set([now, ...kits.map(({ kit }) => kit)])].filter(Boolean);
  const change = (event) => press("seat", { seat, kit: event.target.value || null }, {
    event, text: `${w.seatNumber(seat)}: ${event.target.value || w.noKit}`,
  });
  return h("li", {}, h("span", {}, w.seatNumber(seat)),
    h("select", { "aria-label": w.seatNumber(seat), onchange: change },
      h("option", { value: "" }, w.noKit),
      names.map((name) => h("option", { value: name, selected: name === now }, name))));
}
