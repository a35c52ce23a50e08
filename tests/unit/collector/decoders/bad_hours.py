"""What each site sends in its bad hours: an hour's name, the stream, the failure that it is (None: it was cut off)."""

from answerlens_collector.decoders import Failure
from tests.unit.collector.decoders.site_streams import (
    CHATGPT_BEGIN,
    CHATGPT_TEXT,
    KIMI_ANSWER,
    KIMI_BEGIN,
    QIANWEN_BEGIN,
    QIANWEN_COMPLETE,
    QWEN_BEGIN,
    WENXIN_ANSWER,
    WENXIN_BEGIN,
    YUANBAO_BEGIN,
    YUANBAO_TEXT,
    connect,
    delta,
    qianwen,
    qianwen_answer,
    qwen,
    wenxin,
)
from tests.unit.collector.decoders.streams import BEGIN, READY, chunk, frame, words

Hours = dict[str, tuple[bytes, Failure | None]]


def _answering(*more: bytes) -> bytes:
    opening = {
        "v": {"response": {"status": "WIP", "fragments": [{"id": 1, "type": "RESPONSE", "content": "看看索尼"}]}}
    }
    return READY + frame(opening) + b"".join(more)


def _hint(content: str, reason: str = "") -> bytes:
    return frame({"type": "error", "content": content, "clear_response": True, "finish_reason": reason}, "hint")


def _template(words: str) -> bytes:
    return frame(
        {"p": "response/fragments", "o": "SET", "v": [{"id": 2, "type": "TEMPLATE_RESPONSE", "content": words}]}
    )


DEEPSEEK: Hours = {
    "busy": (_answering(_hint("服务器繁忙，请稍后再试。")), "unavailable"),
    "too fast": (_answering(_hint("你发送消息的频率过快，请稍后再发", "rate_limit_reached")), "rate_limited"),
    "withdrawn": (_answering(_template("这个话题我还不能聊。"), frame({}, "finish")), "refused"),
    "moderated": (_answering(frame({"p": "response/status", "o": "SET", "v": "CONTENT_FILTER"})), "refused"),
    "cut off": (_answering(frame({"p": "response/status", "o": "SET", "v": "INCOMPLETE"}), frame({}, "finish")), None),
    "broken off": (_answering(), None),
    "verification": (_answering(_hint("请完成安全验证")), "captcha"),
    "login": (b'{"code":40003,"msg":"Authorization Failed (invalid token)","data":null}', "login_required"),
}


def _doubao(code: int, message: str, **extra: object) -> bytes:
    error = {"error_code": code, "error_msg": message, "extra": extra}
    return BEGIN + chunk(words("看看索尼")) + frame(error, "STREAM_ERROR") + frame({"end_type": 3}, "SSE_REPLY_END")


DOUBAO: Hours = {
    "busy": (_doubao(710020000, "服务繁忙，请稍后重试"), "unavailable"),
    "too fast": (_doubao(710022002, "当前服务访问频繁"), "rate_limited"),
    "moderated": (_doubao(710020001, "内容涉及敏感信息"), "refused"),
    "broken off": (BEGIN + chunk(words("看看索尼")), None),
    "verification": (_doubao(710022004, "rate limited", decision='{"from":"shark_admin","type":"verify"}'), "captcha"),
    "login": (_doubao(710012001, "请登录后继续使用"), "login_required"),
}


def _kimi(code: str, message: str = "") -> bytes:
    return KIMI_BEGIN + KIMI_ANSWER + connect({"error": {"code": code, "message": message}}, flags=2)


_CANCELLED = connect({"op": "set", "mask": "message.status", "message": {"status": "MESSAGE_STATUS_CANCELLED"}})
KIMI: Hours = {
    "busy": (_kimi("unavailable"), "unavailable"),
    "failing": (_kimi("internal"), "unavailable"),
    "too fast": (_kimi("resource_exhausted"), "rate_limited"),
    "moderated": (_kimi("invalid_argument", "content policy"), "refused"),
    "cut off": (KIMI_BEGIN + KIMI_ANSWER + _CANCELLED + connect({}, flags=2), None),
    "broken off": (KIMI_BEGIN + KIMI_ANSWER, None),
    "verification": (_kimi("permission_denied", "captcha required"), "captcha"),
    "login": (connect({"error": {"code": "unauthenticated"}}, flags=2), "login_required"),
    "login, unframed": (b'{"code":"unauthenticated","message":""}', "login_required"),
    "out of step": (KIMI_BEGIN + b"\x7b" + KIMI_ANSWER, None),
}


def _qianwen(code: str, message: str) -> bytes:
    return QIANWEN_BEGIN + frame({"success": False, "error_code": code, "error_msg": message, "data": {}}, "message")


