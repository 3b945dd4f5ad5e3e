import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("assessment", "0001_initial"),
        ("reports", "0001_initial"),
    ]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="scheme",
            field=models.ForeignKey(
                db_comment="pd:none; end=keep",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="assessment.scheme",
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="year",
            field=models.PositiveSmallIntegerField(
                db_comment="pd:none; end=keep", null=True, verbose_name="年度"
            ),
        ),
        migrations.AddField(
            model_name="report",
            name="is_final",
            field=models.BooleanField(db_comment="pd:none; end=keep", default=False),
        ),
    ]
