"""The people of the demo: made-up names, reserved e-mail domains, addresses as their countries write them."""

from __future__ import annotations

from app.cli.demo.tables import Person, Place

MAYA = Person(
    "Maya",
    "Jones",
    "maya.jones@example.com",
    Place("418 Larkin Street", "San Francisco", "CA", "94102", "US", "Apt 5B"),
    "+1 415 555 0134",
)
THEO = Person(
    "Theo", "Brandt", "theo@example.com", Place("2206 NE Alberta Street", "Portland", "OR", "97211", "US")
)
GRACE = Person(
    "Grace",
    "Okafor",
    "grace.okafor@example.com",
    Place("77 Atlantic Avenue", "Brooklyn", "NY", "11201", "US"),
    "+1 718 555 0187",
)
LUIS = Person(
    "Luis",
    "Herrera Campos",
    "luis@example.org",
    Place("Avenida Álvaro Obregón 151", "Cuauhtémoc", "CDMX", "06700", "MX"),
)
AMELIE = Person(
    "Amélie",
    "Tremblay",
    "amelie@example.com",
    Place("1250 Rue Rachel Est", "Montréal", "QC", "H2J 2J9", "CA"),
)
OLIVER = Person(
    "Oliver",
    "Whitaker",
    "oliver.whitaker@example.com",
    Place("14 Marchmont Crescent", "Edinburgh", "", "EH9 1HN", "GB"),
    "+44 20 7946 0103",
)
HANNAH = Person(
    "Hannah", "Vogel", "hannah.vogel@example.org", Place("Oranienstraße 92", "Berlin", "", "10969", "DE")
)
CHLOE = Person(
    "Chloé", "Lefèvre", "chloe@example.com", Place("31 Rue de Bretagne", "Paris", "", "75003", "FR")
)
INGRID = Person(
    "Ingrid", "Sørlie", "ingrid@example.org", Place("Thorvald Meyers gate 40", "Oslo", "", "0555", "NO")
)
PRIYA = Person(
    "Priya",
    "Raman",
    "priya.raman@example.org",
    Place("22 Lavelle Road", "Bengaluru", "Karnataka", "560001", "IN"),
)
JACK = Person(
    "Jack", "Nguyen", "jack.nguyen@example.com", Place("9 Smith Street", "Fitzroy", "VIC", "3065", "AU")
)
DANA = Person(
    "Dana",
    "Whitfield",
    "dana@example.com",
    Place("3120 Harney Street", "Omaha", "NE", "68131", "US"),
    "+1 402 555 0119",
)
SAM = Person(
    "Sam",
    "Whitfield",
    "sam.whitfield@example.com",
    Place("615 Pearl Street", "Boulder", "CO", "80302", "US"),
)
NOOR = Person(
    "نور",
    "الهاشمي",
    "noor@example.net",
    Place("شارع العليا ١٢", "الرياض", "", "12211", "SA"),
)
LONG = Person(
    "Maximiliana Theodora Alexandrina Wilhelmine",
    "von Hohenstaufen-Sigmaringen und zu Schwarzburg-Sondershausen",
    "maximiliana.hohenstaufen@example.org",
    Place(
        "Donaudampfschifffahrtsgesellschaftskapitänsmützenstraße 1234",
        "Garmisch-Partenkirchen",
        "",
        "82467",
        "DE",
        "Hinterhaus, dritter Aufgang links, vierte Etage, bei der Familie Schwarzenberger klingeln",
    ),
)
ZOE = Person(
    "Zoë 🌊", "O’Brien-Núñez", "zoe@example.org", Place("5 Dame Court", "Dublin 2", "", "D02 TW84", "IE")
)

AOI = Person(
    "Aoi",
    "Tanaka",
    "aoi.tanaka@example.org",
    Place("1-14-5 Jingumae", "Shibuya-ku", "Tokyo", "150-0001", "JP"),
    "+81 3 5550 0142",
)
HARUTO = Person(
    "陽翔",
    "佐藤",
    "haruto@example.org",
    Place("四条通寺町東入2丁目御旅町35", "京都市下京区", "京都府", "600-8002", "JP"),
)
YUKI = Person(
    "Yuki", "Mori", "yuki@example.org", Place("2-3-8 Tenjin", "Fukuoka", "Fukuoka", "810-0001", "JP")
)
REN = Person(
    "Ren",
    "Watanabe",
    "ren@example.org",
    Place("3-12 Minami 1-jo Nishi", "Sapporo", "Hokkaido", "060-0061", "JP"),
)
MINJI = Person(
    "Min-ji",
    "Kim",
    "minji@example.net",
    Place("Wausan-ro 94", "Mapo-gu", "Seoul", "04066", "KR"),
)
WEI = Person("Wei", "Chen", "wei.chen@example.com", Place("28 Haji Lane", "Singapore", "", "189218", "SG"))
TALIA = Person(
    "טליה", "לוי", "talia@example.net", Place("רחוב דיזנגוף 112", "תל אביב-יפו", "", "6433222", "IL")
)
