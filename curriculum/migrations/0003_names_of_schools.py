from __future__ import annotations

from typing import ClassVar

from django.db import migrations, models

FITS = [
    ("first", "A good first choice"),
    ("as_it_is", "Fine as it is"),
    ("changed", "With a change"),
    ("hold", "A still hand instead"),
    ("ask", "Ask first"),
    ("leave", "Leave it out for now"),
]


class Migration(migrations.Migration):
    dependencies: ClassVar = [("curriculum", "0002_words_in_languages")]
    operations: ClassVar = [
        migrations.RemoveConstraint(model_name="strokealias", name="stroke_alias_once"),
        migrations.AddConstraint(
            model_name="strokealias",
            constraint=models.UniqueConstraint(fields=("stroke", "name", "school"), name="stroke_alias_once"),
        ),
        migrations.AddField(
            model_name="adaptation",
            name="fit",
            field=models.CharField(choices=FITS, default="changed", max_length=10, verbose_name="how it fits"),
        ),
        migrations.AddField(
            model_name="adaptation",
            name="needs",
            field=models.CharField(
                blank=True, help_text="Keys, separated by spaces.", max_length=80, verbose_name="babies it speaks of"
            ),
        ),
        migrations.AddField(
            model_name="claim",
            name="how_sure",
            field=models.TextField(blank=True, verbose_name="how sure we are"),
        ),
        migrations.AddField(
            model_name="claim",
            name="studied",
            field=models.TextField(
                blank=True, help_text="For professionals: numbers and their range.", verbose_name="what was studied"
            ),
        ),
    ]
