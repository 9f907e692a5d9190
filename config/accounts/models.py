from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from config.lib.times import validate_zone


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """Someone who may do everything. Whoever types this at the machine itself vouches for the address."""
        from allauth.account.models import EmailAddress

        user = self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)


class User(AbstractBaseUser, PermissionsMixin):
    """Someone who signs in, by e-mail address. What they are (carer, instructor, trainer) is said by other rooms."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language for messages"), max_length=12, default="en")
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_zone])
    is_staff = models.BooleanField(_("works in the admin"), default=False)
    is_active = models.BooleanField(_("may sign in"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)
    sessions_ended_at = models.DateTimeField(_("signed out everywhere"), null=True, blank=True)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("person who signs in")
        verbose_name_plural = _("people who sign in")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once", violation_error_message=_("In use.")),
        ]

    def __str__(self) -> str:
        return self.name or str(_("someone without a name yet"))

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """What a session must match: a new password ends all sessions, and so does `sessions.end_sessions`."""
        of_password = str(super()._get_session_auth_hash(secret))  # type: ignore[misc]  # django-stubs leave it out
        if self.sessions_ended_at is None:
            return of_password
        salt = "config.accounts.models.User.sessions_ended_at"
        both = f"{of_password}{self.sessions_ended_at.timestamp()}"
        return salted_hmac(salt, both, secret=secret, algorithm="sha256").hexdigest()

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def initials(self) -> str:
        words = self.name.split()
        return "".join(word[0] for word in words[:1] + words[1:][-1:]).upper()
