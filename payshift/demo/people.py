"""Who lives in the demo: businesses that post shifts, workers with their trades, and staff."""

from dataclasses import dataclass

from payshift.demo.places import ABUJA, LAGOS, Place

DOMAIN = "demo.payshift.example"
# The one password of every demo account, printed by `populate_demo` and named in the README.
PASSWORD = "Ofada-rice-2026"  # noqa: S105

CLIENT_EMAIL = f"client@{DOMAIN}"
WORKER_EMAIL = f"worker@{DOMAIN}"
STAFF_EMAIL = f"staff@{DOMAIN}"


@dataclass(frozen=True, slots=True)
class Person:
    first_name: str
    last_name: str
    home: Place
    bio: str = ""
    # Slugs of trades.
    skills: tuple[str, ...] = ()
    email: str = ""

    @property
    def address(self) -> str:
        return self.email or f"{self.first_name}.{self.last_name}@{DOMAIN}".lower().replace(" ", "")

    @property
    def city(self) -> tuple[Place, ...]:
        return LAGOS if self.home in LAGOS else ABUJA


CLIENTS = (
    Person("Chidi", "Okonkwo", LAGOS[0], "Runs restaurants and outdoor catering in Ikeja.", email=CLIENT_EMAIL),
    Person("Folake", "Adeyemi", LAGOS[1], "Event planner: weddings, owambe and product launches."),
    Person("Emeka", "Nwosu", LAGOS[7], "Haulage and warehousing at Apapa port."),
    Person("Bukola", "Ogunleye", LAGOS[3], "Cleaning and facility services on the island."),
    Person("Tunde", "Bakare", LAGOS[8], "Wholesale fabrics and household goods, Balogun."),
    Person("Hadiza", "Bello", ABUJA[2], "Hotel operations manager in Maitama."),
    Person("Musa", "Danjuma", ABUJA[4], "Conferences and security for events in Abuja."),
    Person("Ngozi", "Eze", ABUJA[1], "Retail stores in Jabi and Wuse."),
)
WORKERS = (
    Person("Wale", "Adebayo", LAGOS[5], "Waiter and bartender for six years.", ("waiter", "bartender"), WORKER_EMAIL),
    Person("Ada", "Obi", LAGOS[3], "Usher and front of house.", ("usher", "waiter", "hotel-receptionist")),
    Person("Sade", "Akinola", LAGOS[6], "Cook: rice dishes, grills, small chops.", ("cook", "small-chops-maker")),
    Person("Ifeanyi", "Okeke", LAGOS[7], "Loader and forklift operator.", ("loader", "forklift-operator")),
    Person("Blessing", "Effiong", LAGOS[9], "Cashier, quick and exact.", ("cashier", "sales-assistant")),
    Person("Segun", "Ojo", LAGOS[0], "Set-up crew, sound and light.", ("event-set-up-crew", "loader")),
    Person("Chioma", "Nnadi", LAGOS[1], "Usher and registration desk.", ("usher", "cashier")),
    Person("Kunle", "Fashola", LAGOS[11], "Licensed security guard.", ("security-guard", "event-security")),
    Person("Titilayo", "Ajayi", LAGOS[13], "Office and post-construction cleaning.", ("office-cleaner", "housekeeper")),
    Person("Obinna", "Uche", LAGOS[8], "Stock and store keeping.", ("shelf-stocker", "store-keeper")),
    Person("Funke", "Balogun", LAGOS[6], "Kitchen assistant and dishwasher.", ("kitchen-assistant", "dishwasher")),
    Person("Damilola", "Odusanya", LAGOS[12], "Dispatch rider with own helmet.", ("dispatch-rider", "parcel-sorter")),
    Person("Aisha", "Mohammed", ABUJA[0], "Hotel room attendant.", ("room-attendant", "housekeeper")),
    Person("Ibrahim", "Sani", ABUJA[3], "Event security and gate work.", ("event-security", "gate-attendant")),
    Person("Grace", "Audu", ABUJA[5], "Usher and protocol.", ("usher", "hotel-receptionist")),
    Person("Yakubu", "Garba", ABUJA[7], "Loader and market hand.", ("loader", "market-attendant")),
    Person("Zainab", "Lawal", ABUJA[1], "Cashier and sales.", ("cashier", "sales-assistant")),
    Person("Peter", "Ochigbo", ABUJA[6], "Driver, bus and private.", ("private-driver", "bus-driver")),
    Person("Amina", "Yusuf", ABUJA[2], "Waiter at hotels.", ("waiter", "lounge-attendant")),
    Person("Solomon", "Tarka", ABUJA[4], "Set-up crew and labour.", ("event-set-up-crew", "labourer")),
)
STAFF = (
    Person("Bisi", "Alabi", LAGOS[1], "Operations.", email=STAFF_EMAIL),
    Person("Uche", "Anyanwu", ABUJA[3], "Support."),
)
EVERYBODY = (*CLIENTS, *WORKERS, *STAFF)
