// Who presents, who speaks, and which kit is on which seat.

import { fieldIn, focusLater, h, letGo, onChosen, replaceBut } from "../dom.js";
import { inOrder } from "../kits.js";
import { ask } from "./ask.js";

export function drawPeople(root, page) {
  const { view, w } = page;
  const seats = Object.keys(view.kits).map(Number).sort((a, b) => a - b);
  const choice = (kind, title) => [h("h3", {}, title), seatButtons(kind, { seats, now: view[kind], title, ...page })];
  replaceBut(fieldIn(root), root, [
    ...choice("speaker", w.speaks), ...choice("presenter", w.presents),
    h("details", { open: root.querySelector("details")?.open },
      h("summary", {}, w.kitsOnSeats),
      h("ul", { class: "kits" }, seats.map((seat) => kitRow(seat, page)))),
  ]);
}

function seatButtons(kind, { seats, now, title, w, press }) {
  const button = (seat, name, cls) => h("button", {
    type: "button", class: cls, "aria-pressed": String(now === seat), "data-kind": kind, "data-seat": String(seat),
    "aria-label": `${title}: ${name}`,
    onclick: (event) => press(kind, { seat }, { event, text: `${title}: ${name}` }),
  }, seat ?? name);
  return h("div", { class: "grid" }, seats.map((seat) => button(seat, w.seatNumber(seat), "")), button(null, w.nobody, "wide"));
}

function kitRow(seat, page) {
  const { kits, w } = page;
  const now = page.view.kits[seat];
  const named = [...kits, ...(now ? [{ kit: now }] : [])].sort(inOrder);
  const names = [...new Set(named.map(({ kit }) => kit))];
  const choice = h("select", { "aria-label": w.seatNumber(seat) },
    h("option", { value: "" }, w.noKit),
    names.map((name) => h("option", { value: name, selected: name === now }, name)));
  onChosen(choice, (event) => {
    const kit = choice.value || null;
    choice.value = now ?? ""; // it is drawn anew once it is said
    letGo(choice);
    give(seat, kit, event, page);
  });
  return h("li", {}, h("span", {}, w.seatNumber(seat)), choice);
}

/** A kit that another seat has is not taken from it without saying what is lost. */
function give(seat, kit, event, page) {
  const { w, view } = page;
  const now = view.kits[seat];
  const other = Object.keys(view.kits).map(Number).find((one) => one !== seat && kit && view.kits[one] === kit);
  const take = [seat, kit];
  if (!other) return sit([take], [take], event, page);
  ask({
    title: w.kitIsOn(kit, other), cancel: w.leaveKits,
    body: h("p", {}, [w.seatLoses(other), now ? w.kitFree(now) : ""].join(" ")),
    choices: [
      ...(now ? [{ text: w.swapKits(other, now), main: true, act: (touch) => sit([take, [other, now]], [take, [other, now]], touch, page) }] : []),
      { text: w.takeKit(other), act: (touch) => sit([take], [take, [other, null]], touch, page) },
    ],
  });
}

/** `said` of seats, and what `comes` of it: [seat, kit]. */
function sit(said, comes, event, { w, pressAll }) {
  const text = comes.map(([seat, kit]) => `${w.seatNumber(seat)}: ${kit ?? w.noKit}`).join(" · ");
  const back = focusLater();
  document.activeElement.blur(); // or its list would not be drawn
  pressAll(said.map(([seat, kit]) => ["seat", { seat, kit }]), { event, text });
  back();
}
