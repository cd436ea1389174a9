"""Words that say what an organisation is in law and nothing of which one it is."""

import re

# Whole phrases first, in their own script, because their words alone may be part of a name.
_PHRASES = (
    "股份有限公司|有限责任公司|有限責任公司|股份公司|有限公司|集团公司|集团|集團|株式会社|合同会社|주식회사|유한회사"
    "|общество с ограниченной ответственностью|публичное акционерное общество"
    "|акционерное общество|товариство з обмеженою відповідальністю"
    "|акціонерне товариство|дружество с ограничена отговорност"
    "|друштво са ограниченом одговорношћу|ذات مسؤولية محدودة|ذات المسؤولية المحدودة"
    r"|شركة مساهمة عامة|شركة مساهمة|شركة|مؤسسة|ذ\.م\.م|ش\.م\.ع|ش\.م\.م|ش\.م\.ل"
    r"|s\. ?a\. de c\. ?v\.|s\.à ?r\.l\.|sp\. ?z ?o\. ?o\.|spółka z o\. ?o\."
    r"|spolka z o\. ?o\.|spol\. s r\. ?o\.|gmbh & co\. kg|gmbh u\. co\. kg"
    r"|gmbh and co kg|ltd\. şti\.|ltd\. sti\.|korlátolt felelősségű társaság"
    "|korlatolt felelossegu tarsasag|sociedad limitada|société anonyme|sociedad anónima"
    r"|società per azioni|eingetragener verein|ges\. ?m\. ?b\. ?h\."
    "|gesellschaft mit beschränkter haftung|gesellschaft mit beschraenkter haftung"
)
# Russian, Ukrainian and Arabic phrases as people type them on a Latin keyboard.
_ROMANISED = (
    "|obshchestvo s ogranichenn?oy otvetstvenn?ost'?yu|aktsionern?oe obshchestvo"
    "|aktsionernoye obshchestvo|tovaristvo z obmezhenoyu vidpovidaln?istyu"
    "|tovarystvo z obmezhenoyu vidpovidaln?istyu|shrka dhat mswwlya mhdwda|shrka"
    r"|sharikat|dh\.m\.m|sh\.m\.a"
)
LEGAL_PHRASE = re.compile(_PHRASES + _ROMANISED)

# As `names.romanised` leaves them: without accents, y as i.
_WORDS = (
    "gmbh mbh gesmbh ag ev se ltd limited inc incorporated llc llp plc corp corporation"
    " co kg kgaa ohg ug sarl sarlu sas sasu sa asbl vzw aisbl sl slu srl spa sapa snc"
    " bv nv stichting ab as asa aps oi oij ehf hf spzoo sro kft zrt nyrt bt lda ltda"
    " limitada eireli as sti dd doo ad ood eood ead ooo oao pao zao ao too tov at prat"
    " ae epe ike pti pvt pte bhd sdn kk gk aktiengesellschaft aktiebolag aktieselskab"
    " anpartsselskab osakehtio osakeihtio tarsasag dhmm shma dmm shmm shml"
)
LEGAL_WORDS = frozenset(_WORDS.split())

_CONNECTING = "and und et y e i och og ja the of de du des da do di del der die das"
CONNECTING_WORDS = frozenset(_CONNECTING.split())
