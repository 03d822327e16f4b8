"""Places of Mali, Niger, Burkina Faso and Mauritania: regions, provinces, cercles, seats, towns of the news.

Cut from the GeoNames country extracts (https://www.geonames.org, CC BY 4.0): administrative areas, their
seats, populated places with a known population, and towns and villages met in news of the conflict.
A line is "state region district: places", "-" for none; a place is its folded spellings, joined by "/",
words by "_". A leading "?" marks a name that is also a word or a person's name, or short: it says a place
only beside a preposition of place and a state of the region.
"""

from __future__ import annotations

PLACES = """
bf - -: arbolle bagassi ?bale ?bam ?bama banwa barga bazega bougouriba boulgou boulkiemde/bulkiemde bourasso
bf - -: bourou bouroum comoe dedougou/dedugu/дедугу donsin essakane ?fada ganzourgou gaoua gassan gnagna
bf - -: gousi/goussi houet ?ioba kadiogo karangasso kenedougou komandjoari/komandjari/komondjari kompienga
bf - -: ?kona koper kossi koulpelogo koumbia koumbri kounti/konti kouritenga/kourittenga kourweogo lanfiera
bf - -: leraba linoghin loroum mangodara nadiagou nagreongo nahouri/naouri namentenga/namentinga
bf - -: namissiguima nassere nayala noumbiel orodara oubritenga oudalan ougarou passore ?peni ?poni poura
bf - -: raotenga safane sanguie sanmatenga ?seno sideradougou ?sien silmiougou singou sissili solle ?soum
bf - -: sourou tapoa tcheriba ?tuy yagha yalgo yatenga yendere ?ziro zondoma zoundweogo
bf - bale: boromo/borom
bf - bam: bourzanga guibare kongoussi/kongusi/конгуси rollo rouko tikare zimtenga
bf - banwa: kouka salanso/solenso solenzo tansila
bf - bazega: gaongo/gaongho kayao kombissiri/kombisiri/kombissiguiri/комбисири sapone
bf - bougouriba: diebougou/diebugu
bf - boulgou: bittou garango tenkodogo/тенкодого zabre zonse
bf - boulkiemde: bingo gouloure kokologo/kokolgho ?koudougou/kondougou/kudugu/kuduguo/kudougu nandiala
bf - boulkiemde: pitmoaga sigle
bf - comoe: banfora/banforu/banfwra/банфора/банфору niangoloko ?ouo
bf - ganzourgou: kogho zorgo/zorgho/zorogo
bf - gnagna: bilanga bogande ?mani/manni thion
bf - gourma: boungou diabo fada_n_gourma/fada_ngourma/fada_n_gurma kikideni matiacoali matiakoali natiaboani
bf - gourma: tanwalbougou
bf - houet: bobo_dioulasso/bobo_diulasas/bobo_diulaso/bobo_diulasso/bobodiullaso
bf - ioba: ?dano oronkua
bf - kadiogo: komki_ipala komsilga/komsilgha koubri/koubry pabre saaba
bf - kadiogo: tanghin_dassouri/tangen_dassouri/tangin_dassouri/tanguen_dassouri/tanguin_dassouri
bf - kenedougou: samogohiri samorogouan
bf - komandjoari: bartiebougou foutouri gayeri
bf - kompienga: kompienbiga madjoari ?pama
bf - kossi: barani djibasso kombori nouna zaongo
bf - koulpelogo: cinkanse comin_yanga ouargaye/ouargay soudougui
bf - kouritenga: dialgaye ?gounghin koupela/kupela pouytenga
bf - kourweogo: bousse/busse ?laye ?niou sourgoubila/sourgourbila toeghin/toeghen/toeguen/toeguin/toueghen
bf - leraba: sindou/sindu
bf - loroum: ?banh ouindigui titao
bf - nahouri: tiebele
bf - namentenga: boulsa/boulssa/bulsa taparko tougouri
bf - nayala: kougny ?toma
bf - noumbiel: batie
bf - oubritenga: absouya dapelogo/dapelgho/dapelgo loumbila/lombila/lumbila ourgou_manega ?ziniare/zinarie
bf - oubritenga: zitenga
bf - oudalan: ?deou gorom_gorom markoye oursi/oursy tambao tin_akoff/ti_n_akof/tin_akof
bf - passore: bokin pilimpikou ?yako
bf - sanguie: ?reo tenado
bf - sanmatenga: barsalogho boussouma/bousouma/bussuma dablo dibilou foube ?kaya korsimoro ?mane ?pensa
bf - sanmatenga: pibaore pissila silmangue yirgou
bf - seno: ?dori falangountou gorgadji sampelga seytenga
bf - sissili: ?leo
bf - soum: arbinda baraboule boukouma diguel djibo/джибо inata kelbo kerboule koutougou mentao nassoumbou
bf - soum: pobe_mengao silgadji tongomayel
bf - sourou: gomboro kiembara toeni tougan/tugan/туган
bf - tapoa: botou bottou diapaga/диапага kantchari logobou namounou partiaga tambaga tawori
bf - tuy: ?hounde
bf - yagha: boundore mansila sebba solhan
bf - yatenga: kalsaka ?karma nondin ouahigouya/вахигуя seguenega tangaye thiou
bf - ziro: bougnounou sapouy/sapoui/sapui
bf - zondoma: bassi gourcy
bf - zoundweogo: ?manga
ml - -: ?bamba bankoumana ?baye beleko farabougou farako fatoma ?gao gouni haire kareri kassela ?kayes/кайес
ml - -: kerena kidal/kidali/kydal/кидаль/كيدال ?koulikoro/kulikoro/куликоро/كوليكورو menaka/mei_na_ka/менака
ml - -: ?mopti/moptis/mo_pu_ti/mobti/moputi niena ?salam sansanding segou ?segue
ml - -: sikasso/sikasas/sikaso/shikaso/сикасо sokolo/sokolon/соколо sokoura taoudenit/taoudeni/تاودني/تودني
ml - -: ?tombouctou zegoua
ml bamako -: baguineda_camp diedougou duguwolowula figuira_toma kalabancoro niamana
ml gao -: ansongo/ansango bourem/burem inekar/inekari ouatagouna temera
ml gao ansongo: indelimane labbezanga talataye tessit
ml gao bourem: almoustarat tarkint
ml gao gao: amasrakad djebock intillit sony_aliber
ml kayes -: bafoulabe/bafulabe boudofo diboli diema/diena gogui kassama ?kenieba ?kita madiga_sacko
ml kayes -: nioro/noiro sagalo/sagallo sandare troungoumbe yelimane/yelimani
ml kayes kayes: khouloum
ml kayes kita: kokofata
ml kidal -: abeibara boughessa tessalit/tesalit/tesaliti/тесалит ti_n_essako/tin_essako/tinisako tin_essako
ml kidal -: tinzaouaten
ml kidal kidal: anefis
ml kidal tessalit: aguelhok amachach inhalil
ml koulikoro -: banamba/bananba bondo dioila doumba ?fana kangaba/kangara/кангаба ?kati/katis
ml koulikoro -: kolokani/колокани massigui ?nara
ml koulikoro banamba: toubacoro/toubakoro
ml koulikoro kangaba: kaniogo
ml koulikoro kati: baguineda
ml koulikoro koulikoro: dinandougou kenenkoun/kenenkou koula
ml koulikoro nara: guire
ml menaka menaka: anderamboukane/anderaboukane tidermene
ml mopti -: bandiagara bankass/bankas/bankasse/bankassi bodio diallassagou diondiori dioungani djenne/джене
ml mopti -: douentza/douenza dougoutene_i hombori korientze ?koro madougou mondoro n_dodjiga ?oula ?pel
ml mopti -: pignari_bana soboundou socoura/sokura sofara soufouroulaye ?soye tenenkou ?yoro
ml mopti -: youwarou/youvarou/yuwaru
ml mopti bandiagara: sangha sobane_da
ml mopti bankass: ogossagou ouenkoro
ml mopti djenne: ?kewa moura
ml mopti douentza: boni boulkessi
ml mopti koro: barapireli dinangourou dougoutene_ii
ml mopti mopti: konna sevare
ml mopti tenenkou: diafarabe toguere_coumbe toguere_koumbe
ml segou -: baroueli bellen benena ?bla boidie farakou_massa kinmparana/kimparana macina/masina ?n_goa
ml segou -: niono/нионо ?san timissa tominian/tomina
ml segou baroueli: gouendo
ml segou macina: ke_macina/ke_machine/ke_massina/ke_masina/ke_masino
ml segou niono: diabaly dogofry kala_siguida molodo n_debougou/ndebougou nampala sirifila_boundy toridaga_ko
ml segou niono: werekela yeredon_saniona
ml segou san: ?dah
ml segou segou: boussin commune_of_segou diganibougou markala/marakala sagala/segala
ml sikasso -: ?bougouni/buguni/bugunin danderesso garalo gouanan kadiolo kebila kignan kolondieba koussan
ml sikasso -: koutiala/kutiala/кутиала leleni lobougoula mahou pimperna wassoulou_balle yanfolila
ml sikasso -: yorosso/йоросо zantiebougou
ml sikasso koutiala: ntossoni/ntosoni
ml taoudenit -: taoudenni/taodeni/taodenni/taudeni/taudenio
ml tombouctou -: araouane/araouan/araoune/اراوان bintagoungou ?dire gargando goundam/gundamu
ml tombouctou -: gourma_rharous/gourma_barous/gourma_rarous koumaira lerneb niafunke/niafounke soumpi
ml tombouctou -: timbuktu/timboctu/timbouctou/timbuctoo/timbuctu tonka
ml tombouctou gourma_rharous: gossi rharous
ml tombouctou niafunke: lere
ml tombouctou tombouctou: ?ber
mr - -: adrar/адрар assaba/asaba/асаба/ассаба brakna/бракна
mr - -: dakhlet_nouadhibou/dahlet_nuadibu/dakhlet_nuadibu district_de_nouakchott fassala
mr - -: gorgol/горголь/куркул guidimaka/ghidimagha/gidimaka/guidimagha/guidimagka
mr - -: hodh_ech_chargui/hodh_charghi hodh_el_gharbi/hodh_el_gharby inchiri/inshiri/insiri/insziri/иншири
mr - -: tagant/takant/тагант/такант tiris_zemmour/tiris_zammur/tiris_zamur/tiris_zemmur trarza
mr adrar -: aoujeft ?atar chinguetti
mr assaba -: aftout barkeol barkewol guerou kankossa kiffa/киффа
mr brakna -: ?aleg bababe bogue m_bagne magta_lahjar
mr dakhlet_nouadhibou -: nouadhibou/nuadibu/нуадибу
mr gorgol -: kaedi m_bout maghama monguel
mr guidimaka -: ould_yenge selibabi selibaby
mr hodh_ech_chargui -: adel_bagrou amourj bassiknou bassikounou djiguenni ?nema ouadane oualata timbedra
mr hodh_ech_chargui bassikounou: mbera
mr hodh_el_gharbi -: _ayoun_el__atrous/aioun_al_atrous/aioun_el_atrouss/ayoun_el_atrouss aioun djigueni
mr hodh_el_gharbi -: kobenni tamchakett tamchekett tintane
mr inchiri -: akjoujt/akjout
mr tagant -: boumdeid moudjeria tichitt tidjikja/tidjikdja/tijikja
mr tiris_zemmour -: bir_moghrein f_derik zouerat/zoueiratt/zouirat/zuerat/zueratto zouerate
mr trarza -: arafat bareina boutilimit dar_naim keur_macene ?ksar mederdra ouad_naga ?r_kiz ?riad rosso
mr trarza -: sebkha tekane/tiekane tevragh_zeina teyarett toujounine
ne - -: abala agadez/agades/agadesas/agadesi/agadesu diffa/диффа dosso/доссо kokorou maradi/maradis/маради
ne - -: mehana tahoua/tahua/takhua/тахуа tibiri zinder/zinderis/zanderu/zyndr/зиндер
ne agadez -: aderbissinat alaghsas arlit/арлит bilma djado el_mina iferouane ingall/in_gall
ne agadez -: tchirozerine/tchighozerine/tchigozerine
ne agadez arlit: assamaka
ne agadez bilma: dirkou
ne diffa -: chetimari gueskerou maine_soroa ngourti nguigmi/ngigmi toumour
ne diffa diffa: bosso
ne dosso -: birnin_gaoure/birni_ngaoure/birni_ngaure boboye dogondoutchi/dogonduchi falmey ?gaya ?loga
ne maradi -: aguie dakoro guidan_roumdji/gidan_roumji/guidam_roumji/guidan_roumji
ne maradi -: madarounfa/madaroumfa/madarunfa mayahi/majakhi/mayaki/майахи tessaoua
ne niamey -: filingue kollo ouallam/oualam ?say ?tera tillaberi/tillabery
ne tahoua -: abalak atako/atako_ii bagaroua birni_n_konni birni_nkonni bouza illela/ilella/illeta keita
ne tahoua -: madaoua tassara tchin_tabaraden tchintabaraden/tchin_tabaradene/tchintabaradene tillia
ne tillaberi -: anzourou ayorou/agorou barwa chinagodrar dargol dessa dolbel fambita fantio gotheye libiri
ne tillaberi -: makalondi mangaize ?sanam simiri sinder tamou torodi
ne tillaberi ayorou: inates
ne tillaberi filingue: balleyara
ne tillaberi ouallam: banibangou tchomabangou tondikiwindi zaroumdareye
ne tillaberi tera: bankilare diagourou
ne zinder -: goure kantche magaria matamey matameye mirria mirriah/myrria/мирриа tanout
"""
