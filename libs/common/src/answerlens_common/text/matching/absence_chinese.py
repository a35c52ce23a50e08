"""How Chinese says that nothing is known of a name: each pattern is what stands before it and what follows."""

import re
from typing import Final

from answerlens_common.text.matching.absence_patterns import Around, Surrounds
from answerlens_common.text.matching.absence_words import (
    ABOUT,
    ADVERB,
    AND,
    APPEAR,
    BRAND,
    CANNOT_FIND,
    CLAUSE_END,
    FACTS,
    FIND,
    FIRST,
    HEDGE,
    INFORMATION,
    ITS_INFORMATION,
    KIND,
    LITTLE,
    MINE,
    MODEL,
    MODIFIER,
    NAMED,
    NOT,
    NOT_KNOWN,
    NOTHING,
    OTHERS,
    QUOTE,
    REVIEWS,
    SCARCE,
    SORT,
    SOUND,
    SOURCE,
    SPEAKER,
    STATED,
    THING,
    THIS_KIND,
    TO_READ,
)

CHINESE: Final = Surrounds(
    (
        # 没有找到(关于)X的信息, 查不到X的资料, 几乎搜不到X的用户评价, 未见X的报道
        Around(
            rf"(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND}|未见到?|鲜有|鲜见|罕见|少见|(?:很难|不容易)(?:找|查|搜|看"
            rf"|见)到?)[^,，比]{{0,24}}",
            rf"(?:{ITS_INFORMATION}|{MODEL}{QUOTE}{KIND}{SORT}{INFORMATION}{TO_READ}){CLAUSE_END}",
        ),
        # 没有机构发布过X的检测报告
        Around(
            rf"(?:没有?|尚无|暂无|未有|无)(?:任何)?[^,，。]{{0,8}}?(?:机构|媒体|平台|人|博主|用户|渠道)"
            rf"(?:发布|公布|公开|出具|提供|做|写|分享)过?{QUOTE}",
            rf"(?:{ITS_INFORMATION}|{MODEL}{QUOTE}{KIND}{SORT}{INFORMATION}){CLAUSE_END}",
        ),
        # 暂无X的数据, 没有与X有关的内容, 缺少X的资料
        Around(
            rf"(?:暂无|没有?|尚无|并无|查无|缺乏|缺少|未有|无){ABOUT}(?:[^,，。的]{{1,12}}{AND})?{NAMED}?{QUOTE}",
            rf"{ITS_INFORMATION}{CLAUSE_END}",
        ),
        # 查不到X的最新售价, 没有找到您提到的X的参数
        Around(
            rf"(?:{NOT}{ADVERB}(?:查到|查询到|检索到|获取到?|获得|搜到|找到)|{CANNOT_FIND})(?:关于|有关"
            rf"|到)?{NAMED}?{QUOTE}",
            rf"{MODEL}{QUOTE}{OTHERS}{THING}{MODIFIER}*+{FACTS}{CLAUSE_END}",
        ),
        # 搜索结果里没有X, 知识库里没有收录X这个品牌, 资料中未出现X
        Around(
            rf"{SOURCE}[^,，。]{{0,6}}?(?:没有?|未|并未|并没有?|不|均未|都没有?|尚未|暂未|暂无|查无|未能"
            rf"|无){ADVERB}(?:{APPEAR})?"
            rf"{ABOUT}{NAMED}?{QUOTE}",
            rf"{MODEL}{QUOTE}{OTHERS}(?:{THIS_KIND}|{KIND})(?:{MODIFIER}*+{INFORMATION})?{CLAUSE_END}",
        ),
        # 没有收录X, 查无X
        Around(
            rf"(?:(?:没有?|未|暂未|尚未|并未|未曾)收录(?:过|到)?|查无|(?:未能?|无法|没能|暂未|尚未)"
            rf"(?:找到|检索到|查到|查询到|搜索到|搜到|识别)){ABOUT}{NAMED}?[:：]?{QUOTE}",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){STATED}",
        ),
        # 没有查到X这个品牌, 未能找到名为X的耳机品牌
        Around(
            rf"(?:{NOT}{ADVERB}(?:收录|检索到|查到|查询到|搜到|搜索到|找到|发现)"
            rf"|{CANNOT_FIND}){ABOUT}{NAMED}?{QUOTE}",
            rf"{MODEL}{QUOTE}(?:这|该|此)(?:一?[个家款种])?[^,，。!?;:的\s]{{0,4}}?{BRAND}{STATED}",
        ),
        # 似乎没有名为X的品牌, 市面上并没有一个叫X的耳机品牌
        Around(
            rf"(?:没有?|不存在|并无|未有|无|不知道?|{CANNOT_FIND}|{NOT}{FIND})(?:有|任何|哪[个家款种])?{NAMED}{QUOTE}",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|的[^,，。!?]{{1,8}}|{KIND}){STATED}",
        ),
        Around(rf"不存在{QUOTE}", rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){STATED}"),
        # (关于)X的信息,资料里没有找到; X的相关信息暂未找到
        Around(
            "",
            rf"{ITS_INFORMATION}{QUOTE}[,，]?[^,，。!?]{{0,12}}?(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND}|暂缺|缺失"
            rf"|为空|空白"
            rf"|{LITTLE}|不详|未知|没有){CLAUSE_END}",
        ),
        # X的信息较少,暂时无法评价
        Around(
            "",
            rf"{ITS_INFORMATION}{HEDGE}(?:非常|比较|相当|十分|较为|很|极其|过于|太)?(?:有限|较?少|不多|不足|稀少|缺乏"
            rf"|极少|匮乏)[,，]"
            rf"[^,，。!?]{{0,12}}?(?:无法|不能|难以|没法|不便|暂不)[^,，。!?]{{0,6}}(?:评价|判断|确认|提供|给出|推荐"
            rf"|介绍|评估|回答|核实|分析)",
        ),
        # 关于X,没有找到…
        Around(
            rf"(?:关于|至于|对于|有关){QUOTE}",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})[,，]{QUOTE}[^,，。!?]{{0,12}}?"
            rf"(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND}|(?:暂无|没有){MODIFIER}*+{INFORMATION}|{LITTLE}{STATED})",
        ),
        # 关于X的售后,没有查到可靠信息
        Around(
            rf"(?:关于|至于|对于|有关){QUOTE}",
            rf"{MODEL}{QUOTE}{KIND}的[^,，。!?]{{1,8}}[,，][^,，。!?]{{0,12}}?"
            rf"(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND}){MODIFIER}*+{INFORMATION}{CLAUSE_END}",
        ),
        # X暂无评价, X缺乏公开资料
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){HEDGE}(?:(?:暂?无|尚无|查无)(?:{REVIEWS}|信息|资料|数据|记录)"
            rf"|(?:缺乏|缺少|暂?无|尚无){SOUND}++{INFORMATION}|没有什么?{SOUND}*+的?{INFORMATION}可(?:供参考"
            rf"|查))(?:{TO_READ}){STATED}",
        ),
        # 目前关于X的信息较少; 关于X,公开信息有限
        Around(rf"(?:关于|有关|对于){QUOTE}", rf"{ITS_INFORMATION}{SCARCE}{STATED}"),
        Around(
            rf"(?:关于|有关|对于){QUOTE}",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})[,，][^,，。!?]{{0,8}}?{INFORMATION}{SCARCE}{STATED}",
        ),
        # X的口碑如何,没有足够的数据
        Around(
            "",
            rf"{MODEL}{QUOTE}{KIND}(?:的[^,，。]{{1,6}}?)?(?:如何|怎么样|怎样|好不好"
            rf"|是否[^,，]{{1,8}})[,，][^,，。]{{0,8}}?"
            rf"(?:没有|缺乏|缺少|暂无|尚无){SOUND}++{INFORMATION}{STATED}",
        ),
        # X这个名字我第一次听说; 第一次听说X
        Around("", rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})[,，]?{SPEAKER}?{HEDGE}(?:还是|是)?{FIRST}{STATED}"),
        Around(rf"{MINE}{HEDGE}(?:还是|是)?{FIRST}{QUOTE}", rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){STATED}"),
        # X不太了解; X,我的资料里没有
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){HEDGE}(?:不太(?:清楚|了解|熟悉)|不(?:了解|熟悉|认识)"
            rf"|没(?:有)?听(?:说)?过){STATED}",
        ),
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})[,，](?:我的?|本)?{SOURCE}{HEDGE}(?:没有?|未|暂未)(?:收录|记录"
            rf"|找到|查到|提到)?过?{STATED}",
        ),
        # X,暂无相关资料; X,抱歉,我查不到
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})[,，](?:抱歉[,，]?)?{HEDGE}(?:(?:暂无|查无|未找到|未查到"
            rf"|未检索到|没有找到|没有检索到)"
            rf"{MODIFIER}*+{INFORMATION}|{SPEAKER}{HEDGE}{CANNOT_FIND}){TO_READ}{STATED}",
        ),
        # 好像没有X这个牌子
        Around(
            rf"(?:^|[,，:]|市面上?|市场上?|国内|似乎|好像|应该|可能|并)并?没有{QUOTE}",
            rf"{MODEL}{QUOTE}(?:这|该|此)(?:一?[个家款种])?[^,，。!?;:的\s]{{0,4}}?{BRAND}{STATED}",
        ),
        # X暂无相关信息, X没有被收录
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})(?:目前|暂时)?(?:暂无|没有|查无|尚无|并无)(?:任何"
            rf"|可查的?)?(?:相关|有关)的?{INFORMATION}"
            rf"{CLAUSE_END}",
        ),
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){HEDGE}(?:未被?|没有被?|尚未被?|暂未被?|并未被?)(?:我的?|任何"
            rf"|本)?[^,，。榜]{{0,8}}?"
            rf"(?:收录|检索到|搜索到)(?:{STATED}|[进于在到][^,，。榜]{{0,8}}(?:知识|数据|资料|信息))",
        ),
        # X不在我的知识范围内
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){HEDGE}(?:不在|未在|没有?(?:出现)?在|未出现在|超出了?|不属于"
            rf"|不存在于)"
            rf"[^,，。!?;]{{0,10}}?(?:知识|训练|数据库|资料库?|语料|检索结果|搜索结果|信息库)",
        ),
        # 我没有听说过X这个品牌, 不认识X
        Around(rf"{MINE}{HEDGE}{NOT_KNOWN}{ABOUT}{NAMED}?{QUOTE}", rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){STATED}"),
        # 我对X不太了解
        Around(
            rf"{MINE}{HEDGE}(?:对于?|就|针对){NAMED}?{QUOTE}",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})(?:的(?:具体|实际)?(?:情况|产品|背景"
            rf"|细节))?{SPEAKER}?{HEDGE}{LITTLE}{STATED}",
        ),
        # X我不太熟悉; X,我没有查到资料
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})(?:的话)?[,，]?{SPEAKER}{HEDGE}(?:{LITTLE}"
            rf"|(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND})"
            rf"{MODIFIER}*+{INFORMATION}|{NOT}(?:查到|检索到|收录)过?){STATED}",
        ),
        # X暂时查不到资料
        Around(
            "",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND}){HEDGE}(?:{CANNOT_FIND}|(?:没有?|未能?|尚未|暂未)(?:查|检索"
            rf"|搜索|搜|查询)到)"
            rf"{MODIFIER}*+{INFORMATION}{STATED}",
        ),
        # a list of those of which nothing is known
        Around(
            rf"(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND}|暂无|缺乏){MODIFIER}*+{INFORMATION}(?:的?{BRAND})?(?:有|包括"
            rf"|如下)?[:：](?:[^,，。!?;:]{{1,12}}{AND})*{QUOTE}",
            rf"{MODEL}{QUOTE}(?:{STATED}|{AND})",
        ),
        # X可能是小众品牌,我没有相关信息
        Around(
            "",
            rf"{MODEL}{QUOTE}{KIND}(?:可能|或许|似乎|好像|应该|大概|也许)(?:是|属于)[^,，。]{{0,16}}[,，](?:但|所以"
            rf"|因此)?{SPEAKER}?{HEDGE}"
            rf"(?:{LITTLE}|(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND}){MODIFIER}*+{INFORMATION}"
            rf"|[^,，。]{{0,6}}?{INFORMATION}{SCARCE}){STATED}",
        ),
        # X是一个我不了解的品牌
        Around("", rf"{MODEL}{QUOTE}{KIND}(?:是|属于)(?:一?[个家款种])?{SPEAKER}{HEDGE}{NOT_KNOWN}的"),
        # 无法确认X是否存在, 我不确定X是哪家公司的
        Around(
            rf"(?:无法|不能|难以|未能|没法)(?:直接|准确|完全|进一步)?(?:确认|核实|验证|查证|证实|判断|确定"
            rf"|识别){ABOUT}{NAMED}?{QUOTE}",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})(?:是否|是不是)?(?:真实|真的|确实|实际|真正)?的?(?:存在|真实性"
            rf"|来源|背景|资质|身份)",
        ),
        Around(
            rf"{MINE}{HEDGE}(?:不(?:太|是很)?(?:确定|清楚|知道)|无法确(?:定|认)){NAMED}?{QUOTE}",
            rf"{MODEL}{QUOTE}(?:{THIS_KIND}|{KIND})(?:具体)?(?:是(?:哪|不是(?:真|一个)|否(?:真|存)"
            rf"|(?:一?[个家款种])?什么(?!时|价|水|原|档))|指的?是?什么|存不存在)",
        ),
        # 没有足够的信息来评价X
        Around(
            rf"(?:没有?|缺乏|缺少|无)(?:足够|充足|充分|可靠|任何|相关|公开|的)*{INFORMATION}"
            r"(?:来|去|可以|可供|可|用来|用于|能够?)?(?:评价|判断|介绍|比较|说明|分析|确认|评估|回答|验证"
            r"|支持)(?:关于)?",
            "",
        ),
        # a name and, behind a colon or in brackets, that nothing is known
        Around(
            "",
            rf"{MODEL}[^,，。!?;:的\n|]{{0,6}}?[\"'”’」』》】)\]*`_\s]*+[:(\[—–\-]+[\s*_`(]*+{NOTHING}(?:{CLAUSE_END}"
            rf"|[)\]|])",
        ),
    )
)

# X? 我没有听过这个品牌; X是哪里的品牌? 我没有查到它的资料
ECHO: Final = re.compile(
    rf"[^。!?;\n]{{0,16}}\?\s*(?:抱歉[,，]?)?{SPEAKER}?{HEDGE}(?:{NOT_KNOWN}(?:这|该|此"
    rf"|它)?(?:一?[个家款种])?{BRAND}?"
    rf"|(?:{NOT}{ADVERB}{FIND}|{CANNOT_FIND})(?:关于|有关|到)?(?:它|其|该|此"
    rf"|这[个家款]?){BRAND}?的?{MODIFIER}*+{INFORMATION}){STATED}"
    r"|\?\s*(?:i(?:['’]ve| have)? )?(?:never heard|haven['’]t heard|(?:i['’]m |am )?not familiar)\b"
)
