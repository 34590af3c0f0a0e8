// The console's own words. Phases and markers bring theirs in the protocol.

import { inLanguage } from "../languages.js";
import { REASONS } from "./reasons.js";

/** The Hungarian article before the number of a seat (1 to 99), as it is spoken: első, ötödik, ötvenedik. */
const az = (seat) => (/^(1|5\d?)$/.test(seat) ? "az" : "a");

const WORDS = {
  phases: ["Phases", "Fázisok", "Phasen"],
  people: ["People", "Résztvevők", "Personen"],
  markers: ["Markers", "Jelölések", "Markierungen"],
  history: ["History", "Előzmények", "Verlauf"],
  presents: ["Who presents", "Ki az esethozó", "Wer stellt vor"],
  speaks: ["Who speaks", "Ki beszél", "Wer spricht"],
  nobody: ["Nobody", "Senki", "Niemand"],
  kitsOnSeats: ["Kits on seats", "Eszközök a székeken", "Geräte auf den Plätzen"],
  noKit: ["no kit", "nincs eszköz", "kein Gerät"],
  kitIsOn: [
    (kit, seat) => `${kit} is on seat ${seat}`, (kit, seat) => `${kit}: most ${az(seat)} ${seat}. széken`, (kit, seat) => `${kit} ist auf Platz ${seat}`,
  ],
  seatLoses: [
    (seat) => `If it is taken from there, nothing more is recorded of seat ${seat} until it is given a kit.`,
    (seat) => `Ha onnan elkerül, ${az(seat)} ${seat}. székről nem készül felvétel, amíg eszközt nem kap.`,
    (seat) => `Wird es dort weggenommen, wird von Platz ${seat} nichts mehr aufgenommen, bis er ein Gerät bekommt.`,
  ],
  kitFree: [
    (kit) => `${kit} is then on no seat: whoever wears it is not recorded.`,
    (kit) => `${kit} ekkor egyik széken sincs: aki viseli, arról nem készül felvétel.`,
    (kit) => `${kit} ist dann auf keinem Platz: wer es trägt, wird nicht aufgenommen.`,
  ],
  swapKits: [
    (seat, kit) => `Swap: seat ${seat} gets ${kit}`, (seat, kit) => `Csere: ${seat}. szék: ${kit}`, (seat, kit) => `Tauschen: Platz ${seat} bekommt ${kit}`,
  ],
  takeKit: [
    (seat) => `Take it: seat ${seat} has none`, (seat) => `Elvétel: ${seat}. szék eszköz nélkül`, (seat) => `Wegnehmen: Platz ${seat} hat keines`,
  ],
  leaveKits: ["Leave it as it is", "Maradjon így", "So lassen"],
  next: ["next", "következő", "als Nächstes"],
  optional: ["optional", "elhagyható", "optional"],
  waiting: ["Before the first phase", "Az első fázis előtt", "Vor der ersten Phase"],
  inSession: ["recording for", "a felvétel hossza:", "Aufnahmedauer:"],
  began: ["It began earlier by:", "Ennyivel előbb kezdődött:", "Begann früher um:"],
  custom: ["other", "más", "andere"],
  wholeNumbers: [
    "How many minutes and seconds, in whole numbers?", "Hány perc és másodperc, egész számmal?", "Wie viele Minuten und Sekunden, in ganzen Zahlen?",
  ],
  notBefore: [
    (phase) => `It cannot begin before “${phase}”. Move that one first (History).`,
    (phase) => `Nem kezdődhet előbb, mint „${phase}”. Előbb azt helyezze át (Előzmények).`,
    (phase) => `Sie kann nicht vor „${phase}“ beginnen. Verschieben Sie erst diese (Verlauf).`,
  ],
  fromOpening: [
    "It begins with the recording already; nothing was recorded before.",
    "Már a felvétellel együtt kezdődik; előtte nem volt felvétel.",
    "Sie beginnt schon mit der Aufnahme; vorher wurde nichts aufgenommen.",
  ],
  undo: ["Undo", "Visszavonás", "Rückgängig"],
  putBack: ["Put back", "Visszaállítás", "Wiederherstellen"],
  undone: ["Undone", "Visszavonva", "Zurückgenommen"],
  sent: ["all sent", "minden elküldve", "alles gesendet"],
  notSent: ["not yet sent", "még nincs elküldve", "noch nicht gesendet"],
  keptHere: [
    "Kept on this phone; sent as soon as the hub answers. Go on pressing.",
    "A telefon megőrzi, és elküldi, amint a hub válaszol. Nyugodtan folytassa.",
    "Auf diesem Telefon bewahrt; wird gesendet, sobald der Hub antwortet. Einfach weitermachen.",
  ],
  onlyHere: [
    {
      what: "This phone’s storage is full: what was pressed since is in this page alone.",
      kept: "As long as this page is open; it is sent as soon as the hub answers.",
      do: "Do not reload or close this page before it says “all sent”; then make room on the phone.",
    },
    {
      what: "A telefon tárhelye megtelt: amit azóta megnyomott, csak ezen az oldalon van meg.",
      kept: "Amíg ez az oldal nyitva van; elküldi, amint a hub válaszol.",
      do: "Ne töltse újra és ne zárja be ezt az oldalt, amíg azt nem mutatja: „minden elküldve”; utána szabadítson fel helyet a "
        + "telefonon.",
    },
    {
      what: "Der Speicher dieses Telefons ist voll: was seither gedrückt wurde, ist nur auf dieser Seite.",
      kept: "Solange diese Seite offen ist; es wird gesendet, sobald der Hub antwortet.",
      do: "Laden oder schließen Sie diese Seite nicht, bevor sie „alles gesendet“ zeigt; schaffen Sie dann Platz auf dem "
        + "Telefon.",
    },
  ],
  hubSilent: [
    (seconds) => `hub not heard for ${seconds} s; kits keep recording`,
    (seconds) => `a hub ${seconds} mp óta néma; a felvétel folyik`,
    (seconds) => `Hub seit ${seconds} s stumm; Geräte nehmen auf`,
  ],
  hubAway: [
    "The hub is not heard. Kits keep what they record and send it later, and this phone keeps your presses. Go on pressing.",
    "A hub nem hallható. Az eszközök megőrzik és később elküldik, amit rögzítenek, a telefon pedig a jelöléseket. Nyugodtan folytassa.",
    "Der Hub ist nicht zu hören. Die Geräte bewahren, was sie aufnehmen, und senden es später; dieses Telefon bewahrt, was Sie drücken. Einfach weitermachen.",
  ],
  allSafe: ["Every press is safe on the hub.", "Minden megérkezett a hubra.", "Alles ist sicher beim Hub."],
  close: ["End the session", "Az ülés lezárása", "Sitzung beenden"],
  closeSure: ["End the session?", "Lezárja az ülést?", "Sitzung beenden?"],
  closeText: [
    "Recording stops. Kits send what they still hold. Times can still be corrected afterwards.",
    "A felvétel leáll. Az eszközök elküldik, ami még náluk van. Az időpontok utólag is javíthatók.",
    "Die Aufnahme endet. Die Geräte senden noch, was sie haben. Zeiten lassen sich auch danach berichtigen.",
  ],
  askedLongAgo: [
    "This phone asked for it more than ten minutes ago, but the hub has not ended it.",
    "Ez a telefon több mint tíz perce kérte, de a hub nem zárta le.",
    "Dieses Telefon hat vor mehr als zehn Minuten darum gebeten, aber der Hub hat sie nicht beendet.",
  ],
  notEnded: [
    {
      what: "The session has not ended yet.",
      kept: "The kits go on recording, and what you pressed is kept, and sent first.",
      do: "Leave this page open, in the hub’s network: it asks the hub again and again, until it has ended the session.",
    },
    {
      what: "Az ülés még nincs lezárva.",
      kept: "Az eszközök tovább rögzítenek; amit megnyomott, megmarad, és előbb az kerül elküldésre.",
      do: "Hagyja nyitva ezt az oldalt a hub hálózatában: újra és újra kéri a hubot, amíg az le nem zárja az ülést.",
    },
    {
      what: "Die Sitzung ist noch nicht beendet.",
      kept: "Die Geräte nehmen weiter auf; was Sie gedrückt haben, bleibt erhalten und wird zuerst gesendet.",
      do: "Lassen Sie diese Seite offen, im Netz des Hubs: sie bittet ihn wieder und wieder, bis er die Sitzung beendet hat.",
    },
  ],
  notYet: ["Do not end it", "Mégse zárja le", "Doch nicht beenden"],
  endNotYet: ["Not yet", "Még nem", "Noch nicht"],
  cancel: ["Cancel", "Mégse", "Abbrechen"],
  correct: ["Correct", "Javítás", "Ändern"],
  remove: ["Delete", "Törlés", "Löschen"],
  time: ["Time", "Időpont", "Uhrzeit"],
  move: ["Set time", "Áthelyezés", "Zeit setzen"],
  insert: ["Add what was forgotten", "Kimaradt bejegyzés pótlása", "Vergessenes nachtragen"],
  stands: ["As it stands now", "Ami most érvényes", "Was jetzt gilt"],
  noPhase: ["No phase was pressed.", "Egyetlen fázist sem nyomtak meg.", "Keine Phase wurde gedrückt."],
  said: ["Everything that was pressed", "Minden, amit megnyomtak", "Alles, was gedrückt wurde"],
  choose: ["choose …", "válasszon …", "bitte wählen …"],
  add: ["Add", "Hozzáadás", "Nachtragen"],
  nothingYet: ["Nothing was pressed yet.", "Még semmit sem nyomtak meg.", "Noch nichts gedrückt."],
  silentKits: [ // the seats follow
    {
      what: "Not heard for half a minute:",
      kept: "What a kit records while it is away, as far as its memory reaches; it sends it when it is back.",
      do: "See, without haste, whether it is on and charged; or give the seat another kit, or none (People).",
    },
    {
      what: "Fél perce nem hallható:",
      kept: "Amit az eszköz közben rögzít, amíg a memóriája bírja; elküldi, amint újra elérhető.",
      do: "Nézze meg nyugodtan, be van-e kapcsolva és van-e töltése; vagy adjon a széknek másik eszközt, vagy egyet se (Résztvevők).",
    },
    {
      what: "Seit einer halben Minute nicht zu hören:",
      kept: "Was das Gerät währenddessen aufnimmt, so weit sein Speicher reicht; es sendet es, wenn es zurück ist.",
      do: "Sehen Sie in Ruhe nach, ob es an und geladen ist; oder geben Sie dem Platz ein anderes oder keines (Personen).",
    },
  ],
  silentBox: [ // its name follows
    {
      what: "The button box is not heard for half a minute:",
      kept: "Phases as they were pressed; what is pressed on it without the hub it sends when it is back.",
      do: "Press here meanwhile. See, without haste, whether it is on and charged.",
    },
    {
      what: "A gombdoboz fél perce nem hallható:",
      kept: "A fázisok, ahogyan megnyomták őket; amit a hub nélkül nyomnak meg rajta, elküldi, amint újra elérhető.",
      do: "Addig itt nyomja meg a gombokat. Nézze meg nyugodtan, be van-e kapcsolva és van-e töltése.",
    },
    {
      what: "Die Tastenbox ist seit einer halben Minute nicht zu hören:",
      kept: "Die Phasen, wie sie gedrückt wurden; was ohne den Hub auf ihr gedrückt wird, sendet sie, wenn sie zurück ist.",
      do: "Drücken Sie inzwischen hier. Sehen Sie in Ruhe nach, ob sie an und geladen ist.",
    },
  ],
  notHere: [
    {
      what: "This link’s room has no session of this name.",
      kept: "Nothing was changed.",
      do: "Open the console by the link of the session’s own room; or without the session’s name, for those of this one.",
    },
    {
      what: "E hivatkozás termében nincs ilyen nevű ülés.",
      kept: "Semmi sem változott.",
      do: "Nyissa meg a konzolt az ülés saját termének hivatkozásával; vagy az ülés neve nélkül, e terem üléseihez.",
    },
    {
      what: "Der Raum dieses Links hat keine Sitzung dieses Namens.",
      kept: "Nichts wurde geändert.",
      do: "Öffnen Sie die Konsole mit dem Link des Raums der Sitzung; oder ohne ihren Namen, für die dieses Raums.",
    },
  ],
  earlier: ["Correct an earlier session", "Korábbi ülés javítása", "Eine frühere Sitzung berichtigen"],
  newSession: ["New session", "Új ülés", "Neue Sitzung"],
  protocol: ["Protocol", "Protokoll", "Ablauf"],
  language: ["Language", "Nyelv", "Sprache"],
  noKits: [
    "No kit is heard. Switch the kits on and check that they are in the hub’s network.",
    "Egy eszköz sem hallható. Kapcsolja be őket, és ellenőrizze a hálózatot.",
    "Kein Gerät ist zu hören. Schalten Sie die Geräte ein und prüfen Sie das Netz.",
  ],
  noBroker: [
    "No kit can be heard while the hub does not reach its broker.",
    "Amíg a hub nem éri el a brókert, egyetlen eszköz sem hallható.",
    "Solange der Hub seinen Broker nicht erreicht, ist kein Gerät zu hören.",
  ],
  away: [
    (count) => `Not heard for more than ten minutes: ${count}`,
    (count) => `Több mint tíz perce nem hallható: ${count}`,
    (count) => `Seit über zehn Minuten nicht zu hören: ${count}`,
  ],
  notUsed: ["not used", "nem használt", "nicht benutzt"],
  open: ["Open the session", "Az ülés megnyitása", "Sitzung eröffnen"],
  opening: ["The session is being opened …", "Az ülés megnyitása folyamatban …", "Die Sitzung wird eröffnet …"],
  openText: [
    "Recording begins at once. Give a seat only to a kit whose wearer has agreed.",
    "A felvétel azonnal elindul. Csak annak az eszköznek adjon széket, akinek viselője beleegyezett.",
    "Die Aufnahme beginnt sofort. Geben Sie nur Geräten einen Platz, deren Träger zugestimmt haben.",
  ],
  twice: [
    (seat, kits) => `Seat ${seat} has more than one kit: ${kits}.`,
    (seat, kits) => `Egynél több eszköz van ${az(seat)} ${seat}. széken: ${kits}.`,
    (seat, kits) => `Platz ${seat} hat mehr als ein Gerät: ${kits}.`,
  ],
  noSeats: ["Give at least one kit a seat.", "Adjon széket legalább egy eszköznek.", "Geben Sie mindestens einem Gerät einen Platz."],
  box: ["button box, ready", "gombdoboz, kész", "Tastenbox, bereit"],
  boxNotByRole: [
    "named as a button box, behaves as a kit", "a neve gombdobozé, de eszközként viselkedik", "heißt wie eine Tastenbox, verhält sich wie ein Gerät",
  ],
  boxNotByName: [
    "behaves as a button box, not named as one", "gombdobozként viselkedik, de a neve nem az", "verhält sich wie eine Tastenbox, heißt nicht so",
  ],
  correctTimes: ["Correct times", "Időpontok javítása", "Zeiten berichtigen"],
  done: ["Done", "Kész", "Fertig"],
  noFinger: ["finger not on the sensor", "az ujj nincs az érzékelőn", "Finger nicht auf dem Sensor"],
  noElectrodes: ["electrodes not on the skin", "az elektródák nincsenek a bőrön", "Elektroden nicht auf der Haut"],
  live: ["Live page", "Élő nézet", "Live-Seite"],
  trouble: ["trouble", "hiba", "Störung"],
  first: ["first pressed", "eredetileg", "zuerst gedrückt"],
  "from-console": ["console", "konzol", "Konsole"],
  "from-box": ["button box", "gombdoboz", "Tastenbox"],
  "from-script": ["script", "forgatókönyv", "Skript"],
  byArrival: ["placed by its arrival", "érkezése szerint", "nach der Ankunft"],
  forget: ["Give up unsent presses", "Az el nem küldöttek elvetése", "Nicht Gesendetes verwerfen"],
  haveRead: ["I have read it", "Elolvastam", "Gelesen"],
  undoneBy: ["undone", "visszavonva", "zurückgenommen"],
  deleted: ["deleted", "törölve", "gelöscht"],
  retimed: ["time corrected", "időpont javítva", "Zeit berichtigt"],
  aPress: ["A press", "Egy gombnyomás", "Ein Tastendruck"],
  notTaken: [
    "the hub does not take it; the card at the top says why",
    "a hub nem fogadja el; az okot a fenti kártya mondja meg",
    "vom Hub nicht angenommen; die Karte oben sagt, warum",
  ],
  ignored: ["has no effect", "nincs hatása", "ohne Wirkung"],
  pending: ["not yet sent", "még nincs elküldve", "noch nicht gesendet"],
};

/** words("hu").undo */
export const words = (language) => inLanguage({ ...WORDS, ...REASONS }, language);
