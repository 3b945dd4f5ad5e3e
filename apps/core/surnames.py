"""How surnames are read where the dictionary's first reading is another one (pypinyin reads 单 as dan, 仇 as chou).

Where families differ (覃 qin or tan, 乐 yue or le), the more common one stands here; sorting and search use it.
"""

# Surname of one character → pinyin. Source: 现代汉语词典 and 通用规范汉字字典, entries marked 姓.
SINGLE = {
    "单": "shan", "曾": "zeng", "仇": "qiu", "解": "xie", "盖": "ge", "区": "ou", "朴": "piao", "任": "ren",
    "查": "zha", "覃": "qin", "乐": "yue", "翟": "zhai", "牟": "mou", "缪": "miao", "种": "chong", "员": "yun",
    "贠": "yun", "折": "she", "召": "shao", "秘": "bi", "祭": "zhai", "隗": "wei", "阚": "kan", "薄": "bo",
    "能": "nai", "都": "du", "郇": "xun", "句": "gou", "隽": "juan", "洗": "xian", "冼": "xian", "粘": "nian",
    "藏": "zang", "撖": "han", "佴": "nai", "尉": "wei", "重": "chong", "柏": "bai", "燕": "yan", "黑": "hei",
    "郗": "xi", "宓": "mi", "莘": "shen", "长": "zhang", "行": "xing", "谌": "chen", "幺": "yao", "万": "wan",
    "纪": "ji", "葛": "ge", "哈": "ha", "那": "na", "车": "che", "曲": "qu", "石": "shi", "沈": "shen",
    "宁": "ning", "应": "ying", "华": "hua", "占": "zhan", "过": "guo", "尹": "yin", "佘": "she", "舍": "she",
    "卜": "bu", "晁": "chao", "褚": "chu", "殷": "yin", "牛": "niu", "俞": "yu", "盛": "sheng", "相": "xiang",
    "干": "gan", "强": "qiang", "谷": "gu", "蒙": "meng", "番": "pan", "乜": "nie", "逄": "pang", "亓": "qi",
    "仉": "zhang", "訾": "zi", "逯": "lu", "适": "kuo", "娄": "lou", "生": "sheng", "教": "jiao", "宿": "su",
    "朝": "chao", "降": "jiang", "圈": "juan", "炅": "gui", "眭": "sui", "睢": "sui", "麦": "mai", "贾": "jia",
    "会": "gui", "繁": "po", "鲜": "xian", "於": "yu", "不": "fou", "瞿": "qu", "蕃": "bo", "令": "ling",
}  # fmt: skip

# Compound surnames → pinyin, syllable by syllable: all of them, so that they are also known as surnames.
DOUBLE = {
    "尉迟": "yu chi", "万俟": "mo qi", "长孙": "zhang sun", "单于": "chan yu", "澹台": "tan tai", "令狐": "ling hu",
    "乐正": "yue zheng", "子车": "zi ju", "欧阳": "ou yang", "上官": "shang guan", "司马": "si ma", "司徒": "si tu",
    "司空": "si kong", "司寇": "si kou", "诸葛": "zhu ge", "公孙": "gong sun", "慕容": "mu rong", "宇文": "yu wen",
    "钟离": "zhong li", "闻人": "wen ren", "赫连": "he lian", "拓跋": "tuo ba", "百里": "bai li", "端木": "duan mu",
    "轩辕": "xuan yuan", "独孤": "du gu", "公羊": "gong yang", "濮阳": "pu yang", "淳于": "chun yu", "太史": "tai shi",
    "申屠": "shen tu", "公冶": "gong ye", "宗政": "zong zheng", "仲孙": "zhong sun", "东郭": "dong guo",
    "南门": "nan men", "西门": "xi men", "呼延": "hu yan", "谷梁": "gu liang", "左丘": "zuo qiu", "第五": "di wu",
    "梁丘": "liang qiu", "段干": "duan gan", "羊舌": "yang she", "漆雕": "qi diao", "亓官": "qi guan",
    "巫马": "wu ma", "公西": "gong xi", "颛孙": "zhuan sun", "壤驷": "rang si", "公良": "gong liang",
    "夹谷": "jia gu", "宰父": "zai fu", "鲜于": "xian yu", "皇甫": "huang fu", "夏侯": "xia hou", "东方": "dong fang",
    "南宫": "nan gong", "叱干": "chi gan", "纳兰": "na lan", "爱新觉罗": "ai xin jue luo", "叶赫那拉": "ye he na la",
    "归海": "gui hai", "西陵": "xi ling", "褚师": "chu shi", "微生": "wei sheng", "陆费": "lu fei",
}  # fmt: skip

# Of one character, the commoner ones; the order is that of how many bear them.
COMMON = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾"
    "夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧"
    "耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧阳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓"
    "古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑"
    "迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢劳谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索"
    "宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶"
    "斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
)
# A surname too, but in a column of names the beginning of a sentence: 都信佛.
_ALSO_A_WORD = "都"


def is_surname(text: str) -> bool:
    """Whether somebody may be called so, where the rest of a cell could be a given name or a sentence."""
    return text in DOUBLE or (text in COMMON and text != _ALSO_A_WORD)


def surname_of(name: str) -> str:
    """The surname that decides the reading: a compound one only where something follows it."""
    for length in (4, 2):
        if len(name) > length and name[:length] in DOUBLE:
            return name[:length]
    return name[:1]


def reading(surname: str) -> list[str]:
    """The syllables of a surname that a table knows, otherwise none."""
    return (DOUBLE.get(surname) or SINGLE.get(surname, "")).split()
