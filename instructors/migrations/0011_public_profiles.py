"""What instructors say of themselves: photo, places, languages and ways of teaching, where an index finds them."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from babel import Locale
from django.db import migrations, models

import instructors.models.instructor

AT_ONCE = 500


def fill(apps: Any, editor: Any) -> None:
    """Each profile's town becomes its first place, its languages its traits; a country told in words, two letters."""
    profiles = apps.get_model("instructors", "Instructor")
    place, trait = apps.get_model("instructors", "TeachingPlace"), apps.get_model("instructors", "Trait")
    codes = {name.casefold(): code for code, name in Locale("en").territories.items() if len(code) == 2}
    places, traits = [], []
    for one in profiles.objects.only("pk", "town", "country", "languages").iterator(AT_ONCE):
        told = one.country.strip()
        code = told.upper() if len(told) == 2 else codes.get(told.casefold(), "")
        if code and code != one.country:
            profiles.objects.filter(pk=one.pk).update(country=code)
        if one.town:
            places.append(place(instructor_id=one.pk, number=1, name=one.town[:100], country=code))
        traits += [trait(instructor_id=one.pk, what=f"language:{language}") for language in sorted(set(one.languages))]
    place.objects.bulk_create(places, batch_size=AT_ONCE)
    trait.objects.bulk_create(traits, batch_size=AT_ONCE)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("instructors", "0010_life_of_a_certificate")]

    operations: ClassVar = [
        migrations.RemoveField(model_name="instructor", name="photo"),
        migrations.AddField(
            model_name="instructor",
            name="ways",
            field=models.JSONField(
                blank=True,
                default=list,
                validators=[instructors.models.instructor.validate_ways],
                verbose_name="ways of teaching",
            ),
        ),
        migrations.AlterField(
            model_name="instructor",
            name="country",
            field=models.CharField(
                blank=True, help_text="Two letters, such as GB; or its name.", max_length=80, verbose_name="country"
            ),
        ),
        migrations.CreateModel(
            name="Portrait",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=32, unique=True)),
                ("large", models.BinaryField()),
                ("small", models.BinaryField()),
                ("made_at", models.DateTimeField(verbose_name="shown since")),
                (
                    "instructor",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="portrait",
                        to="instructors.instructor",
                    ),
                ),
            ],
            options={"verbose_name": "portrait", "verbose_name_plural": "portraits"},
        ),
        migrations.CreateModel(
            name="TeachingPlace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.PositiveSmallIntegerField(verbose_name="number")),
                ("name", models.CharField(max_length=100, verbose_name="town")),
                ("region", models.CharField(blank=True, max_length=60, verbose_name="region")),
                ("country", models.CharField(blank=True, max_length=2, verbose_name="country")),
                ("latitude", models.FloatField(blank=True, null=True, verbose_name="latitude")),
                ("longitude", models.FloatField(blank=True, null=True, verbose_name="longitude")),
                (
                    "instructor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="places",
                        to="instructors.instructor",
                    ),
                ),
            ],
            options={
                "verbose_name": "place of teaching",
                "verbose_name_plural": "places of teaching",
                "ordering": ["number"],
                "indexes": [models.Index(fields=["latitude", "longitude"], name="teaching_place_point")],
                "constraints": [
                    models.UniqueConstraint(fields=("instructor", "number"), name="teaching_place_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                            models.Q(
                                ("latitude__gte", -90),
                                ("latitude__lte", 90),
                                ("longitude__gte", -180),
                                ("longitude__lte", 180),
                            ),
                            _connector="OR",
                        ),
                        name="teaching_place_on_earth",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Trait",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=32)),
                (
                    "instructor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="traits",
                        to="instructors.instructor",
                    ),
                ),
            ],
            options={
                "verbose_name": "trait of a profile",
                "verbose_name_plural": "traits of profiles",
                "constraints": [models.UniqueConstraint(fields=("what", "instructor"), name="trait_once")],
            },
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
