"""What a collection is for, and how long what it leaves is kept."""

from answerlens_common.wording import Worded


class Purpose(Worded):
    """What the questions of a collection are asked for."""

    KEYWORD_DAY = (
        "keyword_day",
        "关键词某日的测量。",
        "A keyword's bank on a date; every order on the keyword shares it.",
    )
    DIAGNOSIS = "diagnosis", "客户自己的问题。", "A client's own questions; only that client sees the answers."
    IMPORT = "import", "客户带来的答案。", "Answers that a client brought along; no engine is asked."


class Retention(Worded):
    """The class of days in which questions, answers, links and scores are kept, and dropped together."""

    SHARED = "shared", "同一关键词的订单共用。", "Of a keyword: every order on it reads them."
    PRIVATE = "private", "仅属于一位客户。", "Of one client: no read by keyword finds them."
