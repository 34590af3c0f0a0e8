// The hub's troubles and refusals in the page's language, by its code (of InfluxDB's the commonest, by their form); the hub itself
// says them in English, with the names and numbers that belong to them.

const KEPT = {
  hu: "Az eszközök megőrzik, amit rögzítenek, és később elküldik.",
  de: "Die Geräte bewahren, was sie aufnehmen, und senden es später.",
};

export const HU = {
  "no link": {
    what: "Ehhez az oldalhoz az a hivatkozás kell, amelyet a hub induláskor kiírt.", kept: "Semmi sem változott.",
    do: "Azzal a hivatkozással nyissa meg a konzolt: a hub termináljában van, vagy abban, amit a „docker compose logs hub” "
      + "kiír, és csak ehhez a teremhez jó.",
  },
  "no session": {
    what: "Ezen a hubon nincs ilyen nevű ülés.", kept: "Semmi sem változott.",
    do: "Töltse újra az oldalt, és válasszon a meglévő ülések közül.",
  },
  "no protocol": {
    what: "A hubon nincs ilyen nevű protokoll.", kept: "Nem nyílt meg semmi.",
    do: "Töltse újra az oldalt, és válasszon egyet a listából.",
  },
  "session open": {
    what: "Ebben a teremben már tart egy ülés.", kept: "Nem nyílt meg semmi; ami fut, folytatódik.",
    do: "Előbb zárja le, vagy folytassa azt, a terem konzolján.",
  },
  "no room": {
    what: "A lemezen nincs hely egy új ülésnek.", kept: "Nem nyílt meg semmi; a többi ülés folytatódik.",
    do: "Szabadítson fel helyet a lemezen (vagy csökkentse a reserve_mb értékét), majd nyissa meg újra.",
  },
  "slow disk": {
    what: "A hub lemeze nem válaszolt idejében.",
    kept: "Nem tudni, hogy ez tárolódott-e; ha újra elküldik, abból nem lesz baj.",
    do: "Próbálja újra; ha ez ismétlődik, nézzen utána a lemeznek.",
  },
  press: {
    what: "Egy jelölést a hub nem vett fel: nem tudja olvasni.", kept: "Minden más jelölés megmarad.",
    do: "Nyomja meg újra; ha ez ismétlődik, töltse újra az oldalt.",
  },
  "box on seat": {
    what: "Egy jelölést a hub nem vett fel: ez egy gombdoboz neve, nem eszközé.", kept: "Minden más jelölés megmarad.",
    do: "Adjon a széknek egy eszközt, vagy az eszköznek más nevet a config.json fájljában.",
  },
  "too many": {
    what: "Ebben az ülésben már túl sok a bejegyzés.", kept: "Minden korábbi megmarad; a felvétel folytatódik.",
    do: "Zárja le az ülést, és nyisson egy másikat.",
  },
  "many turns": {
    what: "Ebben az ülésben már túl sok a bejegyzés: azt, hogy ki beszél, és további jelöléseket a hub nem vesz fel.",
    kept: "Minden korábbi megmarad; a felvétel folytatódik.",
    do: "Folytassa a fázisokkal, az esethozókkal és a javításokkal: ezeknek van még hely. Ha minden megszólalás kell, "
      + "zárja le az ülést, és nyisson egy másikat.",
  },
  unread: {
    what: "A hub nem tudja olvasni, amit ez az oldal küldött.", kept: "Semmi sem változott.",
    do: "Töltse újra az oldalt, és próbálja újra.",
  },
  unheard: {
    what: "A hub nem válaszol.",
    kept: "Amit a hub rögzített, a lemezén biztonságban van.",
    do: "Ellenőrizze, hogy ez az eszköz a hub hálózatán van-e; az oldal magától újra próbálkozik.",
  },
  full: {
    what: "Már túl sok oldal követi az üléseket.", kept: "A felvétel változatlanul folytatódik.",
    do: "Zárjon be egy oldalt, amelyet senki sem néz; ez magától újra próbálkozik.",
  },
  rush: {
    what: "Ebben a pillanatban túl sok oldalt nyitnak meg.", kept: "A felvétel változatlanul folytatódik.",
    do: "Várjon: ez az oldal magától újra próbálkozik.",
  },
  broker: {
    what: "A hub nem éri el az MQTT-brókert.", kept: KEPT.hu,
    do: "A gép gondozója indítsa el a brókert a docs/deploy.md szerint (a puszta mosquittót az eszközök nem érik el), "
      + "vagy javítsa a broker_host és a broker_port beállítást; ha a bróker elutasítja a hubot, a broker_user és a "
      + "broker_password_file beállítást.",
  },
  disk: {
    what: "A hub lemeze nem veszi fel, amit írni kell: talán megtelt.",
    kept: "Amit a hub nyugtázott, a lemezen van; a többit az eszközök és a konzolok őrzik.",
    do: "Szabadítson fel helyet a lemezen; a felvétel magától folytatódik.",
  },
  reserve: {
    what: "A lemez majdnem megtelt: az ülésnek fenntartott hely már használatban van.",
    kept: "Amit a hub nyugtázott, a lemezen van, és a felvétel folytatódik.",
    do: "Most szabadítson fel helyet a lemezen; a hub újra lefoglalja, amint van.",
  },
  protocol: {
    what: "Egy protokoll nem használható: hibás a fájlja.",
    kept: "Minden más protokoll használható, és ami fut, folytatódik.",
    do: "Javítsa a fájlt; a hub újra beolvassa, amikor a konzolt megnyitják.",
  },
  session: {
    what: "A hub egy korábbi ülést nem tud folytatni.", kept: "A fájl változatlan.",
    do: "Másolja le a mappáját, majd futtassa rajta: stillpoint verify.",
  },
  hub: {
    what: "A hub maga hibázott.", kept: "Amit a hub nyugtázott, a lemezen van.",
    do: "Jelezze a készítőknek, a hub naplójával együtt.",
  },
  journal: {
    what: "Egy ülés naplója nem nyitható meg.",
    kept: "Amit a hub nem nyugtázott, az eszközök őrzik.",
    do: "Nézzen utána a lemeznek; a hub magától újra próbálkozik.",
  },
  "frames lost": {
    what: "Egy eszköz adatainak egy része végleg elveszett.",
    kept: "Minden, ami előtte és utána volt.",
    do: "A kihagyás idejét a stillpoint verify mondja meg. Hatókörön kívül volt az eszköz?",
  },
  "no seat": {
    what: "Egy eszköz olyankor is rögzített, amikor nem tartozott székhez; ezek az adatok nem maradtak meg.",
    kept: "Amit a székén rögzített, megmaradt.", do: "Semmi: ez így van rendjén.",
  },
  "foreign session": {
    what: "Egy eszköz olyan üléshez küld adatot, amelyet ez a hub nem ismer.",
    kept: "Ebből semmi: nincs ülés, amelyhez tartozna.",
    do: "Ha a hub adatmappáját kicserélték, tegye vissza a megfelelőt.",
  },
  "bad message": {
    what: "Egy érkezett üzenet nem olvasható.", kept: "Minden jó üzenet megmarad; ebből semmi.",
    do: "Keressen idegen vagy hibás küldőt ezen a brókeren.",
  },
  "no box": {
    what: "Egy eszköz gombdobozként viselkedik, pedig a neve szerint nem az.",
    kept: "A fázisok úgy maradnak, ahogyan a vezető megnyomta őket; ennek a gombjai nem számítanak.",
    do: "Ha az Ön gombdoboza: legyen a neve box vagy box-1 … box-99, a felhasználója box (docs/deploy.md, Kits). Ha nem, "
      + "nézze meg, ki viseli.",
  },
  "no role": {
    what: "Egy eszköznek gombdoboz a neve, és nem gombdobozként viselkedik.",
    kept: "Más gombdobozok jelölései. Ettől az eszköztől semmi: egyik széken sincs.",
    do: "Ha az Ön gombdoboza: a config.json fájljában a role legyen box. Ha valaki viseli: kapjon eszköznevet és a kit "
      + "felhasználót (docs/deploy.md, Kits).",
  },
  twin: {
    what: "Két eszköznek ugyanaz a neve: felváltva küldenek.",
    kept: "Minden, amit küldenek, egy naplóban; egy széken ez két test egyben.",
    do: "Az egyiket most kapcsolja ki, és a config.json fájljában adjon neki saját nevet (kit). Ennek a széknek az értékeit "
      + "arra az időre, amíg mindkettő működött, ne használja.",
  },
  namesake: {
    what: "Egy másik teremben van egy eszköz ugyanezzel a névvel: felváltva küldenek.",
    kept: "Amit küldenek, a saját termükben. A bróker egy névből egyszerre csak egyet hallgat meg, a másikat kidobja: "
      + "mindkettő adatai késve érkeznek, végül kihagyásokkal.",
    do: "Az egyiket most kapcsolja ki, és a config.json fájljában adjon neki saját nevet (kit).",
  },
  converter: {
    what: "Egy eszközben 12 bites átalakító van: ADS1115-ként eladott ADS1015.",
    kept: "Minden adata; a bőrvezetés 0,02 µS-os lépésekben változik, 0,00125 helyett.",
    do: "Ennek a széknek a kis válaszait ne értékelje; tegyen az eszközbe valódi ADS1115-öt.",
  },
  "clock step": {
    what: "A gép óráját átállították.",
    kept: "A hub ideje változatlanul halad: egyetlen minta sem mozdult el.",
    do: "Most semmi. A következő ülés a gép idejét veszi át, ha akkor más ülés nem tart.",
  },
  "clock step or sleep": {
    what: "A gép aludt, vagy az óráját előreállították.",
    kept: "Minden, amit a hub rögzített. Ha a gép aludt, a hub ideje addig állt: ami most érkezik, ennyivel korábbra kerül.",
    do: "Ha aludt: jegyezze fel, mikor, és gondoskodjon arról, hogy ülés közben ébren maradjon (hálózati tápról, nyitott "
      + "fedéllel). A következő ülés a gép idejét veszi át.",
  },
  "clock not set": {
    what: "A gép órája nincs beállítva.",
    kept: "A minták egymáshoz képest a helyükön vannak, a naptárban nem.",
    do: "Állítsa be az órát (például a hálózatra csatlakoztatva): a következő ülés már az idejét veszi át.",
  },
  "clock behind": {
    what: "A gép ülés közben újraindult, és az órája késik: olyan időt mutat, amely az ülésben már elmúlt.",
    kept: "Minden, amit a hub rögzített, a maga sorrendjében: a hub ideje az utolsó ismert pillanat után folytatódik.",
    do: "Jegyezze fel, mennyi ideig nem működött a gép: amíg nem jelentkezik egy eszköz, amely már korábban is hallotta a "
      + "hubot, minden ennyivel korábbra kerül.",
  },
  "clock moved on": {
    what: "A gép ülés közben újraindult. Hogy mennyi ideig nem működött, azt egy eszköz órája mutatja; a hub ideje "
      + "ennyivel előrelépett.",
    kept: "Minden, amit a hub rögzített; a korábbi és a mostani idők körülbelül egy másodpercre egyeznek.",
    do: "Nézze meg az utolsó perc megnyomásait: amelyek az eszköz jelentkezése előtt történtek, túl korábbra kerültek.",
  },
  course: {
    what: "Az ülés egyik bejegyzése nem olvasható.",
    kept: "A sor a naplóban marad; a fázisokra nincs hatása.",
    do: "Ha egy megnyomás hiányzik, szúrja be a konzolon.",
  },
  "damaged row": {
    what: "A napló egyik sora nem olvasható.", kept: "A sor, ahogyan érkezett.",
    do: "Futtassa az ülésen: stillpoint verify.",
  },
  "impossible samples": {
    what: "Egy eszköz olyan mintákat küldött, amelyek későbbiek, mint az érkezésük.",
    kept: "Az adatok, ahogyan érkeztek; az eredményekben nincs helyük.",
    do: "Keressen egy második eszközt, amely ugyanezt a nevet viseli.",
  },
  digest: {
    what: "A lemez nem veszi fel az ülés ujjlenyomatát.",
    kept: "Minden eredmény; az ujjlenyomat egy későbbi perccel együtt íródik ki.",
    do: "Szabadítson fel helyet a lemezen.",
  },
  "digest differs": {
    what: "Az ülés egyik perce újraolvasva más eredményt adott.", kept: "A napló, hiánytalanul.",
    do: "Az ülés lezárása után futtassa rajta: stillpoint replay.",
  },
  "not worked out": {
    what: "Ennek az ülésnek az eredményei megálltak: sérült fájl vagy a hub hibája miatt.",
    kept: "Maga a felvétel, amely folytatódik.", do: "Jelezze a készítőknek, a hub naplójával együtt.",
  },
  "influxdb-away": {
    what: "Az InfluxDB nem érhető el.",
    kept: "Minden: a napló folytatódik, és az InfluxDB később abból pótlódik.",
    do: "Indítsa el, vagy javítsa az influx_url beállítást; a hub magától újra próbálkozik.",
  },
  "influxdb-occupied": {
    what: "Egy parancs már fél perce írja ezt az ülést az InfluxDB-be, vagy töröl belőle egy széket.",
    kept: "Minden: a napló folytatódik, és az InfluxDB később abból pótlódik.",
    do: "Várja meg, amíg véget ér; ha leállították (Ctrl-Z), a termináljában az fg folytatja. A hub magától újra próbálkozik.",
  },
  "influxdb-unsummed": {
    what: "Amit csak az egész ülés mond meg, azt nem sikerült kiszámítani: az InfluxDB-ben nincs meg, vagy az utolsó javítás "
      + "előtti van ott.",
    kept: "A napló, és minden más, ami az ülésről az InfluxDB-ben van.",
    do: "Nézze meg a hub naplójában, miért (docs/deploy.md: mennyi memória kell hozzá); a hub a következő indulásakor újra "
      + "próbálja, a „stillpoint replay SESSION --influx” azonnal.",
  },
  "influxdb-back": { what: "Az InfluxDB újra felveszi az eredményeket." },
};

