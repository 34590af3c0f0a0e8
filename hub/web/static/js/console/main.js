// The leader's console: drops the token from the address, then the session that the address names or that is open,
// else setup.

import { get } from "../api.js";
import { $, h, say, show } from "../dom.js";
import { HubClock } from "../hubclock.js";
import { ownLanguage } from "../languages.js";
import { keepPlace, leaveRoom } from "../problem.js";
import { Desk } from "./desk.js";
import { keeps, queueOf } from "./queue.js";
import { noteRefused, onRefusals, readAll, readButton, refusals } from "./refused.js";
import { Setup } from "./setup.js";
import { leadToTrouble, showTrouble } from "./trouble.js";
import { words } from "./words.js";

const AGAIN_MS = 2000;
const LOOK_MS = 3000;
const TOLD = 3; // problems of the hub, at once
const NO_LINK = {
  code: "no link",
  what: "This page needs the link that the hub printed when it started.",
  kept: "Nothing was changed.",
  do: "Open the console by that link: it is in the hub's terminal, or in what “docker compose logs hub” prints, and good for this room only.",
};
const clock = new HubClock();
const wanted = new URLSearchParams(location.search).get("session");
let unsent = null; // why it does not take now what this phone still keeps of them
let others = []; // what else is wrong, where no desk says it
let part = null;

address(wanted); // the token is in a cookie now
document.documentElement.lang = ownLanguage();
clock.run();
onRefusals(tellAgain);
start();

/** A reload leads to this session; null: to what the room does then. */
function address(session) {
  history.replaceState(null, "", session ? `?session=${encodeURIComponent(session)}` : location.pathname);
}

/** The words of the language that the page is in now. */
function said() {
  return words(document.documentElement.lang);
}

async function start() {
  try {
    const me = await get("/api/me");
    if (me.role !== "leader") return tell(NO_LINK);
    say($("room"), me.room);
    document.title = `${me.room} · Stillpoint`;
    const sessions = await get("/api/sessions");
    tell();
    return enter(sessions, me);
  } catch (problem) {
    tell(problem);
    setTimeout(start, AGAIN_MS);
  }
}

/** `me.session`: the token is good for this session alone. */
function enter(sessions, me) {
  const asked = wanted ?? me.session;
  const found = sessions.find(asked ? ({ id }) => id === asked : isOpen);
  sendLeft(sessions.filter((one) => one !== found && keeps(one.id)));
  if (asked && !found) return tell(said().notHere);
  if (!found) return before(me);
  return isOpen(found) ? during(found, me) : correct(found, me);
}

const isOpen = ({ closed_ns: closed }) => closed === null;

/** Presses that this phone still keeps of other sessions: it was away from the hub when they ended. */
function sendLeft(sessions) {
  const onproblem = (problem) => {
    unsent = problem?.status ? problem : null;
    tellAgain();
  };
  for (const { id } of sessions) queueOf(id, { clock, onchange() {}, onproblem, onrefused }).flush();
}

/** It stays to be read, also on the page that comes. */
function onrefused(press) {
  noteRefused(press);
  tellAgain();
}

function tell(...problems) {
  others = problems;
  const wayOut = (problem) => readButton(problem, said(), () => tell(...others));
  showTrouble([...refusals(), unsent, ...others].filter(Boolean), said(), wayOut);
}

/** What comes by itself, also while a finger is on its way to a list. */
function news(...problems) {
  keepPlace($("main"), () => tell(...problems));
}

/** A desk says by itself what is wrong now. */
function tellAgain() {
  if (part instanceof Desk) part.drawNews();
  else news(...others);
}

/** The answer to a press, whose button may be far below. */
function refuse(problem) {
  tell(problem);
  leadToTrouble();
}

/** Nothing is open: set a session up, and go along if somebody else opens one. */
function before(me) {
  address(null);
  const opened = (session) => { clearInterval(watch); during(session, me); };
  const told = (all) => news(...all.slice(-TOLD).reverse());
  begin(new Setup($("main"), { room: me.room, opened, refused: refuse, failed: news, told, spoken: tellAgain }));
  const watch = setInterval(async () => {
    const sessions = await get("/api/sessions").catch(() => []);
    const open = sessions.find(isOpen);
    if (open) opened(open);
  }, LOOK_MS);
  show($("sent"), $("sent").dataset.state === "waiting"); // some of the session before
}

function during(session, me) {
  if (part instanceof Desk) return;
  tell();
  document.documentElement.lang = session.language;
  begin(new Desk($("main"), { session, clock, onrefused, ended: () => over(session, me) }));
}

function over(session, me) {
  const w = words(session.language);
  part.stop();
  part = null;
  show($("toast"), false);
  tell();
  $("main").replaceChildren(h("div", { class: "setup" },
    h("h1", {}, w.over),
    h("a", { href: `/?session=${session.id}` }, w.live),
    h("button", { type: "button", onclick: () => correct(session, me) }, w.correctTimes),
    me.session ? null : h("button", { type: "button", class: "main", onclick: () => anew(me) }, w.newSession)));
  land();
}

/** What was refused has been read. */
function anew(me) {
  readAll();
  before(me);
}

/** Where the page that was there had the focus there is nothing now, and what it left room for is not there. */
function land() {
  leaveRoom($("main"), 0);
  if (document.activeElement !== document.body) return;
  const heading = $("main").querySelector("h1");
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
}

/** A session that is over can still be corrected; statistics are worked out again. */
function correct(session, me) {
  document.documentElement.lang = session.language;
  begin(new Desk($("main"), { session, clock, onrefused, ended: () => over(session, me), after: true }));
}

/** A hub that does not answer is asked again, as long as nothing else has begun. */
async function begin(next) {
  part?.stop();
  part = next;
  while (part === next) {
    try {
      await next.start();
      return land();
    } catch (problem) {
      tell(problem);
      await new Promise((done) => setTimeout(done, AGAIN_MS));
    }
  }
}
