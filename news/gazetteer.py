"""Places that tell events apart: Sahel towns and areas, and the states and bodies of the news.

Towns are from the GeoNames extracts of Mali, Niger, Burkina Faso and their neighbours (CC BY 4.0), chosen by
their part in the news; Cyrillic and Arabic spellings are those of the Russian and Arabic press.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from news.lexicon import Lexicon

# "town@country": spellings. A capital is a metonym of its state's rulers, so it stands apart.
_TOWNS = {
    "aguelhok@ml": "aguelhok aguelhoc агельхок اجلهوك اغلهوك",
    "ansongo@ml": "ansongo ансонго انسونغو",
    "ber@ml": "camp_de_ber",
    "bankass@ml": "bankass банкас банкасс بانكاس",
    "bourem@ml": "bourem бурем بوريم",
    "diabaly@ml": "diabaly diabali диабали ديابالي",
    "farabougou@ml": "farabougou фарабугу فارابوغو",
    "gossi@ml": "gossi госси غوسي",
    "hombori@ml": "hombori хомбори هومبوري",
    "konna@ml": "konna конна كونا",
    "mondoro@ml": "mondoro мондоро موندورو",
    "sokolo@ml": "sokolo соколо سوكولو",
    "bandiagara@ml": "bandiagara бандиагара bandjagara باندياغارا",
    "boni@ml": "boni",
    "boulkessi@ml": "boulkessi boulikessi boulkessy булькесси بولكيسي",
    "diafarabe@ml": "diafarabe",
    "dioila@ml": "dioila",
    "djenne@ml": "djenne дженне جيني",
    "douentza@ml": "douentza дуэнца دوينتزا",
    "gao@ml": "gao гао غاو",
    "goundam@ml": "goundam гундам",
    "kangaba@ml": "kangaba",
    "kati@ml": "kati кати كاتي",
    "kayes@ml": "kayes каес كايس كاييس",
    "kidal@ml": "kidal кидал* كيدال",
    "kolokani@ml": "kolokani",
    "koulikoro@ml": "koulikoro кулико* كوليكورو",
    "koutiala@ml": "koutiala كوتيالا",
    "loulouni@ml": "loulouni",
    "markala@ml": "markala",
    "menaka@ml": "menaka менака ميناكا",
    "mopti@ml": "mopti мопти موبتي",
    "mourdiah@ml": "mourdiah",
    "moura@ml": "moura мура муре муры مورا",
    "nampala@ml": "nampala nampalari نامبالا",
    "nara@ml": "ville_de_nara",
    "nioro@ml": "nioro نيورو",
    "niono@ml": "niono نيونو",
    "ogossagou@ml": "ogossagou огоссагу",
    "sebba@bf": "sebba",
    "segou@ml": "segou сегу سيغو",
    "senou@ml": "senou senu سينو",
    "sevare@ml": "sevare севаре سيفاري",
    "sikasso@ml": "sikasso сикасо сикассо سيكاسو",
    "talataye@ml": "talataye تالاتاي",
    "tessalit@ml": "tessalit тессалит تيساليت",
    "tessit@ml": "tessit тессит تيسيت",
    "timbuktu@ml": "timbuktu tombouctou tombuctu tombouktou тимбукту томбукту تمبكتو تومبوكتو",
    "tinzaouaten@ml": "tinzaouaten tinzaouatene tin_zaouatine tinzawaten tinzaouatine тинзауат* тин_зауат*"
    " تينزاواتين"
    " تين_زاوتين تنزواتين",
    "anefis@ml": "anefis anefif анефис انفيف",
    "lere@ml": "camp_de_lere lere",
    "taoudenni@ml": "taoudenni taoudenit تاودني",
    "yelimane@ml": "yelimane",
    "amachach@ml": "amachach amachache",
    "agadez@ne": "agadez агадес* اغاديز اغاديس",
    "arlit@ne": "arlit арлит* ارليت",
    "ayorou@ne": "ayorou ayerou айору",
    "banibangou@ne": "banibangou بانيبانغو",
    "bankilare@ne": "bankilare",
    "bosso@ne": "bosso",
    "chinagodrar@ne": "chinagodrar chinegodar шинагодар شيناغودار",
    "makalondi@ne": "makalondi макалонди ماكالوندي",
    "diffa@ne": "diffa диффа ديفا",
    "dirkou@ne": "dirkou ديركو",
    "dosso@ne": "dosso доссо دوسو",
    "fambita@ne": "fambita",
    "gaya@ne": "gaya_niger",
    "inates@ne": "inates",
    "maradi@ne": "maradi маради مارادي",
    "ouallam@ne": "ouallam уаллам والام",
    "tahoua@ne": "tahoua тахуа تاهوا",
    "tassara@ne": "tassara",
    "tera@ne": "ville_de_tera",
    "tillaberi@ne": "tillaberi tillabery тиллабери تيلابيري",
    "torodi@ne": "torodi",
    "zinder@ne": "zinder зиндер زيندر",
    "koutougou@bf": "koutougou",
    "arbinda@bf": "arbinda aribinda арбинда اربيندا",
    "barsalogho@bf": "barsalogho барсалого* барсалог* بارسالوغو برسالوغو",
    "bobo-dioulasso@bf": "bobo_dioulasso бобо_диуласо بوبو_ديولاسو",
    "boungou@bf": "boungou",
    "deou@bf": "deou",
    "diapaga@bf": "diapaga диапага دياباغا",
    "djibo@bf": "djibo джибо جيبو",
    "dori@bf": "dori дори دوري",
    "fada-ngourma@bf": "fada_ngourma fada_n_gourma фада_нгурма",
    "gayeri@bf": "gayeri",
    "inata@bf": "inata",
    "kaya@bf": "kaya кая كايا",
    "karma@bf": "village_de_karma karma_massacre",
    "kompienga@bf": "kompienga",
    "kongoussi@bf": "kongoussi",
    "mansila@bf": "mansila мансила",
    "nouna@bf": "nouna",
    "nouna-zaongo@bf": "zaongo заонго",
    "ouahigouya@bf": "ouahigouya уахигуя",
    "oursi@bf": "oursi",
    "partiaga@bf": "partiaga",
    "seytenga@bf": "seytenga",
    "silgadji@bf": "silgadji",
    "solenzo@bf": "solenzo soulenzo",
    "solhan@bf": "solhan солхан سولهان",
    "thiou@bf": "thiou",
    "titao@bf": "titao",
    "yirgou@bf": "yirgou",
    "nondin@bf": "nondin soro_nondin",
    "tougouri@bf": "tougouri",
    "banfora@bf": "banfora банфора بانفورا",
    "gorgadji@bf": "gorgadji горгаджи",
    "gorom-gorom@bf": "gorom_gorom гором_гором غوروم_غوروم",
    "tenkodogo@bf": "tenkodogo тенкодого تنكودوغو",
    "abeche@td": "abeche абеше ابشي",
    "adre@td": "adre адре ادري",
    "bol@td": "lac_tchad lake_chad",
    "faya@td": "faya_largeau",
    "moundou@td": "moundou мунду موندو",
    "tibesti@td": "tibesti тибести تيبستي",
    "bassikounou@mr": "bassikounou бассикуну باسكنو",
    "mbera@mr": "mbera امبره",
    "nema@mr": "ville_de_nema",
    "nouadhibou@mr": "nouadhibou nuadibu нуадибу نواذيبو",
}
_CAPITALS = {
    "ml": "bamako бамако باماكو",
    "ne": "niamey ниамей* نيامي",
    "bf": "ouagadougou ouaga уагадугу واغادوغو",
    "td": "ndjamena n_djamena нджамен* نجامينا انجامينا",
    "mr": "nouakchott nuakchot нуакшот* نواكشوط",
    "dz": "alger algiers алжире argel",
    "sn": "dakar дакар* داكار",
    "gh": "accra аккр* اكرا",
    "ng": "abuja абудж* ابوجا",
    "ru": "moscow moscou москв* moscu موسكو kremlin кремл* الكرملين",
    "fr": "paris париж* باريس elysee",
    "us": "washington вашингтон* واشنطن pentagon* пентагон* البنتاغون",
    "ci": "abidjan абиджан* ابيدجان",
}
_STATES = {
    "ml": "mali malian* malien* maliense* малийс* мали ماليه مالي المالي",
    "ne": "niger nigerien* nigerino* нигер* النيجر نيجر نيجري",
    "bf": "burkina burkinabe* burkinab* буркина буркинийс* بوركينا البوركينابي",
    "td": "chad chadian* tchad tchadien* чад чада чаде чадск* تشاد التشادي",
    "mr": "mauritania* mauritanie* мавритан* موريتانيا الموريتاني",
    "dz": "algeria* algerie* algerien* argelia* argelin* алжир* الجزائر جزائري",
    "ma": "morocco moroccan* maroc marocain* marruecos марокк* المغرب",
    "ly": "libya* libye* libia* ливи* ليبيا",
    "sd": "sudan* soudan* судан* السودان",
    "ng": "nigeria* nigerian* нигери* نيجيريا",
    "sn": "senegal* сенегал* السنغال",
    "gn": "guinea guinee guinean* guineen* гвине* غينيا",
    "ci": "ivory_coast ivorian* ivoirien* cote_d_ivoire кот_д_ивуар* ساحل_العاج costa_de_marfil",
    "bj": "benin beninese beninois* бенин* بنين",
    "tg": "togo togolese togolais* توغو",
    "gh": "ghana* ghaneen* ганск* غانا",
    "cm": "cameroon* cameroun* камерун* الكاميرون",
    "cf": "central_african centrafri* цар центральноафриканск* افريقيا_الوسطي",
    "ru": "russia* russie russe russes rusia ruso rusa росси* рф روسيا روسي الروسي",
    "fr": "france francais* french francia frances франц* فرنسا فرنسي الفرنسي",
    "us": "united_states american* america etats_unis americain* estados_unidos eeuu сша америк*"
    " الولايات_المتحده"
    " امريكا الامريكي",
    "gb": "uk britain british royaume_uni britannique* reino_unido британ* великобрит* بريطانيا",
    "de": "germany german* allemagne allemand* alemania bundeswehr германи* фрг немецк* المانيا",
    "ua": "ukraine ukrainian* ukrainien* ucrania* украин* اوكرانيا",
    "cn": "china chinese chine chinois* китай* الصين",
    "tr": "turkey turkiye turkish turquie turc turcs turquia турци* турецк* تركيا",
    "it": "italy italian* italie italien* italia итал* ايطاليا",
    "es": "spain spanish espagn* espana espanol* испан* اسبانيا",
    "ae": "uae emirates emirat* emiratos оаэ الامارات",
    "qa": "qatar катар* قطر",
    "ir": "iran* иран* ايران",
    "il": "israel* израил* اسرائيل",
    "un": "united_nations nations_unies naciones_unidas оон الامم_المتحده",
    "eu": "european_union union_europeenne union_europea евросоюз* الاتحاد_الاوروبي",
    "au": "african_union union_africaine афросоюз* الاتحاد_الافريقي",
    "ecowas": "ecowas cedeao эковас ايكواس",
    "aes": "alliance_of_sahel alliance_etats alianza_estados",
    "g5": "g5 g5_sahel",
}


def _declined(forms: str) -> str:
    """With the cases of Russian names; those in other vowels than "а" and "я" have none."""
    return " ".join(f"{form} {' '.join(_cases(form))}" for form in forms.split())


def _cases(form: str) -> list[str]:
    if not "а" <= form[0] <= "я" or form.endswith("*") or len(form) < _SHORTEST_DECLINED:
        return []
    if form[-1] in "ая":
        return [form[:-1] + ending for ending in ("ы", "и", "е", "у", "ю", "ой", "ей")]
    return [form + ending for ending in ("а", "у", "ом", "е")] if form[-1] not in "оеиуыэюй" else []


_SHORTEST_DECLINED = 4
_TABLES = {
    "town": {town: _declined(forms) for town, forms in _TOWNS.items()},
    "capital": _CAPITALS,
    "state": _STATES,
}
_FORMS = Lexicon(
    {f"{kind}:{label}": forms for kind, table in _TABLES.items() for label, forms in table.items()}
)


@dataclass(frozen=True, slots=True)
class Places:
    """What a text names: towns as "name@country" (capitals are not among them), states by ISO code and
    bodies by short name (also by capital or people), and the words that say so."""

    towns: frozenset[str]
    states: frozenset[str]
    words: frozenset[str]


def places(words: Sequence[str]) -> Places:
    """The places in a text's folded words."""
    towns: set[str] = set()
    states: set[str] = set()
    said: set[str] = set()
    for start, end, label in _FORMS.find(words):
        kind, _, name = label.partition(":")
        (towns if kind == "town" else states).add(name)
        said.update(words[start:end])
    return Places(frozenset(towns), frozenset(states), frozenset(said))


_TOWN_OF = {form: label for label, forms in _TOWNS.items() for form in forms.replace("*", "").split()}


def town_named(name: str) -> str:
    """The label of the town with the folded name, its words parted by spaces; "" for an unknown one."""
    return _TOWN_OF.get(name.replace(" ", "_"), "")
