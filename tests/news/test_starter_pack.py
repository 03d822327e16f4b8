"""The watchlists that ship: what they must find, and what they must leave alone."""

from __future__ import annotations

import pytest

from bot.ingest.catalog import load_watchlists
from news.lint import problems
from news.match import Matcher
from news.watch import Watchlist
from tests.data import ROOT

WATCHLISTS = load_watchlists(ROOT / "watchlists.yaml")
MATCHER = Matcher(WATCHLISTS)
EXPECTED = {
    "wagner", "jnim", "isgs", "algiers-accord", "mali", "niger", "burkina-faso", "chad", "mauritania",
    "aes-ecowas", "minusma-french", "russia-sahel",
}  # fmt: skip


def labels(title: str, text: str = "", language: str = "", country: str = "") -> set[str]:
    return {str(match.watchlist) for match in MATCHER.find(title, text, language, country)}


def entities(text: str) -> set[str]:
    return {str(match.entity) for match in MATCHER.find(text, "")}


def test_the_pack_has_its_watchlists_and_no_problems() -> None:
    assert {str(watchlist.id) for watchlist in WATCHLISTS} >= EXPECTED
    assert sum(len(watchlist.entities) for watchlist in WATCHLISTS) >= 120
    assert [str(problem) for problem in problems(WATCHLISTS)] == []


@pytest.mark.parametrize("watchlist", WATCHLISTS, ids=lambda watchlist: watchlist.id)
def test_every_entity_has_a_latin_a_cyrillic_and_an_arabic_name(watchlist: Watchlist) -> None:
    for entity in watchlist.entities:
        languages = {term.language for term in entity.terms}
        assert {"ru", "ar"} <= languages, entity.id
        assert languages & {"en", "fr"}, entity.id


FOUND = [
    ("Goita receives the envoy in Bamako", {"mali"}),
    ("La junte malienne reporte le vote", {"mali"}),
    ("Le FAMa ont repris un pont, selon l'armée malienne", {"mali"}),
    ("Un mercado arde en Malí", {"mali"}),
    ("В Мали прошли дожди", {"mali"}),
    ("Малийские рыбаки вернулись в Мопти", {"mali"}),
    ("أمطار غزيرة في مالي", {"mali"}),
    ("وصل الوفد إلى باماكو لدعم الاقتصاد المالي", {"mali"}),
    ("Killings at Moura: the UN names units in Mali", {"mali"}),
    ("Soldiers buried after the ambush near Tin-Zaouatene", {"mali"}),
    ("Niger’s junta closes the airspace", {"niger"}),
    ("L’ex-président Bazoum toujours retenu à Niamey", {"niger"}),
    ("Генерал Тиани выступил в Ниамее", {"niger"}),
    ("قائد الانقلاب في النيجر يلتقي وفدا", {"niger"}),
    ("Une attaque frappe la région de Tillabéri", {"niger"}),
    ("Burkina : le capitaine Traoré en visite à Kaya", {"burkina-faso"}),
    ("Десятки погибших в Буркина-Фасо", {"burkina-faso"}),
    ("هجوم في شمال بوركينا فاسو", {"burkina-faso"}),
    ("VDP auxiliaries killed in Burkina Faso's east", {"burkina-faso"}),
    ("Refugees from Darfur cross into Chad", {"chad"}),
    ("Le Tchad rappelle son ambassadeur", {"chad"}),
    ("Президент Чада прибыл в Нджамену", {"chad"}),
    ("تشاد تغلق حدودها", {"chad"}),
    ("Fishing banned on Lake Chad", {"chad"}),
    ("Nouakchott hosts talks on the Mauritanian border", {"mauritania"}),
    ("لقاء في نواكشوط", {"mauritania"}),
    ("JNIM-linked fighters block the road", {"jnim"}),
    ("Le Groupe de soutien à l’islam et aux musulmans revendique", {"jnim"}),
    ("Амаду Куфа записал обращение", {"jnim"}),
    ("بيان من جماعة نصرة الاسلام والمسلمين", {"jnim"}),
    ("L'État islamique au Grand Sahara perd un chef", {"isgs"}),
    ("ISGS raids a herders' camp", {"isgs"}),
    ("The 2023 review of the Agreement for Peace and Reconciliation in Mali", {"algiers-accord", "mali"}),
    ("Bamako met fin à l'accord d'Alger", {"algiers-accord", "mali"}),
    ("Мали вышла из Алжирского соглашения", {"algiers-accord", "mali"}),
    ("مالي تنهي اتفاق الجزائر", {"algiers-accord"}),
    ("CMA convoy leaves Kidal", {"algiers-accord", "mali"}),
    ("The Azawad Liberation Front names a spokesman", {"algiers-accord"}),
    ("Le CSP-DPA dément", {"algiers-accord"}),
    ("La CEDEAO lève des sanctions", {"aes-ecowas"}),
    ("Лидеры ЭКОВАС собрались в Абудже", {"aes-ecowas"}),
    ("AES ministers meet in Niamey", {"aes-ecowas", "niger"}),
    ("L'Alliance des États du Sahel crée une force", {"aes-ecowas", "sahel-region"}),
    ("MINUSMA closes its camp at Tessalit", {"minusma-french", "mali"}),
    ("Last Barkhane unit flies out", {"minusma-french"}),
    ("French troops to leave Niger by December", {"minusma-french", "niger"}),
    ("US troops hand over Air Base 201", {"minusma-french"}),
    ("Wagner fighters seen near Ber, north of Timbuktu in Mali", {"wagner", "mali", "russia-sahel"}),
    ("Вагнеровцы покинули базу", {"wagner"}),
    ("Africa Corps instructors land in Ouagadougou", {"wagner", "burkina-faso", "russia-sahel"}),
    ("مرتزقة فاغنر", {"wagner"}),
    ("Lavrov arrives in Bamako", {"russia-sahel", "mali"}),
    ("Россия поставила вертолеты Мали", {"russia-sahel", "mali"}),
    ("روسيا ترسل سلاحا إلى مالي", {"russia-sahel", "mali"}),
]


