// The languages that the pages speak. A table has each word in all of them, in this order.

import { DE, HU } from "./troubles.js";

const LANGUAGES = ["en", "hu", "de"];

// What every page says.
const SHARED = {
  seat: ["Seat", "Szék", "Platz"],
  seatNumber: [(seat) => `Seat ${seat}`, (seat) => `${seat}. szék`, (seat) => `Platz ${seat}`],
  seatSpeaks: [(seat) => `seat ${seat} speaks`, (seat) => `${seat}. szék beszél`, (seat) => `Platz ${seat} spricht`],
  kits: ["Kits in the room", "Eszközök a teremben", "Geräte im Raum"],
  minutes: ["min", "perc", "min"],
  seconds: ["s", "mp", "s"],
  over: ["The session is over", "Az ülés véget ért", "Die Sitzung ist beendet"],
  kept: ["Kept", "Megmaradt", "Erhalten"],
  todo: ["To do", "Teendő", "Zu tun"],
  onSkin: ["on skin", "bőrön", "auf der Haut"],
  noContactYet: ["no contact yet", "még nincs kontaktus", "noch kein Kontakt"],
  unknownContact: ["contact not known yet", "a kontaktus még ismeretlen", "Kontakt noch unbekannt"],
  hubNotHeard: ["hub not heard", "a hub nem hallható", "Hub nicht zu hören"],
  notHeard: ["not heard", "nem hallható", "nicht zu hören"],
  troubles: [{}, HU, DE], // code -> {what, kept, do}
};

/** A page's words in one language, with those of every page; in English where it is none of ours. */
export function inLanguage(table, language) {
  const place = Math.max(0, LANGUAGES.indexOf(language));
  return Object.fromEntries(Object.entries({ ...SHARED, ...table }).map(([name, texts]) => [name, texts[place]]));
}

/** What this device speaks, if the pages do. */
export function ownLanguage() {
  const own = navigator.language.slice(0, 2);
  return LANGUAGES.includes(own) ? own : "en";
}
