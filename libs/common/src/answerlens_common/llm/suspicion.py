"""Answers that may try to steer their own scoring: they are judged alone, where they can reach no other answer.

The patterns are wide on purpose. A harmless answer that fits one costs a request and keeps its score; an attack that
fits none is up to the model's instructions.
"""

import re
import unicodedata
from typing import Final

from answerlens_common.text.folding import fold
from answerlens_common.text.matching.variants import simplified

# Few answers are longer; text of this length also pushes the instructions out of a model's sight.
_LONG: Final = 4000
_HIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cn", "Cs"})
_HARMLESS: Final = frozenset("\n\t\r\u200d\ufeff")  # emoji that are joined; a page's byte-order mark
# What stands between Chinese characters to keep them from being recognised: 忽 略, 忽*略.
_FILLER: Final = re.compile(r"(?<=[\u3400-\u9fff])[^\w\n。!?;,:、]+(?=[\u3400-\u9fff])")

_GRADE: Final = r"(?:[0-4零一二两三四](?![\d.])|最高|最低|满)"
_MARK: Final = r"(?:[0-4](?!\d|\.\d)|zero|one|two|three|four|max\w*|min\w*|full|highest|lowest|perfect|top)"
_RULES: Final = r"(?:以上|上面|之前|上述|前面|此前|先前|所有|一切|全部|规则|指令|要求|标准|提示|说明|设定|限制|约束)"
_TOLD: Final = r"(?:above|previous|prior|earlier|all|any|every\w*|rules?|rubric|prompts?|guidelines?|system|told)"
_WHOSE: Final = (
    r"(?:其[他它余]|所有|全部|每|上一|下一|前[一几两]|后[一几面]|第[一二三四五六七八九十\d]+|别的|剩下|本批|各)"
)
_WHICH: Final = r"(?:other|all|every|each|remaining|next|previous|preceding|following|first|second|last|rest of the)"
_SPEAKER: Final = r"(?:system|assistant|user|human|developer|系统|用户|助手|评审|管理员|开发者)"
_ELEMENT: Final = r"(?:system|user|assistant|human|answers?|data|instructions?|im_\w+|end\w*|s|think|rules?|rubric)"
_PATTERNS: Final = (
    # scores
    rf"(?:评分|打分|给分|计分|得分|分数|满分|评为|评成|评价为|记为|判为|改为)[^。\n]{{0,12}}?{_GRADE}",
    rf"[打给评][^。,\n]{{0,6}}?{_GRADE} ?分",
    r"[0-4零一二三四] ?分(?![\d钟之])",
    r"(?:评分|打分|评审|评判|阅卷)(?:标准|规则|任务|员|人|系统|模型|细则)",
    rf"\b(?:scor|rat|grad|mark|point)\w*\b[^\n]{{0,40}}?\b{_MARK}\b",
    rf"\b{_MARK}\b[^\n]{{0,20}}?\b(?:scores?|ratings?|grades?|marks?|points)\b",
    r"\b(?:rubrics?|grad(?:er|ing)|scoring|evaluator)\b",
    # sentiment
    r"(?:评价?|判定?|归类?|标记?|标注|视)[为成]?(?:是|为|成)(?:正面|负面|中性|积极|消极)|\b(?:sentiment|label)\b",
    # instructions
    rf"(?:忽略|无视|忘记|忘掉|放弃|推翻|覆盖|取消|作废|跳过|绕过)[^。\n]{{0,16}}?{_RULES}",
    rf"不(?:要|必|用|再)?(?:理会|管|遵守|遵循|按照?|考虑)[^。\n]{{0,16}}?{_RULES}",
    rf"\b(?:ignor|disregard|forget|overrid|bypass|discard)\w*\b[^\n]{{0,60}}?\b{_TOLD}\b",
    r"\b(?:do not|don't|stop) (?:follow|obey)",
    r"(?:新的?|最新|紧急|真正的?|正确的?|隐藏)(?:指令|规则|任务|要求|标准)|提示词|越狱",
    r"(?:系统|开发者|管理员|超级)(?:提示|消息|指令|模式|通知|权限|要求|公告)",
    r"\b(?:system|developer|admin\w*) (?:message|mode|note|override)|\bjailbreak|\b(?:prompt|instructions?)\b",
    # roles
    r"你(?:现在|不再|其实|从此)[是叫]|从(?:现在|此刻)(?:起|开始)|扮演|假装|假设你|评委|裁判|评审员",
    r"\byou(?:'re| are) (?:now|no longer|a|an|the)\b|\b(?:pretend|act as|role-?play|simulate)\b",
    # other answers, and the output
    rf"{_WHOSE}[一]?[个条份篇]?的?(?:回答|答案|条目|编号|答复)",
    rf"\b{_WHICH}\s+(?:\w+\s+)?(?:answers?|responses?|items?|entries|ids?|candidates?)\b",
    r"(?:输出|返回|回复|写出|填写|生成)[^。\n]{0,12}?(?:json|空|数组|编号|结果|以下|如下|下面)",
    r"\b(?:output|return|respond|reply|print|emit)\b[^\n]{0,30}?\b(?:json|only|exactly|nothing|empty|with)\b",
    # data, and the end of data
    r"[\[{][\s\\]*[\"'“”][^\"'“”\n]{0,40}[\"'“”]|[\"'“”]\s*[}\]]\s*[,}\]]|^\s*[}\]]{1,4}\s*,?\s*$",
    r"[\"'“”](?:id|scores?|answers?)\\?[\"'“”]\s*[:,]|\b(?:id|score)\s*[:=]\s*[\"'\w]",
    # turns of a conversation
    rf"<\|?/?\s*{_ELEMENT}\b[^>\n]{{0,40}}>|\[/?(?:inst|system|end)\b[^\]\n]{{0,20}}\]|<<\s*/?sys",
    rf"^\W{{0,20}}{_SPEAKER}\W{{0,3}}:|^\W{{3,40}}(?:end|begin|结束|以上|完)",
    # encoded text
    r"(?:\\u[0-9a-f]{4}|\\x[0-9a-f]{2}|&#x?[0-9a-f]{2,6};){3}|(?:[01]{8}\s*){4}",
    r"(?<![\w/.=%&?-])[a-z0-9+/]{32,}={0,2}|\b(?:base64|rot13|decode)\b",
    # sentences in another language than that of the answers that are measured, and other scripts
    r"(?:[a-z0-9'’à-ɏ]*[a-zà-ɏ][a-z0-9'’à-ɏ]*[ ,.:;!?-]+){5}",
    r"[\u0370-\u1dbf\u3040-\u30ff\uac00-\ud7af]{3}|[\u0370-\u058f][a-z]|[a-z][\u0370-\u058f]",
)
_SUSPICIOUS: Final = re.compile("|".join(_PATTERNS), re.MULTILINE)


def is_suspicious(text: str) -> bool:
    """Whether an answer speaks of scores, instructions, roles or other answers, or hides something."""
    if len(text) > _LONG or visible(text) != text:
        return True
    plain = simplified(fold(text))
    return any(_SUSPICIOUS.search(way) for way in (plain, _FILLER.sub("", plain), plain[::-1]))


def visible(text: str) -> str:
    """The text without characters that a reader does not see and a model does."""
    return "".join(character for character in text if not _is_hidden(character))


def _is_hidden(character: str) -> bool:
    return unicodedata.category(character) in _HIDDEN and character not in _HARMLESS