@pytest.mark.parametrize(("title", "expected"), FOUND)
def test_what_is_found(title: str, expected: set[str]) -> None:
    assert expected <= labels(title)


LEFT_ALONE = [
    "Somali herders move south",
    "Mali GPU drivers get an update for Arm phones",
    "Mali beat Tunisia at the Africa Cup of Nations",
    "Floods kill dozens in Niger State, Nigeria",
    "Oil spill in the Niger Delta",
    "A ferry sinks on the River Niger near Lokoja",
    "Le fleuve Niger en crue à Onitsha",
    "Aspergillus niger spoils the grain store",
    "نهر النيجر يفيض في نيجيريا",
    "Нигерия открывает рынок",
    "Chad Kelly throws three touchdowns",
    "Hanging chads decided the vote",
    "Chad Daybell trial opens in Idaho",
    "Robert Wagner turns 93",
    "The orchestra plays Wagner and Brahms tonight",
    "Lindsey Wagner remembers the show",
    "Wagner College wins at home",
    "Wagner Moura stars in a new film",
    "Richard Wagner's letters are for sale",
    "Rommel's Africa Corps in the desert war of 1942",
    "The Peace Corps turns sixty",
    "Adama Traoré scores twice in the Premier League",
    "Awa Diop wins the 200 metres",
    "The GAO audits the budget",
    "What people say about Kaya's new song",
    "AES encryption explained",
    "A football fan is hurt",
    "Étoile du Sahel win at Sousse",
    "CMA awards honour country singers",
    "The Algiers Accords freed the hostages of Iran in 1981",
    "تراجع الدعم المالي للشركات",
    "وزارة المالية تعلن الميزانية",
    "Benin and Guinea sign a fishing deal",
    "Mali pacjenci czekają na lekarza",
]


@pytest.mark.parametrize("title", LEFT_ALONE)
def test_what_is_left_alone(title: str) -> None:
    language = "pl" if title.startswith("Mali pacjenci") else ""
    assert labels(title, language=language) == set()


MINISTER = [
    "Foreign Minister Abdoulaye Diop spoke first",
    "Foreign Minister Abdulaye Diop spoke first",
    "Le ministre Abdoulaye DIOP a pris la parole",
    "Министр Абдулай Диоп выступил",
    "Переговоры с Абдулаем Диопом",
    "Визит Абдулая Диопа",
    "Министр Абдулайе Диоп",
    "وزير الخارجية عبد الله ديوب",
    "وزير الخارجية عبدولاي ديوب",
    "قال عبدالله ديوب",
    "وعبد الله ديوب",
]


@pytest.mark.parametrize("text", MINISTER)
def test_the_malian_minister_in_every_spelling(text: str) -> None:
    assert "abdoulaye-diop" in entities(text)


def test_a_text_that_never_says_wagner_is_not_about_wagner() -> None:
    title = "Mali’s prime minister: we chose our partners ourselves"
    text = "Russia trains our soldiers and sells us aircraft, Choguel Maiga said; the French left by choice."
    assert "wagner" not in labels(title, text)
    assert {"mali", "russia-sahel"} <= labels(title, text)


def test_the_outlets_country_is_company() -> None:
    assert labels("La CMA réagit", country="ML") == {"algiers-accord"}
    assert labels("La CMA réagit", country="CA") == set()


def test_spans_point_at_the_letters_of_the_item() -> None:
    title, text = "À l’Ouest", "La Cédéao et l’armée de «Goi\u0308ta» au Ma\u00adli"
    letters = {text[m.start : m.end] for m in MATCHER.find(title, text) if m.field == "text"}
    assert {"Cédéao", "Ma\u00adli"} <= letters
