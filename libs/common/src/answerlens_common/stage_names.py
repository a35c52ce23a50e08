"""The stages of the pipeline, as claims, tasks, metrics, failures and clients name them."""

from answerlens_common.wording import Worded


class StageName(Worded):
    """What is done for a keyword's day or a collection, in the order of the pipeline."""

    SEARCH = "search", "搜集人们提出的问题。", "What people ask about the keyword is read."
    BANK = "bank", "生成问题库。", "The bank of questions is built."
    PLAN = "plan", "安排各引擎要回答的问题。", "A collection is opened for every awaited engine."
    ASK = "ask", "向引擎提一个问题。", "One question is put to an engine."
    COLLECT = "collect", "收集一个引擎的全部答案。", "A collection's questions are asked, all together."
    SCORE = "score", "为答案评分。", "The answers of a collection are scored."
    ANALYSE = "analyse", "计算各项比率。", "The rates of each order are computed."
    SENTIMENT = (
        "sentiment",
        "判断答案对品牌的态度。",
        "What the answers think of the brands is judged, after the rates.",
    )
    CUT = "cut", "把导入的文件分成批次。", "The file of an import is cut into batches."
    CHECK_ROWS = "check_rows", "逐行检查导入的答案。", "The rows of a batch are checked; the last one joins them."
    STALLED = "stalled", "检查长时间没有进展的工作。", "Work in which nothing moves is re-entered, or given up."
