// The live page: finds the session, listens, draws once a frame at most a few times a second.

import { get, UNHEARD } from "../api.js";
import { $, h, holdSame, onChosen, say, show } from "../dom.js";
import { HubClock } from "../hubclock.js";
import { ownLanguage } from "../languages.js";
import { inWords, problemCard } from "../problem.js";
import { healthOf, isFull, LiveSocket } from "../socket.js";
import { day, wall } from "../time.js";
import { Curve } from "./curve.js";
import { drawHead } from "./head.js";
import { drawSeats } from "./seats.js";
import { closedNs, fresh, hear, isComplete } from "./state.js";
import { texts } from "./texts.js";
import { drawWaiting } from "./waiting.js";

const DRAW_MS = 250;
const LOOK_MS = 2000;
const CURVE_MS = 1000; // a new point a second; thousands of points on a phone
const ROOM = 28; // so much of a room's name is in the list of sessions
const LONG_S = 15; // a hub that is away for less is told by the chip alone: nothing jumps

const state = fresh();
const curve = new Curve(state);
const clock = new HubClock();
const wanted = new URLSearchParams(location.search).get("session");
let socket = null;
let session = null;
let changed = false;
let heardMs = null; // when the hub last answered
let broker = true;
let drawnMs = -CURVE_MS;
let w = null; // the page's texts
const past = new Set();
let missing = false; // the session that was asked for

clock.run();
speak(ownLanguage());
look();
setInterval(look, LOOK_MS);
setInterval(draw, DRAW_MS);
onChosen($("sessions"), () => location.assign(`/?session=${$("sessions").value}`));

/** Follow the session of the address, else the newest that is open, else the newest. */
async function look() {
  const [sessions, kits] = await Promise.all([get("/api/sessions"), get("/api/kits")]).catch(() => []);
  if (!sessions) return;
  heardMs = performance.now();
  broker = kits.broker;
  state.kits = kits.hidden ? null : kits.kits;
  hearSealed(sessions.find(({ id }) => id === state.session?.id));
  const asked = sessions.find(({ id }) => id === wanted);
  missing = Boolean(wanted) && !asked;
  const found = asked
    ?? sessions.find((one) => one.closed_ns === null)
    ?? sessions.slice(0, 1).find(({ id }) => !past.has(id));
  drawChoice(sessions, found?.id);
  if (found) return found.id === session ? null : follow(found.id);
  if (!socket) drawWaiting(kits, w);
}

/** It comes without a message: all that the kits hold has arrived. */
function hearSealed(own) {
  if (!own || own.sealed_ns === state.session.sealed_ns) return;
  state.session.sealed_ns = own.sealed_ns;
  changed = true;
}

function follow(id) {
  session = id;
  socket?.close();
  socket = new LiveSocket(id, (messages, first) => {
    hear(state, messages, first);
    changed = true;
  });
}

/** Say everything in this language. */
function speak(language) {
  if (w && document.documentElement.lang === language) return;
  document.documentElement.lang = language;
  w = texts(language);
  for (const one of document.querySelectorAll("[data-text]")) say(one, w[one.dataset.text]);
  for (const one of document.querySelectorAll("[data-name]")) one.ariaLabel = w[one.dataset.name];
  changed = true;
}

function draw() {
  const health = socket ? socket.health() : healthOf(heardMs);
  drawHealth(health);
  drawProblems(health);
  if (!socket) return;
  if (state.refused) return refused();
  if (!state.session) return;
  speak(state.session.language);
  drawHead(state, w, clock.nowNs());
  if (!changed) return;
  changed = false;
  say($("room"), state.session.room);
  show($("simulated"), state.session.simulated);
  document.title = `${$("phase").textContent} · Stillpoint`;
  drawSeats(state, w);
  drawCurve();
}

function drawProblems({ seconds }) {
  const ours = [seconds > LONG_S && !state.problems.some(isFull) && UNHEARD, !broker && w.noBroker, missing && w.noSuchSession];
  holdSame($("problems"), [...ours, ...state.problems].filter(Boolean).map((problem) => problemCard(problem, w)));
}

function drawCurve() {
  if (performance.now() - drawnMs < CURVE_MS) return;
  drawnMs = performance.now();
  curve.draw(w, clock.nowNs());
}

/** The hub no longer follows this session (it was over before the hub started, say). */
function refused() {
  past.add(session);
  socket.close();
  socket = null;
  if (session !== wanted) return;
  say($("phase"), w.unwatched);
  const { what, do: next } = inWords(state.refused, w);
  say($("who"), `${what} ${next}`);
}

function drawHealth({ state: name, seconds }) {
  const [kind, text] = name === "live" ? goesOn() : [name, seconds === null ? w.connecting : w.lastHeard(seconds)];
  $("health").dataset.state = kind;
  say($("health"), text);
  say($("heard"), seconds ? w.hubNotHeard : text); // read aloud: without the seconds
}

/** What comes from a hub that is heard. */
function goesOn() {
  if (!broker) return ["stale", w.brokerAway];
  if (state.catchingUp) return ["stale", w.catchingUp];
  if (state.session && closedNs(state)) return ["over", isComplete(state) ? w.recorded : w.completing];
  return ["live", `${w.live}${state.dropped ? w.skipped(state.dropped) : ""}`];
}

function drawChoice(sessions, shown) {
  show($("sessions"), sessions.length > 1);
  const { lang } = document.documentElement;
  const drawn = JSON.stringify([lang, shown, sessions]);
  if ($("sessions").dataset.drawn === drawn) return;
  $("sessions").dataset.drawn = drawn;
  $("sessions").replaceChildren(...sessions.map((one) => h("option", { value: one.id, selected: one.id === shown }, choice(one, lang))));
}

/** When it was comes first: it is what is seen of a list that is not open, where the room's name is long. */
function choice({ room, opened_ns: opened, closed_ns: closed }, language) {
  const name = room.length > ROOM ? `${room.slice(0, ROOM / 2)}…${room.slice(-ROOM / 2)}` : room;
  return `${day(opened, language)}, ${wall(opened).slice(0, 5)} · ${name}${closed === null ? `, ${w.stillOpen}` : ""}`;
}
