"""What happens in a news text: words for happenings in five languages, under one label each."""

from __future__ import annotations

from collections.abc import Sequence

from news.lexicon import Lexicon

# English, French, Russian, Arabic, Spanish; folded, as `news.text.fold` writes them.
_FORMS = {
    "attack": "attack* raid* ambush* assault* storm stormed gunmen assailant* incursion* terrorist_act"
    " attaqu* assaut* embuscade* attentat* assaillant* атак* нападен* напал* засад* обстрел* теракт*"
    " هجوم هجمات هجوما هاجم* يهاجم مهاجم* كمين كمائن اعتداء ataque* ataco ataca atacan atacar* atacad*"
    " asalt* emboscad*"
    " atentado*",
    "clash": "clash* fighting firefight* battle battles affrontement* combat combats accrochage*"
    " столкновен* бой бои боев боях сражен* اشتباك* معارك معركه مواجهات combate* enfrentamient*",
    "killed": "kill* slain slay* massacre* death dead die dies died toll fatalit* execut* tue tues tuee"
    " tuees tuer"
    " tuent mort morts morte mortes deces abattu* meurtr* assassin* погиб* убит* убил* убий* жертв* расправ*"
    " قتل* مقتل يقتل قتيل قتلى ضحايا مذبحه مجزره وفاه matan mato mata matar* muert* murio mueren asesin*"
    " matanza*",
    "abduct": "abduct* kidnap* hostage* enlev* enleve* ravisseur* otage* похи* заложни* خطف* اختطاف* يختطف"
    " اختطف*"
    " رهينه رهائن secuestr* rehen*",
    "release": "release released releases releasing freed frees free freeing liberated libere* liberation"
    " освобо*"
    " افراج الافراج اطلاق_سراح تحرير liberad* liberacion libera liberan",
    "arrest": "arrest* detain* detention* custody jailed imprison* arrestation* interpell* incarcer*"
    " ecrou* detenu*"
    " арест* задерж* اعتقال* اعتقل* توقيف* احتجاز* detenc* detenid* detuv* arresto* arrestad*",
    "hold": "held hold holds holding retient retienn* retenu* sequestr* удержива* محتجز* يحتجز* reten*",
    "trial": "sentenc* convict* trial trials court verdict* prosecut* indict* proces condamn*"
    " tribunal* cour"
    " justice parquet суд суда суде приговор* محاكمه محكمه حكم_على juicio* conden* fiscalia",
    "coup": "coup coups putsch* overthrow* overthrew ousted ouster oust toppl* mutin* coup_etat renvers*"
    " переворот*"
    " мятеж* путч* سверж* сверг* свержен* انقلاب* الاطاحه golpe golpistas golpe_estado derroc*",
    "expel": "expel* expuls* persona_non_grata persona_grata kicked_out kicks_out ordered_to_leave"
    " declared_unwanted"
    " renvoy* высыл* выслал* выслат* нон_грата طرد* يطرد تطرد غير_مرغوب",
    "sanction": "sanction* embargo* санкци* эмбарго عقوبات عقوبه حظر_اسلحه sancion*",
    "visit": "visit* arriv* trip tour lands visite* deplacement* tournee rend_visite визит* посети* посеща*"
    " прибы* прилет* турне поездк* زياره* زار* يزور تزور وصل وصول يصل جوله visita* llega llego gira",
    "talks": "talk talks meet meets meeting met negotiat* summit* dialogue* mediat* rencontr* entretien*"
    " negoci*"
    " pourparl* sommet* reuni* concertation* переговор* встре* саммит* диалог* محادثات مباحثات لقاء يلتقي"
    " التقى قمه"
    " حوار مفاوضات اجتماع* reunion* cumbre* conversac* dialogo*",
    "press conference": "press_conference* conference_de_presse devant_la_presse пресс_конференц* مؤتمر_صحفي"
    " rueda_de_prensa conferencia_de_prensa",
    "interview": "interview* entretien_avec entretien_accorde grand_entretien интервью مقابله entrevista*",
    "sign": "sign signs signed signing signature* signe signent signer accord_signe подпис* توقيع* يوقع"
    " وقع_على"
    " وقعت firm* rubric*",
    "withdraw": "withdraw* withdrew leave leaving fly_out pullout pull_out pulls_out pulled_out leaves"
    " left exit exits"
    " departure* depart"
    " departs quit quits quitt* retrait* retir* desengag* вывод* выве* выхо* вышл* покид* покин* уход*"
    " انسحاب* ينسحب"
    " سحب مغادره يغادر تغادر غادر* خروج retira* salida abandon*",
    "deploy": "deploy* dispatch* deploie* deploiement* разверт* развер* направ* نشر_قوات انتشار despl*",
    "deliver": "deliver* shipment* supply supplies handover hands_over weapons arms livrais* livr* remise"
    " armement*"
    " поставк* постав* оружи* вооружен* تسليم اسلحه entrega* armas",
    "airstrike": "airstrike* air_strike* air_strikes bombard* bombing* drone drones frappe frappes_aeriennes"
    " авиауд* бомбард* дрон* беспилотник* غاره غارات قصف ضربه_جويه ضربات_جويه طائره_مسيره bombarde*"
    " ataque_aereo",
    "explosion": "explosion* explod* blast blasts ied mine mines landmine* bomb bombs explosif* explos*"
    " engin_explosif"
    " взрыв* взорв* подор* мин_ انفجار* عبوه لغم الغام تفجير* bomba bombas mina minas",
    "accuse": "accus* allege* blame* denounc* condemn* critici* slam slams denonc* reproch* обвин* осуд*"
    " критик*"
    " اتهام* يتهم اتهم* تتهم ندد* يدين ادان* تدين acus* denunci* critic*",
    "deny": "deny denies denied denial* refut* dement* dementi* nie nient refuse* reject* rejett* rejet*"
    " опроверг*"
    " отрица* отверг* ينفي نفى تنفي نفت ينفون رفض* يرفض desmient* desmint* niega* rechaz*",
    "protest": "protest* demonstrat* rally rallies riot* manifest* marche протест* митинг* демонстрац*"
    " احتجاج* مظاهر*"
    " تظاهر* protesta* manifestac*",
    "vote": "vote votes voted voting election* elect elects elected ballot* referendum* poll polls voter"
    " vot* scrutin"
    " elire elu elus выбор* голосов* проголос* референдум* انتخاب* استفتاء تصويت* يصوت eleccion* votac*"
    " votar*"
    " constitution constitutional",
    "ban": "ban bans banned banning suspend* suspension* block blocked interdi* suspendu* bloque* запре*"
    " запрет*"
    " приостан* حظر تعليق علق* علقت يعلق prohib* suspende*",
    "appoint": "appoint* names_himself new_leader homme_fort named sworn swears inaugurat* nomm* investi*"
    " invest* preter_serment назнач*"
    " присяг* تعيين"
    " عين_رئيس يودي_اليمين nombr* jura",
    "resign": "resign* step_down steps_down stepped_down demission* отстав* استقاله استقال* dimit* dimision*",
    "dissolve": "dissol* dissou* disband* распус* роспуск* حل_البرلمان disuel*",
    "hospitalise": "hospital* surgery illness heart_attack hopital* malade госпитал* больниц* مستشفى"
    " نقل_الى_المستشفى",
    "famine": "famine* hunger malnutrition malnutri* starv* drought* faim secheresse"
    " insecurite_alimentaire голод*"
    " засух* مجاعه جوع جفاف hambre* hambruna* sequia*",
    "flood": "flood* rainfall inondation* inonde* crue* наводнен* паводк* فيضان* سيول inundac*",
    "displaced": "displac* refugee* migrant* flee fled deplace* refugie* fuite беженц* мигрант* переселен*"
    " نازح* لاجئ*"
    " لاجي* مهاجرين نزوح refugiad* desplazad*",
    "capture": "captur* recaptur* retake* retook seize* seizure take_control takes_control took_control"
    " control_of"
    " reprise reprend* reprennent repris s_empare empare* emparent захва* взял* отби* занял* освобожден_город"
    " سيطره يسيطر سيطر* استعاد* يستعيد toma_control toman recuper*",
    "blockade": "blockade* siege besiege* blocus fuel carburant* осад* блокад* топлив* حصار وقود bloqueo*"
    " combustible*",
    "alliance": "alliance confederat* confedera* union_of_states pact charter charte pacte альянс*"
    " конфедерац* союз"
    " تحالف كونفدراليه اتحاد_كونفدرالي alianza*",
    "inquiry": "report reports inquiry investigat* probe probes rapport* enquet* доклад* отчет* расследов*"
    " تقرير تحقيق*"
    " informe* investigac*",
    "mandate": "mandate* peacekeep* blue_helmets mandat casques_bleus миротвор* мандат* حفظ_السلام تفويض"
    " mandato*"
    " cascos_azules",
    "recall": "recall* recalls rappel* rappelle* consultations отозва* отзыв* استدعاء استدع* سحب_سفير"
    " llama_consultas",
    "break ties": "breaks_off break_off breaking_off cuts_ties cut_ties cut_off severs sever severed"
    " diplomatic_relations"
    " diplomatic_ties rompt rompent rompre rupture relations_diplomatiques разорва* разрыв* дипломатическ*"
    " قطع_علاقات"
    " قطع_العلاقات العلاقات_الدبلوماسيه rompe rompen ruptura relaciones_diplomaticas",
    "end": "end ends ended ending terminat* revok* scrap* cancel* annul* met_fin mettent_fin mettre_fin"
    " fin_immediate caduc*"
    " denonce_accord a_pris_fin прекра* заверш* расторг* انهاء ينهي انهي انتهاء fin_acuerdo pone_fin"
    " ponen_fin",
    "close": "close closes closed closing closure shut shuts ferme ferment fermer fermeture* закры* اغلاق"
    " يغلق تغلق cierra"
    " cierran cierre",
    "ultimatum": "ultimatum* deadline* one_week_to ultimatums delai_d_une_semaine ультиматум* انذار مهله"
    " plazo_de",
    "strike": "walkout labour_strike greve greves забастовк* اضراب huelga*",
    "sport": "cup match goal goals football soccer coach striker league can_2024 afcon coupe ligue"
    " entraineur but_victoire"
    " футбол* матч* сборн* كاس كره_القدم مباراه منتخب futbol partido copa gol",
}
_LEXICON = Lexicon(_FORMS)


def actions(words: Sequence[str]) -> frozenset[str]:
    """Labels of what the folded words say happened."""
    return frozenset(label for _, _, label in _LEXICON.find(words))
