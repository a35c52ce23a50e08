"""The words that Chinese says it with that nothing is known of a name, as pieces of patterns."""

from typing import Final


def _any(words: str) -> str:
    return f"(?:{'|'.join(words.split())})"


QUOTE: Final = r"[\"'“”‘’「」『』《》【】()\[\]*`_\s]*+"
NOT: Final = r"(?:没有?能?够?|未能?够?|无法|不能|并未|并没有?|尚未|暂未|暂时没有?|难以|从未|从没|均未|都没有?)"
ADVERB: Final = (
    r"(?:在[^,，。]{1,12}?)?(?:直接|再|有效|成功|及时|准确|可靠地|实际|真正|检索|搜索|查询)?(?:为[您你]"
    r"|给[您你]|帮[您你])?"
)
FIND: Final = _any(
    "找到 查到 查询到 查找到 搜到 搜索到 搜寻到 检索到 检索出 获取到? 获得 得到 取得 掌握 收集到 收录到? 搜集到"
    " 看到 见到 发现 提供 查阅到 了解到"
)
CANNOT_FIND: Final = r"(?:(?:找|查|搜|查询|搜索|检索)不(?:太|大)?(?:到|出))"
WHOSE: Final = _any("用户 网友 消费者 真实 买家 使用者? 专业 第三方 媒体")
REVIEWS: Final = _any("评价 评测 测评 口碑 评论 反馈 测试报告 报告")
NOUNS: Final = _any(
    "信息 资讯 资料 内容 数据 结果 记录 纪录 报道 介绍 材料 文献 网页 词条 条目 线索 情报 消息 说明 描述 文档 了解 知识"
    " 印象 身影 踪影 踪迹"
)
INFORMATION: Final = rf"(?:{WHOSE}*(?:{REVIEWS}?{NOUNS}|{REVIEWS}))"
MODIFIER: Final = _any(
    "的 任何 相关 有关 具体 详细 公开 有效 明确 准确 可靠 直接 权威 官方 最新 更多 进一步 足够 充分 可用 确切 背景"
    " 品牌 产品 公司 企业 可查 可信 完整 在?[这该]一?方面 太多 过多 多少 很多 较多 专门 独立 单独 真实 实际 实测"
    " 销售 市场 财务 测试 融资 专利 行业 使用 购买"
)
BRAND: Final = _any("品牌 牌子 公司 企业 厂商 厂家 产品 商家 型号 名字 名称 店家? 机构 平台")
KIND: Final = rf"(?:这|那|该|此)?(?:一?[个家款种])?{BRAND}?"
THIS_KIND: Final = rf"(?:的)?(?:这|那|该|此)?(?:一?[个家款种])?[^,，。!?;:的了是没有不\s]{{0,4}}?{BRAND}"
# 一个名为X, 您提到的X
NAMED: Final = (
    r"(?:(?:一?[个家款种])?[^,，。的]{0,6}?(?:名为|名叫|叫做?|叫作|称为|所谓的?)|[您你](?:所?(?:提到|提及|说|问)到?的))"
)
ABOUT: Final = f"{_any('任何 有关 有 到 关于 与 和 跟 针对 对于 涉及 提及 可靠 公开 足够 直接 具体 明确 的 过')}*+"
SOURCE: Final = (
    r"(?:(?:搜索|检索|查询|返回)的?结果|资料库?|信息库?|来源|网页|文档|材料|上下文|知识库|数据库|语料库?|训练数据"
    r"|数据|文献|内容|记录)"
    r"(?:里面?|中|内|当中|之中|范围内)?"
)
APPEAR: Final = _any(
    "提到 提及 涉及 出现 包含 包括 显示 找到 查到 看到 发现 覆盖 检索到 收录 记录 记载 见到? 搜到 有 查询到"
)
SPEAKER: Final = "(?:我们?|本人|本助手|本模型)"
HEDGE: Final = (
    f"{_any('这边 这里 目前 暂时 现在 确实 其实 真的 还 并 从来? 也 都 暂 好像 似乎 可能 实在 对此 之前 此前 则 倒')}*+"
)
KNOWN: Final = "(?:听说过?|听过|听闻过?|见过|了解过?|知道|认识|熟悉|清楚|接触过)"
NOT_KNOWN: Final = (
    rf"(?:不是?(?:太|很|怎么|甚|特别|够|大|那么)?|没有?(?:怎么|太)?|未曾?|从未|从没有?|并未|还没有?|并没有?){KNOWN}"
)
LITTLE: Final = (
    rf"(?:{NOT_KNOWN}|{KNOWN}(?:得|的)?(?:并|也|还)?(?:不多|不够|有限|甚少|很少|较少|不深|不足)"
    rf"|(?:缺乏|没有?|缺少|[并暂]?无)(?:{MODIFIER}|什么)*+{INFORMATION}|一无所知|毫不知情)"
)

