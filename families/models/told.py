from __future__ import annotations

import json
from typing import Any

from django.db import models

from config.lib.fields import EncryptedTextField


class Told(models.Model):
    """What somebody told about a baby, as facts by name: ciphertext in the database, a dictionary in code."""

    answers = EncryptedTextField(default="")

    class Meta:
        abstract = True

    @property
    def facts(self) -> dict[str, Any]:
        return dict(json.loads(self.answers)) if self.answers else {}

    @facts.setter
    def facts(self, facts: dict[str, Any]) -> None:
        self.answers = json.dumps(facts)
