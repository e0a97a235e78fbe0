"""Users that the server's own commands made, the demo's and staff's, had no row for their address. They are believed:
else they could not sign in since every address has to be confirmed. Who signed up has one, confirmed or not."""

from django.db import migrations


def believe(apps, schema_editor):
    User, EmailAddress = apps.get_model("orgs", "User"), apps.get_model("account", "EmailAddress")
    known = EmailAddress.objects.values("user_id")
    EmailAddress.objects.bulk_create(
        EmailAddress(user=user, email=user.email, primary=True, verified=True)
        for user in User.objects.exclude(id__in=known)
    )


class Migration(migrations.Migration):
    dependencies = [
        ("orgs", "0007_plans_and_suspension"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(believe, migrations.RunPython.noop)]
