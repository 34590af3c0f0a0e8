// The commonest troubles in the page's language, by the hub's code; the hub itself says them, and all others, in
// English, with the addresses and numbers that belong to them.

const KEPT = {
  hu: "Az eszközök megőrzik, amit rögzítenek, és később elküldik.",
  de: "Die Geräte bewahren, was sie aufnehmen, und senden es später.",
};

export const HU = {
  unheard: {
    what: "A hub nem válaszol.",
    kept: "Amit a hub rögzített, a lemezén biztonságban van.",
    do: "Ellenőrizze, hogy ez az eszköz a hub hálózatán van-e; az oldal magától újra próbálkozik.",
  },
  broker: {
    what: "A hub nem éri el az MQTT-brókert.", kept: KEPT.hu,
    do: "Indítsa el a brókert, vagy javítsa a broker_host és a broker_port beállítást.",
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
  "influxdb-away": {
    what: "Az InfluxDB nem érhető el.",
    kept: "Minden: a napló folytatódik, és az InfluxDB később abból pótlódik.",
    do: "Indítsa el, vagy javítsa az influx_url beállítást; a hub magától újra próbálkozik.",
  },
  "influxdb-back": { what: "Az InfluxDB újra felveszi az eredményeket." },
};

export const DE = {
  unheard: {
    what: "Der Hub antwortet nicht.",
    kept: "Was der Hub aufgenommen hat, ist auf seinem Speicher sicher.",
    do: "Prüfen Sie, ob dieses Gerät im Netz des Hubs ist; die Seite versucht es von selbst wieder.",
  },
  broker: {
    what: "Der Hub erreicht den MQTT-Broker nicht.", kept: KEPT.de,
    do: "Starten Sie den Broker, oder berichtigen Sie broker_host und broker_port.",
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
  "influxdb-away": {
    what: "InfluxDB ist nicht zu erreichen.",
    kept: "Alles: die Aufnahme geht weiter, und InfluxDB wird später daraus gefüllt.",
    do: "Starten Sie es, oder berichtigen Sie influx_url; der Hub versucht es von selbst wieder.",
  },
  "influxdb-back": { what: "InfluxDB nimmt die Ergebnisse wieder an." },
};