export const DE = {
  "no link": {
    what: "Diese Seite braucht den Link, den der Hub beim Start ausgegeben hat.", kept: "Nichts wurde geändert.",
    do: "Öffnen Sie die Konsole mit diesem Link: er steht im Terminal des Hubs oder in dem, was „docker compose logs hub“ "
      + "ausgibt, und gilt nur für diesen Raum.",
  },
  "no session": {
    what: "Auf diesem Hub gibt es keine Sitzung dieses Namens.", kept: "Nichts wurde geändert.",
    do: "Laden Sie die Seite neu, und wählen Sie eine der Sitzungen, die es gibt.",
  },
  "no protocol": {
    what: "Der Hub hat kein Protokoll dieses Namens.", kept: "Es wurde nichts eröffnet.",
    do: "Laden Sie die Seite neu, und wählen Sie eines aus der Liste.",
  },
  "session open": {
    what: "In diesem Raum läuft schon eine Sitzung.", kept: "Es wurde nichts eröffnet; was läuft, geht weiter.",
    do: "Beenden Sie sie zuerst, oder machen Sie mit ihr weiter, auf der Konsole dieses Raums.",
  },
  "no room": {
    what: "Auf dem Speicher ist kein Platz für eine Sitzung.", kept: "Es wurde nichts eröffnet; andere Sitzungen gehen weiter.",
    do: "Schaffen Sie Platz auf dem Speicher (oder senken Sie reserve_mb), und eröffnen Sie sie dann noch einmal.",
  },
  "slow disk": {
    what: "Der Speicher des Hubs hat nicht rechtzeitig geantwortet.",
    kept: "Ob dies gespeichert wurde, ist nicht bekannt; es noch einmal zu senden, schadet nicht.",
    do: "Versuchen Sie es noch einmal; kommt es wieder, so sehen Sie nach dem Speicher.",
  },
  press: {
    what: "Eine Angabe wurde nicht angenommen: der Hub kann sie nicht lesen.", kept: "Alle anderen Angaben.",
    do: "Drücken Sie noch einmal; kommt es wieder, so laden Sie die Seite neu.",
  },
  "box on seat": {
    what: "Eine Angabe wurde nicht angenommen: so heißt eine Tastenbox und kein Gerät.", kept: "Alle anderen Angaben.",
    do: "Geben Sie dem Platz ein Gerät, oder dem Gerät einen anderen Namen in seiner config.json.",
  },
  "too many": {
    what: "Diese Sitzung hat schon zu viele Einträge.", kept: "Alles, was vorher gesagt wurde; die Aufnahme geht weiter.",
    do: "Beenden Sie die Sitzung, und eröffnen Sie eine andere.",
  },
  "many turns": {
    what: "Diese Sitzung hat schon zu viele Einträge: wer spricht, und weitere Markierungen nimmt der Hub nicht mehr auf.",
    kept: "Alles, was vorher gesagt wurde; die Aufnahme geht weiter.",
    do: "Fahren Sie fort mit Phasen, mit dem, wer vorstellt, und mit Berichtigungen: dafür ist noch Platz. Soll jede "
      + "Wortmeldung dabei sein, so beenden Sie die Sitzung, und eröffnen Sie eine andere.",
  },
  unread: {
    what: "Der Hub kann nicht lesen, was diese Seite gesendet hat.", kept: "Nichts wurde geändert.",
    do: "Laden Sie die Seite neu, und versuchen Sie es noch einmal.",
  },
  unheard: {
    what: "Der Hub antwortet nicht.",
    kept: "Was der Hub aufgenommen hat, ist auf seinem Speicher sicher.",
    do: "Prüfen Sie, ob dieses Gerät im Netz des Hubs ist; die Seite versucht es von selbst wieder.",
  },
  full: {
    what: "Schon zu viele Seiten sehen zu.", kept: "Die Aufnahme geht weiter wie zuvor.",
    do: "Schließen Sie eine Seite, die niemand ansieht; diese versucht es von selbst wieder.",
  },
  rush: {
    what: "Gerade werden zu viele Seiten geöffnet.", kept: "Die Aufnahme geht weiter wie zuvor.",
    do: "Warten Sie: diese Seite versucht es von selbst wieder.",
  },
  broker: {
    what: "Der Hub erreicht den MQTT-Broker nicht.", kept: KEPT.de,
    do: "Wer den Rechner betreut: den Broker starten, wie es in docs/deploy.md steht (nicht mosquitto allein, das die "
      + "Geräte nicht erreichen), oder broker_host und broker_port berichtigen; weist der Broker den Hub ab, broker_user und "
      + "broker_password_file.",
  },
  disk: {
    what: "Der Speicher des Hubs nimmt nicht auf, was zu schreiben ist: er ist vielleicht voll.",
    kept: "Was der Hub bestätigt hat, ist gespeichert; den Rest bewahren Geräte und Konsolen.",
    do: "Schaffen Sie Platz auf dem Speicher; die Aufnahme geht von selbst weiter.",
  },
  reserve: {
    what: "Der Speicher ist fast voll: der Platz, der für die Sitzung frei bleibt, wird schon gebraucht.",
    kept: "Was der Hub bestätigt hat, ist gespeichert, und die Aufnahme geht weiter.",
    do: "Schaffen Sie jetzt Platz auf dem Speicher; sobald welcher da ist, hält der Hub ihn wieder frei.",
  },
  protocol: {
    what: "Ein Protokoll ist nicht zu gebrauchen: seine Datei hat einen Fehler.",
    kept: "Alle anderen Protokolle sind zu gebrauchen, und was läuft, geht weiter.",
    do: "Berichtigen Sie die Datei; der Hub liest sie neu, wenn die Konsole geöffnet wird.",
  },
  session: {
    what: "Der Hub kann eine frühere Sitzung nicht fortsetzen.", kept: "Die Datei ist unverändert.",
    do: "Kopieren Sie ihren Ordner, und führen Sie darauf stillpoint verify aus.",
  },
  hub: {
    what: "Der Hub selbst hat einen Fehler gemacht.", kept: "Was der Hub bestätigt hat, ist gespeichert.",
    do: "Melden Sie es den Herstellern, mit dem Log des Hubs.",
  },
  journal: {
    what: "Die Aufzeichnung einer Sitzung lässt sich nicht öffnen.",
    kept: "Was der Hub nicht bestätigt hat, bewahren die Geräte.",
    do: "Sehen Sie nach dem Speicher; der Hub versucht es von selbst wieder.",
  },
  "frames lost": {
    what: "Ein Teil der Daten eines Geräts ist endgültig verloren.",
    kept: "Alles, was davor und danach war.",
    do: "Wann die Lücke war, sagt stillpoint verify. War das Gerät außer Reichweite?",
  },
  "no seat": {
    what: "Ein Gerät hat aufgenommen, während es zu keinem Platz gehörte; diese Daten wurden nicht behalten.",
    kept: "Was es auf seinem Platz aufgenommen hat.", do: "Nichts: so soll es sein.",
  },
  "foreign session": {
    what: "Ein Gerät sendet Daten einer Sitzung, die dieser Hub nicht kennt.",
    kept: "Nichts davon: es gibt keine Sitzung, zu der sie gehören.",
    do: "Wurde der Datenordner des Hubs vertauscht, so bringen Sie den richtigen zurück.",
  },
  "bad message": {
    what: "Eine Nachricht ist nicht zu lesen.", kept: "Alle guten Nachrichten; von dieser nichts.",
    do: "Suchen Sie einen fremden oder fehlerhaften Sender an diesem Broker.",
  },
  "no box": {
    what: "Ein Gerät verhält sich wie eine Tastenbox und ist nach seinem Namen keine.",
    kept: "Die Phasen, wie die Leitung sie gedrückt hat; seine Tasten zählen nicht.",
    do: "Ist es Ihre Tastenbox: nennen Sie sie box oder box-1 bis box-99, mit dem Benutzer box (docs/deploy.md, Kits). "
      + "Wenn nicht, sehen Sie nach, wer es trägt.",
  },
  "no role": {
    what: "Ein Gerät heißt wie eine Tastenbox und verhält sich nicht so.",
    kept: "Was auf anderen Tastenboxen gedrückt wird. Von diesem Gerät nichts: es ist auf keinem Platz.",
    do: "Ist es Ihre Tastenbox: in ihrer config.json muss role box sein. Trägt es jemand: geben Sie ihm den Namen eines "
      + "Geräts und den Benutzer kit (docs/deploy.md, Kits).",
  },
  twin: {
    what: "Zwei Geräte haben denselben Namen und senden abwechselnd.",
    kept: "Alles, was beide senden, in einer Aufzeichnung; auf einem Platz sind es zwei Körper in einem.",
    do: "Schalten Sie eines jetzt aus, und geben Sie ihm in seiner config.json einen eigenen Namen (kit). Verwenden Sie die "
      + "Werte dieses Platzes für die Zeit nicht, in der beide an waren.",
  },
  namesake: {
    what: "In einem anderen Raum heißt ein Gerät ebenso: beide senden abwechselnd.",
    kept: "Was jedes sendet, in seinem eigenen Raum. Der Broker hört von einem Namen nur eines und wirft das andere "
      + "hinaus: beider Daten kommen spät und am Ende mit Lücken.",
    do: "Schalten Sie eines jetzt aus, und geben Sie ihm in seiner config.json einen eigenen Namen (kit).",
  },
  converter: {
    what: "Ein Gerät hat einen Wandler mit 12 Bit: einen ADS1015, der als ADS1115 verkauft wurde.",
    kept: "Alle seine Daten; die Hautleitfähigkeit geht in Schritten von 0,02 µS statt 0,00125.",
    do: "Werten Sie kleine Reaktionen dieses Platzes nicht; geben Sie dem Gerät einen echten ADS1115.",
  },
  "clock step": {
    what: "Die Uhr des Rechners wurde verstellt.",
    kept: "Die Zeit des Hubs geht weiter wie zuvor: keine Messung hat sich verschoben.",
    do: "Jetzt nichts. Die nächste Sitzung nimmt die Zeit des Rechners, wenn dann keine andere läuft.",
  },
  "clock step or sleep": {
    what: "Der Rechner hat geschlafen, oder seine Uhr wurde vorgestellt.",
    kept: "Alles, was aufgenommen wurde. Hat er geschlafen, so stand die Zeit des Hubs: was jetzt kommt, steht um so viel zu "
      + "früh.",
    do: "Hat er geschlafen: notieren Sie, wann, und sorgen Sie dafür, dass er in einer Sitzung wach bleibt (am Netz, "
      + "aufgeklappt). Die nächste Sitzung nimmt die Zeit des Rechners.",
  },
  "clock not set": {
    what: "Die Uhr des Rechners ist nicht gestellt.",
    kept: "Messungen stehen untereinander richtig, aber nicht im Kalender.",
    do: "Stellen Sie die Uhr (etwa über das Netz): die nächste Sitzung nimmt ihre Zeit.",
  },
  "clock behind": {
    what: "Der Rechner ist mitten in der Sitzung neu gestartet, und seine Uhr geht nach: sie zeigt eine Zeit, die in der "
      + "Sitzung schon war.",
    kept: "Alles, was aufgenommen wurde, in seiner Reihenfolge: die Zeit des Hubs geht nach dem letzten bekannten Moment weiter.",
    do: "Notieren Sie, wie lange der Rechner aus war: bis sich ein Gerät meldet, das den Hub schon vorher gehört hat, steht "
      + "alles um so viel zu früh.",
  },
  "clock moved on": {
    what: "Der Rechner ist mitten in der Sitzung neu gestartet. Wie lange er aus war, sagt die Uhr eines Geräts; die Zeit des "
      + "Hubs wurde um so viel vorgerückt.",
    kept: "Alles, was aufgenommen wurde; die Zeiten davor und jetzt stimmen auf etwa eine Sekunde überein.",
    do: "Sehen Sie nach, was in der letzten Minute gedrückt wurde: bevor das Gerät sich meldete, steht es zu früh.",
  },
  course: {
    what: "Ein Eintrag der Sitzung ist nicht zu lesen.",
    kept: "Die Zeile bleibt in der Aufzeichnung; auf die Phasen wirkt sie nicht.",
    do: "Fehlt ein Tastendruck, so fügen Sie ihn auf der Konsole ein.",
  },
  "damaged row": {
    what: "Eine Zeile der Aufzeichnung ist nicht zu lesen.", kept: "Die Zeile, wie sie kam.",
    do: "Führen Sie auf der Sitzung stillpoint verify aus.",
  },
  "impossible samples": {
    what: "Ein Gerät hat Messungen gesendet, die später wären als ihre Ankunft.",
    kept: "Die Daten, wie sie kamen; in den Ergebnissen haben sie keinen Platz.",
    do: "Suchen Sie ein zweites Gerät mit demselben Namen.",
  },
  digest: {
    what: "Der Speicher nimmt den Fingerabdruck der Sitzung nicht auf.",
    kept: "Alle Ergebnisse; er wird mit dem einer späteren Minute geschrieben.",
    do: "Schaffen Sie Platz auf dem Speicher.",
  },
  "digest differs": {
    what: "Eine Minute der Sitzung hat beim erneuten Lesen etwas anderes ergeben.",
    kept: "Die Aufzeichnung, ganz.",
    do: "Führen Sie nach dem Ende der Sitzung stillpoint replay auf ihr aus.",
  },
  "not worked out": {
    what: "Die Ergebnisse dieser Sitzung enden hier: eine beschädigte Datei oder ein Fehler des Hubs.",
    kept: "Die Aufnahme selbst, die weitergeht.", do: "Melden Sie es den Herstellern, mit dem Log des Hubs.",
  },
  "influxdb-away": {
    what: "InfluxDB ist nicht zu erreichen.",
    kept: "Alles: die Aufnahme geht weiter, und InfluxDB wird später daraus gefüllt.",
    do: "Starten Sie es, oder berichtigen Sie influx_url; der Hub versucht es von selbst wieder.",
  },
  "influxdb-occupied": {
    what: "Ein Befehl schreibt diese Sitzung seit einer halben Minute nach InfluxDB oder löscht einen Platz daraus.",
    kept: "Alles: die Aufnahme geht weiter, und InfluxDB wird später daraus gefüllt.",
    do: "Lassen Sie ihn enden; wurde er angehalten (Strg-Z), so setzt fg in seinem Terminal ihn fort. Der Hub versucht es von "
      + "selbst wieder.",
  },
  "influxdb-unsummed": {
    what: "Was erst die ganze Sitzung ergibt, konnte nicht berechnet werden: InfluxDB hat es nicht oder so, wie es vor der "
      + "letzten Berichtigung war.",
    kept: "Die Aufzeichnung und alles andere, was InfluxDB von der Sitzung hat.",
    do: "Sehen Sie im Log des Hubs nach, warum (docs/deploy.md: wie viel Speicher es braucht); der Hub versucht es bei seinem "
      + "nächsten Start wieder, „stillpoint replay SESSION --influx“ sofort.",
  },
  "influxdb-back": { what: "InfluxDB nimmt die Ergebnisse wieder an." },
};
