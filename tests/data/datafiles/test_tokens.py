"""The estimate of tokens is near the tokenizer cl100k."""

# ruff: noqa: E501, RUF001  # texts on one line, in other scripts

from __future__ import annotations

import pytest

from emissary_client_sdk._datafiles.tokens import estimate_tokens

# fmt: off
SAMPLES = {
    "English": [
        "My parcel arrived three days late and one corner was crushed.",
        "How do I change the delivery address of an order that has already been paid?",
        "The General Assembly calls upon all Member States to protect the right to education in times of conflict.",
        "ok thanks!!",
        "Refund order #48213 (EUR 59.90), please. I've written twice since 12 March and nobody answered :(",
        "Patients with persistent hypertension should be monitored for electrolyte disturbances during treatment.",
        "Delegates met in Geneva on Tuesday to discuss how coastal cities can prepare for rising sea levels.",
        "lol why does the app keep crashing after the update?? reinstalled it 3x already",
        "Subject: Meeting moved\n\nHi Anna,\n\nthe review is now on Friday at 10:30 in room 4.\n\nBest,\nTom",
        "The committee shall adopt its rules of procedure by a two-thirds majority of the members present and voting.",
    ],
    "Chinese": [
        "我的包裹晚到了三天，而且一个角被压坏了。",
        "已经付款的订单怎么修改收货地址？",
        "大会呼吁所有会员国在冲突期间保护受教育的权利。",
        "好的，谢谢！",
        "请退款，订单号48213，金额59.90元。三月十二日以来我写了两次邮件都没有人回复。",
        "持续高血压的患者在治疗期间应监测电解质紊乱。",
        "各国代表星期二在日内瓦开会，讨论沿海城市如何应对海平面上升。",
        "更新之后应用一直闪退，我已经重装三次了，到底怎么回事？",
        "会议改到星期五上午十点半，地点在四号会议室，请提前准备材料。",
        "委员会应以出席并参加表决的成员三分之二多数通过其议事规则。",
    ],
    "Bangla": [
        "আমার পার্সেল তিন দিন দেরিতে এসেছে এবং একটি কোণ ভেঙে গেছে।",
        "টাকা দেওয়া হয়ে গেছে এমন অর্ডারের ঠিকানা কীভাবে বদলাব?",
        "সাধারণ পরিষদ সংঘাতের সময় শিক্ষার অধিকার রক্ষা করতে সব সদস্য রাষ্ট্রকে আহ্বান জানায়।",
        "ঠিক আছে, ধন্যবাদ!",
        "দয়া করে অর্ডার ৪৮২১৩ এর টাকা ফেরত দিন। ১২ মার্চ থেকে দুইবার লিখেছি, কেউ উত্তর দেয়নি।",
        "দীর্ঘস্থায়ী উচ্চ রক্তচাপের রোগীদের চিকিৎসার সময় নিয়মিত পরীক্ষা করা উচিত।",
        "মঙ্গলবার জেনেভায় প্রতিনিধিরা আলোচনা করেছেন উপকূলের শহরগুলো কীভাবে সমুদ্রের উচ্চতা বৃদ্ধির জন্য প্রস্তুত হতে পারে।",
        "আপডেটের পর থেকে অ্যাপ বারবার বন্ধ হয়ে যাচ্ছে, তিনবার নতুন করে ইনস্টল করেছি।",
        "সভা এখন শুক্রবার সকাল সাড়ে দশটায় চার নম্বর ঘরে হবে।",
        "কমিটি উপস্থিত ও ভোটদানকারী সদস্যদের দুই-তৃতীয়াংশ সংখ্যাগরিষ্ঠতায় তার নিয়ম গ্রহণ করবে।",
    ],
    "Arabic": [
        "وصل الطرد متأخرا ثلاثة أيام وكانت إحدى زواياه مكسورة.",
        "كيف أغير عنوان التسليم لطلب تم دفع ثمنه بالفعل؟",
        "تدعو الجمعية العامة جميع الدول الأعضاء إلى حماية الحق في التعليم في أوقات النزاع.",
        "حسنا، شكرا جزيلا!",
        "أرجو رد مبلغ الطلب رقم 48213. كتبت إليكم مرتين منذ 12 مارس ولم يجبني أحد.",
        "يجب مراقبة المرضى الذين يعانون من ارتفاع ضغط الدم المستمر أثناء العلاج.",
        "اجتمع المندوبون في جنيف يوم الثلاثاء لبحث استعداد المدن الساحلية لارتفاع مستوى سطح البحر.",
        "التطبيق يتوقف باستمرار بعد التحديث، لقد أعدت تثبيته ثلاث مرات!",
        "تم نقل الاجتماع إلى يوم الجمعة الساعة العاشرة والنصف في القاعة الرابعة.",
        "تعتمد اللجنة نظامها الداخلي بأغلبية ثلثي الأعضاء الحاضرين والمصوتين.",
    ],
    "code": [
        "def mean(values):\n    if not values:\n        raise ValueError('no values')\n    return sum(values) / len(values)\n",
        "for (let i = 0; i < items.length; i++) {\n  console.log(items[i].name);\n}\n",
        "SELECT c.name, COUNT(*) AS orders\nFROM customers c\nJOIN orders o ON o.customer_id = c.id\nGROUP BY c.name\nHAVING COUNT(*) > 5;\n",
        "public static int parsePort(String text) {\n    int port = Integer.parseInt(text.trim());\n    return port > 0 ? port : DEFAULT_PORT;\n}\n",
        "#include <stdio.h>\n\nint main(void) {\n    printf(\"%d\\n\", 42);\n    return 0;\n}\n",
        "apiVersion: v1\nkind: Service\nmetadata:\n  name: web\nspec:\n  ports:\n    - port: 80\n      targetPort: 8080\n",
        "{\"id\": 17, \"tags\": [\"new\", \"sale\"], \"price\": {\"amount\": 12.5, \"currency\": \"EUR\"}}",
        "grep -rn \"TODO\" src | awk -F: '{print $1}' | sort | uniq -c | sort -rn | head -5",
        "<ul class=\"menu\">\n  <li><a href=\"/home\">Home</a></li>\n  <li><a href=\"/about\">About</a></li>\n</ul>\n",
        "impl Iterator for Counter {\n    type Item = u32;\n    fn next(&mut self) -> Option<u32> {\n        self.count += 1;\n        Some(self.count)\n    }\n}\n",
    ],
}
# fmt: on
TOKENS = {"English": 175, "Chinese": 273, "Bangla": 892, "Arabic": 457, "code": 321}
"""Tokens of all samples, counted by tiktoken 0.14.0:

python -c "import tiktoken; from tests.data.datafiles.test_tokens import SAMPLES as s; e = tiktoken.get_encoding('cl100k_base'); print({k: sum(len(e.encode(t)) for t in s[k]) for k in s})"
"""


@pytest.mark.parametrize("language", SAMPLES)
def test_estimate_is_near_the_count(language: str) -> None:
    """Ten texts are estimated within a quarter of their tokens, one by one and together."""
    texts = SAMPLES[language]
    assert sum(estimate_tokens([text]) for text in texts) == pytest.approx(TOKENS[language], rel=0.25)
    assert estimate_tokens(texts) == pytest.approx(TOKENS[language], rel=0.25)


def test_texts_without_characters_have_no_tokens() -> None:
    """Nothing is estimated of nothing."""
    assert estimate_tokens([]) == estimate_tokens([""]) == 0
