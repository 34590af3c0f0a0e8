// The live page's own words. Phases and markers bring theirs in the protocol; problems come from
// the hub as it says them.

import { inLanguage } from "../languages.js";

const TEXTS = {
  session: ["Session", "Ülés", "Sitzung"],
  sessionNow: ["The session now", "Az ülés most", "Die Sitzung jetzt"],
  phases: ["Phases of the session", "Az ülés fázisai", "Phasen der Sitzung"],
  connecting: ["connecting", "kapcsolódás", "verbindet"],
  live: ["live", "élő", "live"],
  brokerAway: ["no broker", "nincs bróker", "kein Broker"],
  catchingUp: ["catching up", "felzárkózik", "holt auf"],
  catchingUpText: [
    "Catching up: the figures are being worked out again from the recording, which goes on.",
    "Felzárkózás: az értékek újraszámítása a felvételből folyik; a felvétel közben tart.",
    "Es wird aufgeholt: die Werte werden aus der Aufnahme neu berechnet; sie läuft weiter.",
  ],
  skipped: [
    (count) => `, messages skipped: ${count}`,
    (count) => `, kimaradt üzenet: ${count}`,
    (count) => `, Nachrichten übersprungen: ${count}`,
  ],
  lastHeard: [
    (seconds) => `last heard ${seconds} s ago`,
    (seconds) => `utolsó jel ${seconds} mp-cel ezelőtt`,
    (seconds) => `zuletzt gehört vor ${seconds} s`,
  ],
  stillOpen: ["open", "nyitva", "offen"],
  noSuchSession: [
    {
      what: "The session that this address names is not on this hub. Another one is shown, if there is one.",
      do: "Ask whoever sent the address. Where there are several sessions, choose one at the top.",
    },
    {
      what: "Az ülés, amelyet ez a cím megnevez, nincs ezen a hubon. Ha van másik, az látható.",
      do: "Kérdezze meg, akitől a címet kapta. Ha több ülés van, az oldal tetején választhat.",
    },
    {
      what: "Die Sitzung in dieser Adresse gibt es auf diesem Hub nicht. Gezeigt wird eine andere, wenn es eine gibt.",
      do: "Fragen Sie, von wem die Adresse kam. Gibt es mehrere Sitzungen, so wählen Sie oben eine.",
    },
  ],
  noBroker: [
    {
      what: "The hub does not reach its MQTT broker: no kit can be heard.",
      kept: "Kits keep what they record and send it later.",
      do: "The leader’s console says what to look after.",
    },
    {
      what: "A hub nem éri el az MQTT-brókert: egyetlen eszköz sem hallható.",
      kept: "Az eszközök megőrzik, amit rögzítenek, és később elküldik.",
      do: "A vezető konzolja megmondja, minek kell utánanézni.",
    },
    {
      what: "Der Hub erreicht seinen MQTT-Broker nicht: kein Gerät ist zu hören.",
      kept: "Die Geräte bewahren, was sie aufnehmen, und senden es später.",
      do: "Die Konsole der Leitung sagt, wonach zu sehen ist.",
    },
  ],
  simulated: ["Simulated circle.", "Szimulált kör.", "Simulierter Kreis."],
  simulatedText: [
    "Nobody wears these kits: the bodies are computed, or replayed from published recordings. With people, no single seat’s arousal is shown to anybody.",
    "Ezeket az eszközöket senki sem viseli: a testek számítottak, vagy közzétett felvételekből származnak. Valódi résztvevőknél egyetlen szék arousalját sem látja senki.",
    "Niemand trägt diese Geräte: die Körper sind berechnet oder aus veröffentlichten Aufnahmen. Bei Menschen wird das Arousal eines einzelnen Platzes niemandem gezeigt.",
  ],
  // the phase and its clock
  waiting: ["Waiting for the first phase", "Az első fázis előtt", "Vor der ersten Phase"],
  unwatched: ["This session cannot be watched", "Ez az ülés nem követhető", "Dieser Sitzung lässt sich nicht folgen"],
  noSession: ["No session yet", "Még nincs ülés", "Noch keine Sitzung"],
  phaseOf: [
    (place, count) => `phase ${place} of ${count}`,
    (place, count) => `${place}. fázis, összesen ${count}`,
    (place, count) => `Phase ${place} von ${count}`,
  ],
  recording: [
    "Recording. The leader’s first press begins the first phase.",
    "A felvétel folyik. Az első fázis a vezető első gombnyomásával kezdődik.",
    "Die Aufnahme läuft. Die erste Phase beginnt, wenn die Leitung zum ersten Mal drückt.",
  ],
  presents: [
    (seat) => `Seat ${seat} presents`, (seat) => `Az esethozó: ${seat}. szék`, (seat) => `Platz ${seat} stellt vor`,
  ],
  nobodyPresents: ["Nobody presents yet", "Még nincs esethozó", "Noch stellt niemand vor"],
  nobodySpeaks: ["nobody speaks", "senki sem beszél", "niemand spricht"],
  inPhase: ["in phase", "ebben a fázisban", "in der Phase"],
  inPhaseUsually: [
    (time) => `in phase, usually ${time}`,
    (time) => `ebben a fázisban, általában ${time}`,
    (time) => `in der Phase, meist ${time}`,
  ],
  completing: ["being completed", "kiegészül", "wird ergänzt"],
  completingText: [
    "Being completed: kits send what they still hold.",
    "Kiegészül: az eszközök elküldik, ami még náluk van.",
    "Wird ergänzt: die Geräte senden, was sie noch haben.",
  ],
  completingWaits: [
    (kits) => `Being completed; waiting for what these kits still hold: ${kits}.`,
    (kits) => `Kiegészül; várakozás arra, ami még ezeknél az eszközöknél van: ${kits}.`,
    (kits) => `Wird ergänzt; gewartet wird auf das, was diese Geräte noch haben: ${kits}.`,
  ],
  recorded: ["recorded", "rögzítve", "aufgenommen"],
  sinceRecording: ["since recording began", "a felvétel kezdete óta", "seit Beginn der Aufnahme"],
  // the curve
  curve: ["Arousal of the circle", "A kör arousalja", "Arousal des Kreises"],
  // what it stands against: see basis.js
  "curve-rest": [
    "How activated hearts and skin are, against each person’s own rest; until that ended, against their session so far. Low is not the aim.",
    "Mennyire aktivált a szív és a bőr, mindenkinél a saját nyugalmához képest; annak végéig az addigi üléshez képest. Nem az alacsony érték a cél.",
    "Wie aktiviert Herz und Haut sind, bei jedem gegen die eigene Ruhe; bis zu deren Ende gegen die Sitzung bis dahin. Niedrig ist nicht das Ziel.",
  ],
  "curve-soFar": [
    "How activated hearts and skin are, against each person’s session so far, for want of a rest that is over and was long enough. Low is not the aim.",
    "Mennyire aktivált a szív és a bőr, mindenkinél az eddigi üléshez képest, mert nincs befejezett és elég hosszú nyugalmi szakasz. Nem az alacsony érték a cél.",
    "Wie aktiviert Herz und Haut sind, bei jedem gegen die Sitzung bis jetzt, da es keine Ruhe gibt, die vorbei ist und lang genug war. Niedrig ist nicht das Ziel.",
  ],
  "curve-either": [
    "How activated hearts and skin are, against each person’s own rest or, where that was too short, against their session so far. Low is not the aim.",
    "Mennyire aktivált a szív és a bőr, mindenkinél a saját nyugalmához képest, vagy ha az túl rövid volt, az eddigi üléshez képest. Nem az alacsony érték a cél.",
    "Wie aktiviert Herz und Haut sind, bei jedem gegen die eigene Ruhe oder, wo die zu kurz war, gegen die Sitzung bis jetzt. Niedrig ist nicht das Ziel.",
  ],
  late: [
    "Of the group as a whole, from five people on, in steps of 0.1: after the session, or a minute late where that was agreed.",
    "A csoport egészéről, öt főtől, 0,1-es lépésekben: az ülés után, vagy egy perccel később, ha így állapodtak meg.",
    "Von der Gruppe als ganzer, ab fünf Personen, in Schritten von 0,1: nach der Sitzung, oder eine Minute später, wo das vereinbart ist.",
  ],
  medianOfSeats: ["median of the seats", "a székek mediánja", "Median der Plätze"],
  middleOfGroup: ["middle of the group", "a csoport közepe", "Mitte der Gruppe"],
  middleHalf: ["middle half", "középső fele", "mittlere Hälfte"],
  oneSeat: ["one seat", "egy szék", "ein Platz"],
  presentersSeat: ["the presenter’s seat", "az esethozó széke", "Platz der vorstellenden Person"],
  beforeFirst: ["before the first phase", "az első fázis előtt", "vor der ersten Phase"],
  noFigure: ["no figure", "nincs érték", "kein Wert"],
  ofGroup: [
    (middle) => `middle of the group ${middle}`,
    (middle) => `a csoport közepe ${middle}`,
    (middle) => `Mitte der Gruppe ${middle}`,
  ],
  ofSeats: [
    (middle, n) => `median ${middle} of ${n} seats`,
    (middle, n) => `${n} szék mediánja ${middle}`,
    (middle, n) => `Median ${middle} von ${n} Plätzen`,
  ],
  noCurve: ["No curve yet.", "Még nincs görbe.", "Noch keine Kurve."],
  curveComes: [
    "The curve is shown here once the session is complete.",
    "A görbe itt látható, amint az ülés teljes.",
    "Die Kurve wird hier gezeigt, sobald die Sitzung vollständig ist.",
  ],
  noCurveEver: ["There is no curve.", "Nincs görbe.", "Es gibt keine Kurve."],
  beginsWith: [
    "It begins when the first seats have a pulse and a skin signal.",
    "Akkor kezdődik, amikor az első székeknek van pulzus- és bőrjelük.",
    "Sie beginnt, wenn die ersten Plätze ein Puls- und ein Hautsignal haben.",
  ],
  noSeatYet: [
    "No seat has a figure that can be used.",
    "Egyetlen széknek sincs használható értéke.",
    "Kein Platz hat einen brauchbaren Wert.",
  ],
  notHere: [
    "The curve is not shown here while people are in the room. It is recorded, and the group’s is shown here after the session.",
    "Amíg emberek vannak a teremben, a görbe itt nem látható. A felvétel készül, és a csoporté az ülés után itt látható.",
    "Solange Menschen im Raum sind, wird die Kurve hier nicht gezeigt. Sie wird aufgenommen, und die der Gruppe nach der Sitzung hier gezeigt.",
  ],
  // why a team has a curve, or none: by the hub's code
  "status-shown": [
    "The group’s curve is shown, at least a minute late.",
    "A csoport görbéje legalább egy perc késéssel látható.",
    "Die Kurve der Gruppe wird gezeigt, mindestens eine Minute später.",
  ],
  "status-few": [
    "Fewer than five seats have a kit, so nothing is shown: a curve of few would be a curve of someone.",
    "Ötnél kevesebb széken van eszköz, ezért nem látható görbe: kevesek görbéje valakinek a görbéje volna.",
    "Weniger als fünf Plätze haben ein Gerät, darum wird nichts gezeigt: eine Kurve weniger wäre die Kurve eines Menschen.",
  ],
  "status-not-now": [
    "The curve is not shown just now.", "A görbe most nem látható.", "Die Kurve wird gerade nicht gezeigt.",
  ],
  "status-between": ["No phase is running.", "Most nem tart egyetlen fázis sem.", "Gerade läuft keine Phase."],
  "status-after": [
    "The curve of this session is shown after it has ended.",
    "Ennek az ülésnek a görbéje az ülés után látható.",
    "Die Kurve dieser Sitzung wird nach ihrem Ende gezeigt.",
  ],
  "status-taken-back": [
    "The curve of this session was taken back.",
    "Ennek az ülésnek a görbéjét visszavonták.",
    "Die Kurve dieser Sitzung wurde zurückgenommen.",
  ],
  // the seats
  state: ["Contact and signal", "Kontaktus és jel", "Kontakt und Signal"],
  ppg: ["Pulse, 8 s", "Pulzus, 8 mp", "Puls, 8 s"],
  eda: ["Skin, 1 min", "Bőr, 1 perc", "Haut, 1 min"],
  expected: ["Expected", "Várt", "Erwartet"],
  stored: ["Stored", "Tárolt", "Gespeichert"],
  lateCount: ["Late", "Késett", "Verspätet"],
  lost: ["Lost", "Elveszett", "Verloren"],
  clock: ["Clock", "Óra", "Uhr"],
  ring: ["Memory", "Memória", "Speicher"],
  waveOf: [
    (wave, seat) => `${wave} of seat ${seat}`,
    (wave, seat) => `${wave}, ${seat}. szék`,
    (wave, seat) => `${wave}, Platz ${seat}`,
  ],
  arrives: ["What arrives from each seat", "Mi érkezik az egyes székektől", "Was von jedem Platz ankommt"],
  noKitYet: [
    "No seat has a kit yet: the leader gives seats on the console.",
    "Még egyik széken sincs eszköz: a vezető a konzolon osztja ki a székeket.",
    "Noch hat kein Platz ein Gerät: die Leitung vergibt die Plätze auf der Konsole.",
  ],
  unsent: [
    (count, of) => `Seats that have sent nothing yet: ${count} of ${of}.`,
    (count, of) => `${of} székből ${count} még semmit sem küldött.`,
    (count, of) => `Plätze, die noch nichts gesendet haben: ${count} von ${of}.`,
  ],
  nothingLost: [
    "Pulse samples, counted: nothing is lost.",
    "Pulzusminták, megszámlálva: semmi sem veszett el.",
    "Pulsmessungen, gezählt: nichts ist verloren.",
  ],
  someLost: [
    (count, share) => `Pulse samples, counted. Lost for good: ${count} (${share} %).`,
    (count, share) => `Pulzusminták, megszámlálva: ${count} végleg elveszett (${share} %).`,
    (count, share) => `Pulsmessungen, gezählt. Endgültig verloren: ${count} (${share} %).`,
  ],
  notYetHere: [ // a kit is silent: it sends them when it is heard again, if it still can
    (count) => `Pulse samples, counted: ${count} are not yet here; none is known to be lost.`,
    (count) => `Pulzusminták, megszámlálva: ${count} még nem érkezett meg; egyről sem tudni, hogy elveszett volna.`,
    (count) => `Pulsmessungen, gezählt: ${count} sind noch nicht hier; von keiner ist bekannt, dass sie verloren ist.`,
  ],
  moreNotYetHere: [
    (count) => `Not yet here: ${count} more.`,
    (count) => `További ${count} még nem érkezett meg.`,
    (count) => `Noch nicht hier: weitere ${count}.`,
  ],
  notYetKnown: ["not yet known", "még ismeretlen", "noch unbekannt"],
  settling: ["settling", "beáll", "stellt sich ein"],
  tagPresents: ["presents", "esethozó", "stellt vor"],
  tagSpeaks: ["speaks", "beszél", "spricht"],
  nothingHeard: ["nothing heard yet", "még nem hallható", "noch nichts gehört"],
  silentFor: [
    (time) => `silent for ${time}`, (time) => `${time} óta néma`, (time) => `seit ${time} still`,
  ],
  givenUp: ["no longer on this seat", "már nem ezen a széken", "nicht mehr auf diesem Platz"],
  noContact: ["no contact", "nincs kontaktus", "kein Kontakt"],
  noSignal: ["no pulse signal", "nincs pulzusjel", "kein Pulssignal"],
  good: ["on skin, good", "bőrön, jó", "auf der Haut, gut"],
  fair: ["on skin, fair", "bőrön, közepes", "auf der Haut, mäßig"],
  weak: ["on skin, weak", "bőrön, gyenge", "auf der Haut, schwach"],
  // before any session
  nothingBefore: [
    "The leader opens the session on the console; nothing is recorded before.",
    "Az ülést a vezető nyitja meg a konzolon; előtte semmi sem kerül rögzítésre.",
    "Die Leitung eröffnet die Sitzung auf der Konsole; vorher wird nichts aufgenommen.",
  ],
  kitsHeard: ["The kits are heard.", "Az eszközök hallhatók.", "Die Geräte sind zu hören."],
  noKitHeard: [
    "No kit is heard. Switch a kit on and check that it is in the hub’s network.",
    "Egy eszköz sem hallható. Kapcsoljon be egyet, és ellenőrizze, hogy a hub hálózatán van-e.",
    "Kein Gerät ist zu hören. Schalten Sie eines ein und prüfen Sie, ob es im Netz des Hubs ist.",
  ],
  heardCount: [
    (count) => `${count} heard`, (count) => `${count} hallható`, (count) => `${count} zu hören`,
  ],
  heardNow: ["heard now", "most hallható", "jetzt zu hören"],
  boxNotReady: [
    "named as a button box, behaves as a kit", "a neve gombdobozé, de eszközként viselkedik", "heißt wie eine Tastenbox, verhält sich wie ein Gerät",
  ],
  boxReady: ["button box ready", "gombdoboz kész", "Tastenbox bereit"],
  // how to read it
  help: ["How to read this page", "Hogyan olvassa ezt az oldalt", "Wie diese Seite zu lesen ist"],
  helpPhases: ["Phases", "Fázisok", "Phasen"],
  helpPhasesText: [
    "A Balint group discusses one case in a fixed order of phases. The leader presses when each begins; the shaded bands in the curve are these phases. Where a name has no room, its number stands there.",
    "A Balint-csoport egy esetet megszabott sorrendű fázisokban beszél meg. A vezető gombot nyom, amikor egy fázis kezdődik; a görbe árnyékolt sávjai ezek a fázisok. Ahol egy név nem fér el, a száma áll ott.",
    "Eine Balint-Gruppe bespricht einen Fall in festgelegten Phasen. Die Leitung drückt, wenn eine beginnt; die schattierten Bänder in der Kurve sind diese Phasen. Wo ein Name keinen Platz hat, steht seine Nummer.",
  ],
  helpArousal: ["Arousal", "Arousal", "Arousal"],
  helpArousalText: [
    "From pulse and skin conductance, each seat against its own rest, a phase within the session; 0 is like at rest, 1 is one spread above. It is exploratory, and not a score: a calm group may be avoiding its case.",
    "A pulzusból és a bőrvezetésből, minden szék a saját nyugalmához képest, amely az ülés egyik fázisa; 0: mint nyugalomban, 1: egy szórásnyival fölötte. Feltáró jellegű, nem osztályzat: egy nyugodt csoport talán kerüli az esetét.",
    "Aus Puls und Hautleitwert, jeder Platz gegen seine eigene Ruhe, eine Phase der Sitzung; 0 ist wie in Ruhe, 1 eine Streuung darüber. Es ist explorativ und keine Note: eine ruhige Gruppe weicht ihrem Fall vielleicht aus.",
  ],
  helpSignal: ["Signal", "Jel", "Signal"],
  helpSignalText: [
    "How much of the last minute could be used. A figure is withheld rather than guessed where it is too little.",
    "Az utolsó perc mekkora része volt használható. Ahol túl kevés, ott az érték inkább elmarad, mint hogy becsült legyen.",
    "Wie viel der letzten Minute brauchbar war. Wo es zu wenig ist, wird ein Wert zurückgehalten statt geraten.",
  ],
  helpStored: ["Expected, stored", "Várt, tárolt", "Erwartet, gespeichert"],
  helpStoredText: [
    "Pulse samples that the sensor took since its seat was given, and those that are safe on the hub’s disk.",
    "Pulzusminták, amelyeket az érzékelő a szék kiosztása óta vett, és amelyek a hub lemezén biztonságban vannak.",
    "Pulsmessungen des Sensors, seit sein Platz vergeben ist, und die, die auf dem Speicher des Hubs sicher sind.",
  ],
  helpLost: ["Late, lost", "Késett, elveszett", "Verspätet, verloren"],
  helpLostText: [
    "Late: more than five seconds on the way, and filled in. Lost: gone for good, and counted.",
    "Késett: öt másodpercnél tovább volt úton, és pótlódott. Elveszett: végleg hiányzik, és számon van tartva.",
    "Verspätet: mehr als fünf Sekunden unterwegs, und nachgetragen. Verloren: endgültig weg, und gezählt.",
  ],
  helpClock: ["Clock", "Óra", "Uhr"],
  helpClockText: [
    "How far a sample’s time may be wrong at most; “settling” until it is below 10 ms.",
    "Legfeljebb ennyit tévedhet egy minta ideje; „beáll”, amíg 10 ms alá nem kerül.",
    "So weit kann die Zeit einer Messung höchstens falsch sein; „stellt sich ein“, bis es unter 10 ms ist.",
  ],
  helpMemory: ["Memory", "Memória", "Speicher"],
  helpMemoryText: [
    "How full the kit’s own memory is. It fills while the network is gone, and empties after.",
    "Mennyire telt meg az eszköz saját memóriája. Hálózat nélkül telik, utána kiürül.",
    "Wie voll der eigene Speicher des Geräts ist. Er füllt sich, solange das Netz weg ist, und leert sich danach.",
  ],
};

/** texts("hu").presents(3), texts("hu").number(0.25, 2) */
export function texts(language) {
  const number = (value, digits = 0) => written(language, { minimumFractionDigits: digits, maximumFractionDigits: digits }, value);
  const share = (value) => written(language, { maximumSignificantDigits: 2 }, value);
  return { ...inLanguage(TEXTS, language), number, share };
}

const written = (language, digits, value) => new Intl.NumberFormat(language, digits).format(value);
