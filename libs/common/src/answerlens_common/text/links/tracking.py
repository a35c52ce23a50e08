"""Parameters that say how a reader came to a page, not which page it is."""

import re
from typing import Final

_NAMES: Final = re.compile(
    r"utm_\w+|spm|scm|spm_id_from|gclid|dclid|fbclid|msclkid|yclid|bd_vid|mc_cid|mc_eid|_ga|igshid|from_source|share_\w+|shareid"
    r"|vd_source|seid|is_from_webapp|sharer_\w+|timestamp|isappinstalled|hmsr|hmpl|hmcu|hmkw|hmci|chksm|scene|wfr|wid|xsec_\w+"
)
# These names also select a page (convert?from=usd, list?source=2): they are dropped only with a value that names
# a channel by which links are passed on.
_CHANNEL_NAMES: Final = frozenset({"from", "src", "source", "ref", "refer", "referer", "referrer"})
_CHANNELS: Final = re.compile(
    r"singlemessage|groupmessage|timeline|weixin|wechat|weibo|qq|qzone|zhihu|douyin|xiaohongshu|toutiao|baidu|sogou|bing|google|360"
    r"|chatgpt|openai|deepseek|doubao|kimi|yuanbao|qianwen|perplexity|search|share|sharing|qrcode|copy_?link|feed|rss"
    r"|newsletter|e?mail|sms|app|web|pc|h5|wap|mobile|(?:[a-z0-9-]+\.)+[a-z]{2,}"
)


def is_tracking(name: str, value: str) -> bool:
    """Whether a page stays the same without this parameter."""
    name, value = name.lower(), value.lower()
    if name in _CHANNEL_NAMES:
        return _CHANNELS.fullmatch(value) is not None
    return _NAMES.fullmatch(name) is not None
