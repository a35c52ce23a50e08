"""How Chinese says that nothing is known of a name: each pattern is what stands before it and what follows."""

import re
from typing import Final


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


_QUOTE: Final = r"[\"'“”‘’「」『』《》【】()\[\]*`_\s]*+"
_NOT: Final = r"(?:没有?能?够?|未能?够?|无法|不能|并未|并没有?|尚未|暂未|暂时没有?|难以|从未|从没|均未|都没有?)"
_ADVERB: Final = (
    r"(?:在[^,，。]{1,12}?)?(?:直接|再|有效|成功|及时|准确|可靠地|实际|真正|检索|搜索|查询)?(?:为[您你]"
    r"|给[您你]|帮[您你])?"
)
_FIND: Final = _any(
    "找到 查到 查询到 查找到 搜到 搜索到 搜寻到 检索到 检索出 获取到? 获得 得到 取得 掌握 收集到 收录到? 搜集到"
    " 看到 见到 发现 提供 查阅到 了解到 有"
)
_CANNOT_FIND: Final = r"(?:(?:找|查|搜|查询|搜索|检索)不(?:太|大)?(?:到|出))"
_WHOSE: Final = _any("用户 网友 消费者 真实 买家 使用者? 专业 第三方 媒体")
_REVIEWS: Final = _any("评价 评测 测评 口碑 评论 反馈 测试报告 报告")
_NOUNS: Final = _any(
    "信息 资讯 资料 内容 数据 结果 记录 报道 介绍 材料 文献 网页 词条 条目 线索 情报 消息 说明 描述 文档 了解 知识"
    " 印象 身影 踪影 踪迹"
)
_INFORMATION: Final = rf"(?:{_WHOSE}*(?:{_REVIEWS}?{_NOUNS}|{_REVIEWS}))"
_MODIFIER: Final = _any(
    "的 任何 相关 有关 具体 详细 公开 有效 明确 准确 可靠 直接 权威 官方 最新 更多 进一步 足够 充分 可用 确切 背景"
    " 品牌 产品 公司 企业 可查 可信 完整 在?[这该]一?方面 太多 过多 多少 很多 较多 专门 独立 单独 真实 实际 实测"
    " 销售 市场 财务 测试 融资 专利 行业 使用 购买"
)
_BRAND: Final = _any("品牌 牌子 公司 企业 厂商 厂家 产品 商家 型号 名字 名称 店家? 机构 平台")
_KIND: Final = rf"(?:这|那|该|此)?(?:一?[个家款种])?{_BRAND}?"
_THIS_KIND: Final = rf"(?:的)?(?:这|那|该|此)?(?:一?[个家款种])?[^,，。!?;:的了是没有不\s]{{0,4}}?{_BRAND}"
# 一个名为X, 您提到的X
_NAMED: Final = (
    r"(?:(?:一?[个家款种])?[^,，。的]{0,6}?(?:名为|名叫|叫做?|叫作|称为|所谓的?)|[您你](?:所?(?:提到|提及|说|问)到?的))"
)
_ABOUT: Final = f"{_any('任何 有关 有 到 关于 与 和 跟 针对 对于 涉及 提及 可靠 公开 足够 直接 具体 明确 的 过')}*+"
_SOURCE: Final = (
    r"(?:(?:搜索|检索|查询|返回)的?结果|资料库?|信息库?|来源|网页|文档|材料|上下文|知识库|数据库|语料库?|训练数据"
    r"|数据|文献|内容|记录)"
    r"(?:里面?|中|内|当中|之中|范围内)?"
)
_APPEAR: Final = _any(
    "提到 提及 涉及 出现 包含 包括 显示 找到 查到 看到 发现 覆盖 检索到 收录 记录 记载 见到? 搜到 有 查询到"
)
_SPEAKER: Final = "(?:我们?|本人|本助手|本模型)"
_HEDGE: Final = (
    f"{_any('这边 这里 目前 暂时 现在 确实 其实 真的 还 并 从来? 也 都 暂 好像 似乎 可能 实在 对此 之前 此前 则 倒')}*+"
)
_KNOWN: Final = "(?:听说过?|听过|听闻过?|见过|了解过?|知道|认识|熟悉|清楚|接触过)"
_NOT_KNOWN: Final = (
    rf"(?:不是?(?:太|很|怎么|甚|特别|够|大|那么)?|没有?(?:怎么|太)?|未曾?|从未|从没有?|并未|还没有?|并没有?){_KNOWN}"
)
_LITTLE: Final = (
    rf"(?:{_NOT_KNOWN}|{_KNOWN}(?:得|的)?(?:并|也|还)?(?:不多|不够|有限|甚少|很少|较少|不深|不足)"
    rf"|(?:缺乏|没有?|缺少|并无|暂无)(?:{_MODIFIER}|什么)*+{_INFORMATION}|一无所知|毫不知情)"
)

