"""A picture of when something happened: one tick a moment, made on the server, the same moments in words beside it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils import formats, timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

_WIDTH, _HEIGHT, _EDGE = 240, 28, 3
_SHORTEST = timedelta(minutes=1)


def places(moments: Sequence[datetime]) -> list[int]:
    """Return where each moment stands between the first (0) and the last (1,000), the first alone at 0."""
    if not moments:
        return []
    begin, length = min(moments), max(max(moments) - min(moments), _SHORTEST)
    return [round(1_000 * ((moment - begin) / length)) for moment in moments]


def timeline_svg(moments: Sequence[datetime]) -> SafeString:
    """Return an SVG element with a tick for each moment; nothing for none. Colours come from the sheet."""
    if not moments:
        return SafeString("")
    inner = _WIDTH - 2 * _EDGE
    ticks = format_html_join(
        "", '<path d="M{0} 4V{1}"/>', ((_EDGE + place * inner // 1_000, _HEIGHT - 4) for place in places(moments))
    )
    return format_html(
        '<svg class="timeline" viewBox="0 0 {0} {1}" role="img"><title>{2}</title>'
        '<path class="axis" d="M0 {3}H{0}"/>{4}</svg>',
        _WIDTH,
        _HEIGHT,
        _("From %(begin)s to %(end)s") % {"begin": _written(min(moments)), "end": _written(max(moments))},
        _HEIGHT - 4,
        ticks,
    )


def _written(moment: datetime) -> str:
    return formats.date_format(timezone.localtime(moment), "SHORT_DATETIME_FORMAT")
