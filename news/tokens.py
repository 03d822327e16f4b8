"""Words of a news text as features: folded, without stop words, reduced to stems."""

from __future__ import annotations

from news.fold import fold
from news.lexicon import without_clitics

_STOP_WORDS = {
    "en": "the a an of in on at to for from by with and or but as is are was were be been being has have"
    " had will"
    " would can could may might should must do does did not no nor it its this that these those he she"
    " they we you i his"
    " her their our your my who whom which what when where why how than then there here after before over"
    " under about"
    " into out up down off again more most some any all each other such only own same so too very just now"
    " also amid"
    " between against during since until while says said say told tells according new us s t his him them"
    " if because"
    " through per via one two three first last year years day days week month monday tuesday wednesday"
    " thursday friday"
    " saturday sunday read news",
    "fr": "le la les l un une des de du d au aux en dans sur sous pour par avec sans et ou mais ni car que"
    " qu qui quoi"
    " dont ce cet cette ces se s son sa ses leur leurs notre nos votre vos mon ma mes il elle ils elles on"
    " nous vous je"
    " tu y n ne pas plus moins tres est sont etait etaient ete etre a ont avait avaient avoir fait faire"
    " sera seront"
    " serait apres avant entre contre depuis pendant lors vers chez comme si aussi ainsi selon afin tout"
    " tous toute"
    " toutes autre autres meme deux trois premier premiere an ans annee jour jours lundi mardi mercredi"
    " jeudi vendredi"
    " samedi dimanche c j m t jusqu lorsque quand alors cela",
    "ru": "и в во не что он на я с со как а то все она так его но да ты к у же вы за бы по только ее мне"
    " было вот от меня"
    " еще нет о из ему теперь когда даже ну ли если уже или ни быть был него до вас опять уж вам ведь там"
    " потом себя"
    " ничего ей может они тут где есть надо ней для мы тебя их чем была сам чтоб без будто чего раз тоже"
    " себе под будет"
    " тогда кто этот того потому этого какой ним здесь этом один почти мой тем чтобы нее были куда зачем"
    " всех при об"
    " это после над больше тот через эти нас про всего них какая много также который которые которая"
    " сообщил сообщает"
    " сообщили заявил заявила заявили словам года году год день дня понедельник вторник среду четверг"
    " пятницу субботу"
    " воскресенье рассказал",
    "ar": "في من على علي الى الي عن مع هذا هذه ذلك تلك التي الذي الذين ان انه انها كان كانت قد لا ما لم لن"
    " هو هي هم نحن"
    " انت كل بعض غير بين بعد قبل عند حتي ثم او و ف ب ل ك اي لكن كما اذا حيث منذ خلال ضد حول امس اليوم يوم"
    " قال قالت يقول"
    " تقول اعلن اعلنت اكد اكدت عام سنه وقد وكان بان لان فيها فيه عليه منها الاثنين الثلاثاء الاربعاء"
    " الخميس الجمعه السبت"
    " الاحد",
    "es": "el la los las un una unos unas de del al a en con por para sin sobre entre y e o u pero ni que"
    " quien cual cuyo"
    " como cuando donde es son era eran fue fueron ser ha han habia haber se su sus lo le les mi tu nos no"
    " si mas muy ya"
    " tras ante contra desde hasta durante segun este esta estos estas ese esa eso esto aquel otro otra"
    " otros otras todo"
    " todos toda todas dos tres primer primera ano anos dia dias lunes martes miercoles jueves viernes"
    " sabado domingo"
    " dice dijo",
}
_STOPS = {language: frozenset(fold(words).split()) for language, words in _STOP_WORDS.items()}
_ANY_STOP = frozenset().union(*_STOPS.values())
# Endings are left off by length: it serves five languages alike, where real stemmers cut names apart.
_STEM = {"en": 6, "fr": 6, "es": 6, "ru": 5}


def guess_language(folded: list[str], declared: str) -> str:
    """The declared language (two letters), else by script and commonest stop words."""
    if len(declared) >= 2:
        return declared[:2].lower()
    text = "".join(folded[:40])
    if any("\u0600" <= char <= "\u06ff" for char in text):
        return "ar"
    if any("\u0400" <= char <= "\u04ff" for char in text):
        return "ru"
    counts = {lang: sum(word in _STOPS[lang] for word in folded) for lang in ("en", "fr", "es")}
    best = max(counts, key=lambda lang: counts[lang])
    return best if counts[best] else ""


def content(folded: list[str], language: str) -> list[str]:
    """The words that carry meaning, stemmed, in their order; figures stand apart."""
    stops = _STOPS.get(language, _ANY_STOP)
    told = (word for word in folded if word not in stops and len(word) > 1 and not word.isdigit())
    return [stem(word, language) for word in told]


def stem(word: str, language: str) -> str:
    """The beginning of the word; Arabic, whose endings are short, loses its joined particles."""
    return without_clitics(word) if language == "ar" else word[: _STEM.get(language, 7)]
