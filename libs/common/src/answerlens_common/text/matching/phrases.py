"""Where a name is the words it is written with: 很|美的, 绝美的, 美的|事物, 得力的|助手 describe, they do not name."""

import math
import re
from typing import Final

from answerlens_common.text.matching.lexicon import Lexicon

# Adverbs of degree: 很|美的, 这么|美的 describe, they do not name. 比较 is not here: it is also "to compare".
_DEGREE: Final = re.compile(
    "很|太|更|最|真|好|挺|超|极|越|颇|蛮|又|既|不|非常|十分|特别|相当|格外|异常|尤其|这么|那么|这样|那样|多么|如此"
    "|越来越|有点|有些|极其"
    "|极为|颇为|稍|稍微|略微|无比|何等|愈加|更加|更为|最为|万分|过于"
)
_CLEAR_DEGREES: Final = frozenset("很太")
_PARTICLES: Final = frozenset("的地得了着过")
_MODIFYING: Final = frozenset("的地得")
# What the dictionary knows as names of things and organisations only: these do not describe.
_OTHER_NAMES: Final = frozenset({"nz", "nt", "nrt"})
# What beauty and help are said of, and a company is not: 产品, 价格, 声音, 生活 (电器) are not here.
_DESCRIBED: Final = re.compile(
    "事物|风景|景色|景致|眼睛|双眼|瞬间|画面|画卷|姑娘|女孩|女子|女人|女生|心灵|容颜|笑容|身材|身影|背影|爱情|回忆"
    "|邂逅|相遇|遇见"
    "|意境|境界|化身|象征|享受|感受(?!到)|人生(?!活)|山河|山水|诗[句歌篇]?(?!乐)|旋律|定义|真谛|极致|体现|典范|时光"
    "|岁月|年华|地方|星期|事情|头像|壁纸|滤镜"
    "|助手|干将|干部|帮手|下属|部下|臂膀|措施|伴侣|爱人|早晨|清晨|夜晚|[湿温]度是|室内|眼光"
)
_PEOPLE: Final = re.compile("人(?![人气们员士民均性工类口体])")
# Who does this does it to beauty: 发现美的眼睛, 追求美的过程.
_PERCEIVED: Final = re.compile(
    "发现|追求|传递|欣赏|感受|创造|向往|热爱|渴望|展现|诠释|表达|培养|懂得|感知|体验|歌颂|享受|唯|爱|一切|所有|任何"
    "|世间|世上|万物"
)
_ABOUT: Final = frozenset({"对", "对于", "关于"})
_THOUGHT: Final = re.compile("认识|理解|追求|向往|感知|敏感|渴望|鉴赏|执着|热爱|欣赏|教育|启蒙|定义")
# 人体美的标准
_CONCEPT: Final = re.compile("标准|体现|代表|象征|概念|本质|形式|内涵")
# How much, behind the adjective: 美的不得了, 美的像画.
_DEGREE_AFTER: Final = re.compile(
    "不得了|不像话|不可方物|要命|惊人|出奇|[让令](?:人|我)(?:想|心|窒|沉|流|忘|移|惊|陶|落泪)|像(?:一?[幅张首场个]"
    "|画|诗|梦|仙|花)|如(?:画|诗|梦|同)"
    "|发光|冒泡|一塌糊涂|动人|醉人|刚刚好|恰到好处|无与伦比|惊心动魄"
)
# Rare single characters make a word with what follows (绝美, 静美), in the dictionary or not; some common ones do too.
_RARE: Final = math.log(5_000)
_JOINING: Final = frozenset("至大极之")
# Rare ones that do stand before a brand.
_BEFORE_NAMES: Final = frozenset(
    "买选用换装要想挑看问说卖修送给对把被比和跟与及或是在从向到让叫像有无非除含退找抢囤租试逛去来做靠按凭据为以于由同连替求订购拼搜劝荐"
    "的了着过地得也都就还只才又再却便而但若如因且则并我你他她它这那某该每各另咱俺您家款台件个种只名新老旧国今现上下里外中内前后店贵牌值机钱"
)
# Behind these even 美的风景 would be a brand's.
_CHOOSING: Final = frozenset("买选用换装修卖送给把被和跟与")
_ADJECTIVES: Final = frozenset({"a", "ad", "an", "v", "vn", "z", "b", "d", "n"})


def describes(run: str, start: int, end: int, previous: int, lexicon: Lexicon) -> bool:
    """Whether the name `run[start:end]`, with a particle in it or after it, describes what follows or precedes.

    Args:
        run: Chinese characters.
        start: Where the name begins.
        end: Where it ends.
        previous: Where the word before it begins.
        lexicon: The words.
    """
    name = run[start:end]
    before = run[previous:start]
    after = run[end:]
    word = lexicon.words.get(name)
    if name[-1] in _PARTICLES and name[:-1] in lexicon.words:
        return (
            _tells_degree(before, lexicon)
            or _DEGREE_AFTER.match(after) is not None
            or (after != "" and _joins_it(before, after, lexicon))
            or (_DESCRIBED.match(after) is not None and before not in _CHOOSING)
        )
    if word is None or word.tag in _OTHER_NAMES or after[:1] not in _MODIFYING:
        return False
    return _tells_degree(before, lexicon) or (word.tag in _ADJECTIVES and _DESCRIBED.match(after, 1) is not None)


def _joins_it(before: str, after: str, lexicon: Lexicon) -> bool:
    """绝美的|风景, 追求美的|过程: the word before goes with what is in the name."""
    if len(before) == 1 and before not in _ABOUT:
        joins = _is_rare(before, lexicon) or _PEOPLE.match(after) is not None
        return before in _JOINING or (before not in _BEFORE_NAMES and joins)
    word = lexicon.words.get(before)
    is_noun = word is not None and word.tag.startswith(("n", "a"))
    if before in _ABOUT:
        return _THOUGHT.match(after) is not None
    if is_noun and (_PEOPLE.match(after) or _CONCEPT.match(after)):
        return True
    return _PERCEIVED.fullmatch(before) is not None


def _is_rare(character: str, lexicon: Lexicon) -> bool:
    word = lexicon.words.get(character)
    return word is None or word.log_probability + lexicon.log_total < _RARE


def _tells_degree(text: str, lexicon: Lexicon) -> bool:
    """Also where the dictionary has the adverb as the end of a phrase or a name: 真是太|美的."""
    return _DEGREE.fullmatch(text) is not None or (text[-1:] in _CLEAR_DEGREES and text[:-1] in lexicon.words)