# Other names in a list with this one, and the model number that belongs to it.
OTHERS: Final = r"(?:(?:、|和|与|及|或|以及)[^、和与及或,，。!?;的\n]{1,12})*?"
MODEL: Final = r"[ a-z0-9-]{0,20}+"
# What the brand makes, between its name and the information: 索尼|蓝牙耳机|的信息, but nothing that compares or judges.
THING: Final = rf"(?:[^、,，。!?;:\n的比更最不没有好差高低\s]{{0,8}}?(?=的|{MODIFIER}|{INFORMATION}))?"
TO_READ: Final = r"(?:(?:可以?)?(?:供|作为)?(?:参考|查询|查阅|引用|使用|展示))?"
ITS_INFORMATION: Final = rf"{MODEL}{QUOTE}{OTHERS}{QUOTE}{KIND}{THING}{MODIFIER}*+{INFORMATION}{TO_READ}"
# What one looks up about a brand or a product: not to find it is to know nothing of it.
FACTS: Final = _any(
    "售价 价格 报价 参数 规格 配置 官网 地址 电话 联系方式 门店 型号 产品 简介 背景 档案 资质 情况 详情"
    " 旗舰店 店铺 商品"
)
AND: Final = "(?:、|和|与|及|或|以及)"
CLAUSE_END: Final = rf"{QUOTE}(?:$|[,，、。!?;:\n…]|\.)"
STATED: Final = rf"了?{QUOTE}(?:$|[,，](?!{QUOTE}(?:就|那|怎|还敢|说明|等于))|[、。!;:\n…]|\.)"
# Where nobody else can be the one who does not know: 很多人不了解X is another's.
MINE: Final = rf"(?:^|[,，:、…]|[抱道]歉|不好意思|{SPEAKER}{HEDGE}){QUOTE}"
NOTHING: Final = (
    rf"(?:目前|暂时|抱歉[,，]?|该品牌|我)*(?:(?:暂无|无|没有?|尚无|并无|缺乏|缺少|未有|{NOT}{ADVERB}{FIND}"
    rf"|{CANNOT_FIND}|查无)"
    rf"(?:到|其)?{MODIFIER}*+(?:{INFORMATION}|{FACTS}){TO_READ}|(?:未|暂未|尚未|没有)(?:找到|查到|收录|检索到"
    rf"|搜到)|查无此?{BRAND}?"
    rf"|{CANNOT_FIND}|无法(?:查证|核实|确认|获取)|{NOT_KNOWN}|{INFORMATION}(?:不足|缺失|不详|有限|未知))"
)


# 工商, 备案, 检测: what kind of information, but not 负面, 投诉 or 召回, which one is glad not to find.
SORT: Final = (
    r"(?:的[^,，。!?;:\n的比更最不没有好差高低负坏投诉违罚故障召退假]{1,4}(?=信息|资料|数据|介绍|评测|测评|报道|报告))?"
)
FIRST: Final = "(?:第一次|头一次|头一回|首次|第一回)(?:听说|听到|听闻|见到|看到|听)过?"
SCARCE: Final = (
    f"{HEDGE}(?:非常|比较|相当|十分|较为|很|极其|过于|太|还)?(?:有限|较?少|不多|不足|稀少|缺乏|极少|匮乏|很少)"
)
SOUND: Final = _any("公开 可靠 足够 充分 充足 权威 相关 有关 有效 独立 第三方 可查 可信 详细 具体 的")
