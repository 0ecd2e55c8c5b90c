from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("sandbox", "0009_identities"),
    ]

    operations = [
        migrations.CreateModel(
            name="VirtualNumber",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("tx_ref", models.CharField(max_length=100)),
                ("order_ref", models.CharField(max_length=64)),
                ("account_number", models.CharField(max_length=10)),
                ("email", models.EmailField(max_length=254)),
                ("name", models.CharField(max_length=150)),
                ("active", models.BooleanField(default=True)),
                ("created_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("account_number",), name="sandbox_virtual_number"),
                    models.UniqueConstraint(fields=("order_ref",), name="sandbox_virtual_number_order"),
                ],
            },
        ),
    ]
