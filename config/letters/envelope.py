"""A letter of the outbox as an e-mail."""

from __future__ import annotations

from email.headerregistry import Address
from email.message import Message
from email.mime.text import MIMEText
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from config.letters.models import Letter


def message_of(letter: Letter) -> EmailMultiAlternatives:
    """The letter as an e-mail, with its styles written into the tags as mail readers want them.

    Its Message-ID is the letter's own, so a second copy can be told from a second letter. It goes to one address, and
    no header names another reader's.
    """
    message = EmailMultiAlternatives(
        subject=letter.subject,
        body=letter.text,
        from_email=_sender(letter),
        to=[letter.to],
        reply_to=[letter.reply_to] if letter.reply_to else None,
        headers=_headers(letter),
    )
    if letter.html:
        message.attach_alternative(_inlined(letter.html), "text/html")
    for attachment in letter.attachments:
        message.attach(_text_part(**attachment))
    return message


def _sender(letter: Letter) -> str:
    """Our own address always; in the name of a person where it carries that person's words."""
    if not letter.from_name:
        return str(settings.DEFAULT_FROM_EMAIL)
    name = " ".join(letter.from_name.split())
    return str(
        Address(display_name=f"{name} ({settings.SITE_NAME})", addr_spec=parseaddr(settings.DEFAULT_FROM_EMAIL)[1])
    )


def _headers(letter: Letter) -> dict[str, str]:
    headers = {"Message-ID": letter.message_id}
    if not letter.reply_to:
        headers["Auto-Submitted"] = "auto-generated"
    if letter.stop_url:
        headers["List-Unsubscribe"] = f"<{letter.stop_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers


def _text_part(*, name: str, content: str, kind: str) -> MIMEText:
    """A text file as a part. `kind` may carry parameters, such as "text/calendar; method=PUBLISH"."""
    described = Message()
    described["Content-Type"] = kind
    part = MIMEText(content, described.get_content_subtype(), "utf-8")
    parameters: Any = described.get_params([])
    for key, value in parameters[1:]:
        if key.lower() != "charset":
            part.set_param(key, value)
    part.add_header("Content-Disposition", "attachment", filename=name)
    return part


def _inlined(html: str) -> str:
    import css_inline  # used by the worker only

    inliner = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True, keep_at_rules=True)
    return inliner.inline(html)
