"""The usual shift-work trades of Nigeria. Staff may rename and add; the reverse removes only what no job uses."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.utils.text import slugify

TRADES = {
    "Hospitality": ["Waiter", "Bartender", "Hotel receptionist", "Room attendant", "Lounge attendant", "Concierge"],
    "Catering": ["Cook", "Kitchen assistant", "Caterer", "Baker", "Dishwasher", "Small chops maker"],
    "Events": ["Usher", "Event set-up crew", "Event decorator", "Sound and light technician", "MC", "Photographer"],
    "Security": ["Security guard", "Bouncer", "CCTV operator", "Gate attendant", "Event security"],
    "Retail": ["Sales assistant", "Cashier", "Shelf stocker", "Store keeper", "Merchandiser", "Market attendant"],
    "Logistics and dispatch": ["Dispatch rider", "Delivery van driver", "Loader", "Parcel sorter", "Motor boy"],
    "Warehousing": ["Warehouse assistant", "Picker and packer", "Forklift operator", "Inventory clerk"],
    "Driving": ["Private driver", "Bus driver", "Truck driver", "Tanker driver", "Ride-hailing driver"],
    "Construction": ["Bricklayer", "Labourer", "Carpenter", "Iron bender", "Painter", "Tiler", "Scaffolder"],
    "Technical trades": [
        "Electrician",
        "Plumber",
        "Welder",
        "Generator technician",
        "AC technician",
        "Solar installer",
    ],
    "Cleaning": ["Office cleaner", "Industrial cleaner", "Fumigator", "Laundry attendant", "Car washer"],
    "Domestic work": ["Housekeeper", "Nanny", "Home cook", "Elderly companion", "Gardener", "Steward"],
    "Healthcare support": ["Nurse", "Nursing assistant", "Caregiver", "Pharmacy assistant", "Ward orderly"],
    "Manufacturing": ["Factory hand", "Machine operator", "Packaging operator", "Quality checker", "Tailor"],
    "Agriculture": ["Farm hand", "Harvester", "Poultry attendant", "Fish farm attendant", "Tractor operator"],
    "Customer service": ["Call centre agent", "Front desk officer", "Promoter", "Field marketer", "Survey taker"],
    "Office support": ["Data entry clerk", "Office assistant", "Errand runner", "Registration clerk"],
    "Beauty and wellness": ["Hair stylist", "Barber", "Make-up artist", "Nail technician", "Masseur"],
    "Education and childcare": ["Home tutor", "Crèche attendant", "Exam invigilator", "School bus assistant"],
    "Oil and gas services": ["Fuel station attendant", "Rig hand", "Safety watch", "Gas plant attendant"],
}


def seed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    database = schema_editor.connection.alias
    industry_model = apps.get_model("jobs", "JobIndustry")
    subcategory_model = apps.get_model("jobs", "JobSubcategory")
    for name, trades in TRADES.items():
        industry, _ = industry_model.objects.using(database).get_or_create(slug=slugify(name), defaults={"name": name})
        for trade in trades:
            subcategory_model.objects.using(database).get_or_create(
                slug=slugify(trade), defaults={"name": trade, "industry": industry}
            )


def unseed(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    database = schema_editor.connection.alias
    slugs = [slugify(trade) for trades in TRADES.values() for trade in trades]
    subcategories = apps.get_model("jobs", "JobSubcategory").objects.using(database)
    subcategories.filter(slug__in=slugs, jobs__isnull=True).delete()
    industries = apps.get_model("jobs", "JobIndustry").objects.using(database)
    industries.filter(
        slug__in=[slugify(name) for name in TRADES], jobs__isnull=True, subcategories__isnull=True
    ).delete()


class Migration(migrations.Migration):
    dependencies = [("jobs", "0003_state_machines")]
    operations = [migrations.RunPython(seed, unseed)]