QIANWEN: Hours = {
    "busy": (_qianwen("SYS", "系统繁忙，请稍后再试"), "unavailable"),
    "too fast": (_qianwen("LIMIT", "请求过于频繁"), "rate_limited"),
    "moderated": (_qianwen("RISK", "内容不合规"), "refused"),
    "broken off": (QIANWEN_BEGIN + qianwen(3, qianwen_answer("看看")) + QIANWEN_COMPLETE, None),
    "verification": (b'{"ret":["FAIL_SYS_USER_VALIDATE","RGV587_ERROR::SM"]}', "captcha"),
    "login": (
        b'{"code":"AUTH_FAILED","message":"\xe7\x94\xa8\xe6\x88\xb7\xe6\x9c\xaa\xe7\x99\xbb\xe5\xbd\x95","success":false}',
        "login_required",
    ),
}


def _qwen(code: str, details: str = "") -> bytes:
    return QWEN_BEGIN + frame({"error": {"code": code, "details": details}})


QWEN: Hours = {
    "busy": (_qwen("Bad_Request", "The chat is in progress!"), "unavailable"),
    "too fast": (b'{"success":false,"data":{"code":"RateLimited","details":"daily usage limit"}}', "rate_limited"),
    "moderated": (_qwen("data_inspection_failed", "inappropriate content: content filter"), "refused"),
    "withheld": (QWEN_BEGIN + frame({"choices": [{"delta": {}, "finish_reason": "content_filter"}]}), "refused"),
    "cut off": (
        QWEN_BEGIN
        + qwen("answer", "看看")
        + frame({"choices": [{"delta": {"phase": "answer", "status": "finished"}, "finish_reason": "length"}]}),
        None,
    ),
    "broken off": (QWEN_BEGIN + qwen("answer", "看看") + b"data: [DONE]\n\n", None),
    "verification": (b'{"ret":["FAIL_SYS_USER_VALIDATE"]}', "captcha"),
    "login": (_qwen("Unauthorized"), "login_required"),
}


def _yuanbao(message: str) -> bytes:
    return YUANBAO_BEGIN + YUANBAO_TEXT + frame({"type": "error", "msg": message}) + b"data: [DONE]\n\n"


YUANBAO: Hours = {
    "busy": (_yuanbao("服务繁忙，请稍后再试"), "unavailable"),
    "too fast": (_yuanbao("操作过于频繁"), "rate_limited"),
    "moderated": (_yuanbao("内容涉及敏感信息"), "refused"),
    "broken off": (YUANBAO_BEGIN + YUANBAO_TEXT, None),
    "verification": (_yuanbao("请完成安全验证"), "captcha"),
    "login": (b'{"error":{"code":401,"message":"not login"}}', "login_required"),
}


def _chatgpt(message: str) -> bytes:
    return CHATGPT_BEGIN + CHATGPT_TEXT + frame({"message": None, "error": message}) + b"data: [DONE]\n\n"


_LENGTH = delta({"type": "max_tokens"}, "/message/metadata/finish_details", "replace")
CHATGPT: Hours = {
    "busy": (_chatgpt("Something went wrong. Our servers are at capacity."), "unavailable"),
    "too fast": (_chatgpt("You've reached our limit of messages per hour. Please try again later."), "rate_limited"),
    "moderated": (_chatgpt("This content may violate our content policy."), "refused"),
    "cut off": (CHATGPT_BEGIN + CHATGPT_TEXT + _LENGTH + b"data: [DONE]\n\n", None),
    "broken off": (CHATGPT_BEGIN + CHATGPT_TEXT, None),
    "verification": (_chatgpt("Verify you are human"), "captcha"),
    "login": (
        b'{"detail":{"code":"token_expired","message":"Your session has expired. Please log in."}}',
        "login_required",
    ),
}


def _unsafe(**flags: int) -> bytes:
    generator = {"component": "markdown-yiyan", "data": {"value": "索尼"}, **flags}
    return frame({"status": 0, "data": {"message": {"metaData": {}, "content": {"generator": generator}}}}, "message")


def _wenxin(status: int, hint: str) -> bytes:
    content = {"hints": {"parts": [{"type": "tokenFail", "text": hint}]}}
    return WENXIN_BEGIN + frame({"status": status, "data": {"message": {"content": content}}}, "message")


WENXIN: Hours = {
    "busy": (_wenxin(500, "服务繁忙，请稍后再试"), "unavailable"),
    "too fast": (_wenxin(429, "访问过于频繁"), "rate_limited"),
    "withdrawn": (WENXIN_BEGIN + WENXIN_ANSWER + _unsafe(antiFlag=1, isSafe=1), "refused"),
    "moderated": (WENXIN_BEGIN + WENXIN_ANSWER + _unsafe(antiFlag=0, isSafe=0), "refused"),
    "broken off": (WENXIN_BEGIN + WENXIN_ANSWER + wenxin("questionClosely"), None),
    "verification": (frame({"status": 1005}, "basedata"), "captcha"),
    "the wall": (frame({"status": 0, "chatHitKunlun": "kunlun_popup"}, "basedata"), "captcha"),
    "login": (_wenxin(401, "请登录后继续"), "login_required"),
}

BAD_HOURS: dict[str, Hours] = {
    "chatgpt": CHATGPT,
    "deepseek": DEEPSEEK,
    "doubao": DOUBAO,
    "kimi": KIMI,
    "qianwen": QIANWEN,
    "qwen": QWEN,
    "wenxin": WENXIN,
    "yuanbao": YUANBAO,
}