# Other names in a list with this one, and the model number that belongs to it.
_OTHERS: Final = r"(?:(?:、|和|与|及|或|以及)[^、和与及或,，。!?;的\n]{1,12})*?"
_MODEL: Final = r"[ a-z0-9-]{0,20}+"
# What the brand makes, between its name and the information: 索尼|蓝牙耳机|的信息, but nothing that compares or judges.
_THING: Final = rf"(?:[^、,，。!?;:\n的比更最不没有好差高低\s]{{0,8}}?(?=的|{_MODIFIER}|{_INFORMATION}))?"
_TO_READ: Final = r"(?:(?:可以?)?(?:供|作为)?(?:参考|查询|查阅|引用|使用|展示))?"
_ITS_INFORMATION: Final = rf"{_MODEL}{_QUOTE}{_OTHERS}{_QUOTE}{_KIND}{_THING}{_MODIFIER}*+{_INFORMATION}{_TO_READ}"
# What one looks up about a brand or a product: not to find it is to know nothing of it.
_FACTS: Final = _any(
    "售价 价格 报价 参数 规格 配置 官网 地址 电话 联系方式 门店 型号 产品 简介 背景 档案 资质 情况 详情"
)
_AND: Final = "(?:、|和|与|及|或|以及)"
_CLAUSE_END: Final = rf"{_QUOTE}(?:$|[,，、。!?;:\n…]|\.)"
_STATED: Final = rf"了?{_QUOTE}(?:$|[,，](?!{_QUOTE}(?:就|那|怎|还敢|说明|等于))|[、。!;:\n…]|\.)"
# Where nobody else can be the one who does not know: 很多人不了解X is another's.
_MINE: Final = rf"(?:^|[,，:、…]|[抱道]歉|不好意思|{_SPEAKER}{_HEDGE}){_QUOTE}"
_NOTHING: Final = (
    rf"(?:目前|暂时|抱歉[,，]?|该品牌|我)*(?:(?:暂无|无|没有?|尚无|并无|缺乏|缺少|未有|{_NOT}{_ADVERB}{_FIND}"
    rf"|{_CANNOT_FIND}|查无)"
    rf"(?:到|其)?{_MODIFIER}*+(?:{_INFORMATION}|{_FACTS}){_TO_READ}|(?:未|暂未|尚未|没有)(?:找到|查到|收录|检索到"
    rf"|搜到)|查无此?{_BRAND}?"
    rf"|{_CANNOT_FIND}|无法(?:查证|核实|确认|获取)|{_NOT_KNOWN}|{_INFORMATION}(?:不足|缺失|不详|有限|未知))"
)


def _around(before: str, after: str) -> tuple[re.Pattern[str], re.Pattern[str]]:
    return re.compile(f"{before}$"), re.compile(after)


