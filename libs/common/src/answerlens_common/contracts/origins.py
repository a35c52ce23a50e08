"""Where a source question comes from: kept with it, in its keyword's bank and in the reports."""

from answerlens_common.wording import Worded


class QuestionOrigin(Worded):
    """Who or what gave a source question."""

    ZHIHU = (
        "zhihu",
        "知乎，来自区分搜索页与官方接口之前。",
        "Zhihu, from before its page and its official API were told apart.",
    )
    ZHIHU_PAGE = "zhihu_page", "知乎的搜索页。", "Zhihu's search page."
    ZHIHU_API = "zhihu_api", "知乎的官方搜索接口。", "Zhihu's official search API."
    LIST = "list", "管理员提供的清单。", "A list that an admin has imported."
    MODEL = (
        "model",
        "语言模型拟写（synthetic），没有人这样问过。",
        "Proposed by the language model (synthetic): no person is known to have asked it.",
    )

    @property
    def is_synthetic(self) -> bool:
        """Whether no person asked it."""
        return self is QuestionOrigin.MODEL