CHINESE: Final = (
    # 没有找到(关于)X的信息, 查不到X的资料, 几乎搜不到X的用户评价, 未见X的报道
    _around(
        rf"(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}|未见到?|鲜有|鲜见|罕见|少见|(?:很难|不容易)(?:找|查|搜|看"
        rf"|见)到?)[^,，比]{{0,24}}",
        rf"{_ITS_INFORMATION}{_CLAUSE_END}",
    ),
    # 暂无X的数据, 没有与X有关的内容, 缺少X的资料
    _around(
        rf"(?:暂无|没有?|尚无|并无|查无|缺乏|缺少|未有|无){_ABOUT}(?:[^,，。的]{{1,12}}{_AND})?{_NAMED}?{_QUOTE}",
        rf"{_ITS_INFORMATION}{_CLAUSE_END}",
    ),
    # 查不到X的最新售价, 没有找到您提到的X的参数
    _around(
        rf"(?:{_NOT}{_ADVERB}(?:查到|查询到|检索到|获取到?|获得|搜到|找到)|{_CANNOT_FIND})(?:关于|有关"
        rf"|到)?{_NAMED}?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}{_OTHERS}{_THING}{_MODIFIER}*+{_FACTS}{_CLAUSE_END}",
    ),
    # 搜索结果里没有X, 知识库里没有收录X这个品牌, 资料中未出现X
    _around(
        rf"{_SOURCE}[^,，。]{{0,6}}?(?:没有?|未|并未|并没有?|不|均未|都没有?|尚未|暂未|暂无|查无|未能"
        rf"|无){_ADVERB}(?:{_APPEAR})?"
        rf"{_ABOUT}{_NAMED}?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}{_OTHERS}(?:{_THIS_KIND}|{_KIND})(?:{_MODIFIER}*+{_INFORMATION})?{_CLAUSE_END}",
    ),
    # 没有收录X, 查无X
    _around(
        rf"(?:(?:没有?|未|暂未|尚未|并未|未曾)收录(?:过|到)?|查无){_NAMED}?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND}){_STATED}",
    ),
    # 没有查到X这个品牌, 未能找到名为X的耳机品牌
    _around(
        rf"(?:{_NOT}{_ADVERB}(?:收录|检索到|查到|查询到|搜到|搜索到|找到|发现)"
        rf"|{_CANNOT_FIND}){_ABOUT}{_NAMED}?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:这|该|此)(?:一?[个家款种])?[^,，。!?;:的\s]{{0,4}}?{_BRAND}{_STATED}",
    ),
    # 似乎没有名为X的品牌, 市面上并没有一个叫X的耳机品牌
    _around(
        rf"(?:没有?|不存在|并无|未有|无|不知道?|{_CANNOT_FIND}|{_NOT}{_FIND})(?:有|任何|哪[个家款种])?{_NAMED}{_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|的[^,，。!?]{{1,8}}|{_KIND}){_STATED}",
    ),
    _around(rf"不存在{_QUOTE}", rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND}){_STATED}"),
    # (关于)X的信息,资料里没有找到; X的相关信息暂未找到
    _around(
        "",
        rf"{_ITS_INFORMATION}{_QUOTE}[,，]?[^,，。!?]{{0,12}}?(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}|暂缺|缺失"
        rf"|为空|空白"
        rf"|{_LITTLE}|不详|未知|没有){_CLAUSE_END}",
    ),
    # X的信息较少,暂时无法评价
    _around(
        "",
        rf"{_ITS_INFORMATION}{_HEDGE}(?:非常|比较|相当|十分|较为|很|极其|过于|太)?(?:有限|较?少|不多|不足|稀少|缺乏"
        rf"|极少|匮乏)[,，]"
        rf"[^,，。!?]{{0,12}}?(?:无法|不能|难以|没法|不便|暂不)[^,，。!?]{{0,6}}(?:评价|判断|确认|提供|给出|推荐"
        rf"|介绍|评估|回答|核实|分析)",
    ),
    # 关于X,没有找到…
    _around(
        rf"(?:关于|至于|对于|有关){_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND})[,，]{_QUOTE}[^,，。!?]{{0,12}}?"
        rf"(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}|(?:暂无|没有){_MODIFIER}*+{_INFORMATION}|{_LITTLE}{_STATED})",
    ),
    # 关于X的售后,没有查到可靠信息
    _around(
        rf"(?:关于|至于|对于|有关){_QUOTE}",
        rf"{_MODEL}{_QUOTE}{_KIND}的[^,，。!?]{{1,8}}[,，][^,，。!?]{{0,12}}?"
        rf"(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}){_MODIFIER}*+{_INFORMATION}{_CLAUSE_END}",
    ),
    # X暂无相关信息, X没有被收录
    _around(
        "",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND})(?:目前|暂时)?(?:暂无|没有|查无|尚无|并无)(?:任何"
        rf"|可查的?)?(?:相关|有关)的?{_INFORMATION}"
        rf"{_CLAUSE_END}",
    ),
    _around(
        "",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND}){_HEDGE}(?:未被?|没有被?|尚未被?|暂未被?|并未被?)(?:我的?|任何"
        rf"|本)?[^,，。榜]{{0,8}}?"
        rf"(?:收录|检索到|搜索到)(?:{_STATED}|[进于在到][^,，。榜]{{0,8}}(?:知识|数据|资料|信息))",
    ),
    # X不在我的知识范围内
    _around(
        "",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND}){_HEDGE}(?:不在|未在|没有?(?:出现)?在|未出现在|超出了?|不属于"
        rf"|不存在于)"
        rf"[^,，。!?;]{{0,10}}?(?:知识|训练|数据库|资料库?|语料|检索结果|搜索结果|信息库)",
    ),
    # 我没有听说过X这个品牌, 不认识X
    _around(
        rf"{_MINE}{_HEDGE}{_NOT_KNOWN}{_ABOUT}{_NAMED}?{_QUOTE}", rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND}){_STATED}"
    ),
    # 我对X不太了解
    _around(
        rf"{_MINE}{_HEDGE}(?:对于?|就|针对){_NAMED}?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND})(?:的(?:具体|实际)?(?:情况|产品|背景"
        rf"|细节))?{_SPEAKER}?{_HEDGE}{_LITTLE}{_STATED}",
    ),
    # X我不太熟悉; X,我没有查到资料
    _around(
        "",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND})(?:的话)?[,，]?{_SPEAKER}{_HEDGE}(?:{_LITTLE}"
        rf"|(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND})"
        rf"{_MODIFIER}*+{_INFORMATION}|{_NOT}(?:查到|检索到|收录)过?){_STATED}",
    ),
    # X暂时查不到资料
    _around(
        "",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND}){_HEDGE}(?:{_CANNOT_FIND}|(?:没有?|未能?|尚未|暂未)(?:查|检索"
        rf"|搜索|搜|查询)到)"
        rf"{_MODIFIER}*+{_INFORMATION}{_STATED}",
    ),
    # a list of those of which nothing is known
    _around(
        rf"(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}|暂无|缺乏){_MODIFIER}*+{_INFORMATION}(?:的?{_BRAND})?(?:有|包括"
        rf"|如下)?[:：](?:[^,，。!?;:]{{1,12}}{_AND})*{_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:{_STATED}|{_AND})",
    ),
    # X可能是小众品牌,我没有相关信息
    _around(
        "",
        rf"{_MODEL}{_QUOTE}{_KIND}(?:可能|或许|似乎|好像|应该|大概|也许)(?:是|属于)[^,，。]{{0,16}}[,，](?:但|所以"
        rf"|因此)?{_SPEAKER}?{_HEDGE}"
        rf"(?:{_LITTLE}|(?:{_NOT}{_ADVERB}{_FIND}|{_CANNOT_FIND}){_MODIFIER}*+{_INFORMATION}){_STATED}",
    ),
    # X是一个我不了解的品牌
    _around("", rf"{_MODEL}{_QUOTE}{_KIND}(?:是|属于)(?:一?[个家款种])?{_SPEAKER}{_HEDGE}{_NOT_KNOWN}的"),
    # 无法确认X是否存在, 我不确定X是哪家公司的
    _around(
        rf"(?:无法|不能|难以|未能|没法)(?:直接|准确|完全|进一步)?(?:确认|核实|验证|查证|证实|判断|确定"
        rf"|识别){_ABOUT}{_NAMED}?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND})(?:是否|是不是)?(?:真实|真的|确实|实际|真正)?的?(?:存在|真实性"
        rf"|来源|背景|资质|身份)",
    ),
    _around(
        rf"{_MINE}{_HEDGE}(?:不(?:太|是很)?(?:确定|清楚|知道)|无法确(?:定|认)){_NAMED}?{_QUOTE}",
        rf"{_MODEL}{_QUOTE}(?:{_THIS_KIND}|{_KIND})(?:具体)?(?:是(?:哪|不是(?:真|一个)|否(?:真|存)"
        rf"|(?:一?[个家款种])?什么(?!时|价|水|原|档))|指的?是?什么|存不存在)",
    ),
    # 没有足够的信息来评价X
    _around(
        rf"(?:没有?|缺乏|缺少|无)(?:足够|充足|充分|可靠|任何|相关|公开|的)*{_INFORMATION}"
        r"(?:来|去|可以|可供|可|用来|用于|能够?)?(?:评价|判断|介绍|比较|说明|分析|确认|评估|回答|验证|支持)(?:关于)?",
        "",
    ),
    # a name and, behind a colon or in brackets, that nothing is known
    _around(
        "",
        rf"{_MODEL}[^,，。!?;:的\n|]{{0,6}}?[\"'”’」』》】)\]*`_\s]*+[:(\[—–\-]+[\s*_`(]*+{_NOTHING}(?:{_CLAUSE_END}"
        rf"|[)\]|])",
    ),
)
