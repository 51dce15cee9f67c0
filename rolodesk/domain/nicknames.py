"""Short and pet names by language: names in one group may be the same person's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from anyascii import anyascii

# One person's names, one group a line, as `searchable` without accents and transliterated; a name may stand in many.
GROUPS: Mapping[str, str] = {
    "en": """
abigail abby gail|abraham abe bram|alan al|albert al bert bertie|alexander alex alec sandy xander lex|alexandra alex sandra sandy lexi alexa
alfred alf fred freddie alfie|alice ali|allison allie ali|amanda mandy|amelia amy millie|andrew andy drew|angela angie ange
ann anne anna annie nan nancy nina|anthony tony ant|antoinette toni nettie|archibald archie|arthur art artie|augustus gus|barbara barb babs barbie
beatrice bea trixie|benjamin ben benny benji|bernard bernie|bradley brad|brian bryan|caroline carrie caro lina|catherine katherine kathryn kate katie kathy cathy kat kitty kay katharine
cecilia cissy celia|charles charlie chuck chas|charlotte charlie lottie|christine christina chris chrissy tina|christopher chris kit topher|clifford cliff
clarence clare|cornelius neil|cynthia cindy|daniel dan danny|david dave davey|deborah debra deb debbie|dennis denny|dominic dom nick|donald don donnie
dorothy dot dottie dolly|douglas doug|edith edie|edmund ed ned ted|edward ed eddie ned ted teddy|eleanor ellie nell nora elaine|elizabeth liz lizzie beth betty eliza lisa bess betsy libby elisabeth
emily em emmy millie|emma em|eugene gene|evelyn eve evie|florence flo florrie|frances fran frankie|francis frank fran|franklin frank
frederick fred freddie rick|gabriel gabe|gareth gary|geoffrey jeffrey geoff jeff|george georgie|gerald gerry jerry|gilbert gil bert|gordon gord
grace gracie|graham gray|gregory greg|gwendolyn gwen|harold harry hal|harriet hattie|harrison harry|helen nell ellie lena|henrietta etta hetty|henry harry hank hal
herbert herb bert|howard howie|isaac ike zac|isabella isabel bella izzy isabelle|jacob jake|jacqueline jackie|james jim jimmy jamie jem|jane janie jenny janet
janet jan|jason jay|jennifer jen jenny jenn|jeremy jerry jem|jerome jerry|jessica jess jessie|joan joanie|joanne jo joanna|john jack johnny jon|jonathan jon jonny nathan
joseph joe joey|josephine jo josie|joshua josh|judith judy jude|julia julie jules|julian jules|justin jus|karen kaz|kenneth ken kenny|kimberly kim kimmy|kristen kris
laura laurie lori|lawrence laurence larry laurie|leonard len lenny leo|leslie les|lewis louis lou|lillian lily lil|linda lin lindy|louise lou|lucy lucinda lu|lydia liddy
madeline maddie|malcolm mal|margaret maggie meg peggy marge margie peg rita greta daisy|maria mary marie mia|marilyn mary|mark marky|martha marty patty|martin marty
mary molly polly mamie may|matilda tilly mattie|matthew matt matty|maurice mo maury|maximilian max|megan meg|melanie mel|melissa mel lissa missy|mervyn merv|michael mike mick micky mikey mitch
michelle shelly|mildred millie|mitchell mitch|montgomery monty|nathaniel nathan nat nate|nicholas nick nicky nico nicolas|nicole nicky nikki|norman norm|olivia liv livvy ollie
oliver ollie|pamela pam|patricia pat patty tricia trish patsy|patrick pat paddy rick|paul paulie|pauline polly|penelope penny|peter pete|philip phillip phil pip|philippa pippa
phyllis phyl|priscilla cilla|prudence prue|rachel rach rae|randolph randy|raymond ray|rebecca becky becca bec|reginald reg reggie|richard rick dick rich ricky richie
robert bob rob bobby robbie bert|roberta bobbie robbie|roderick rod rick|rodney rod|roger rog|ronald ron ronnie|rosemary rose rosie romy|russell russ|ruth ruthie|samantha sam sammy
samuel sam sammy|sandra sandy|sarah sara sally sadie|sebastian seb bastian|sharon shaz|sheila shell|shirley shirl|sidney sid|simon si|sophia sophie sofia|stanley stan
stephanie steph steffi|stephen steven steve stevie|stewart stuart stu|susan sue susie suzy suzanne susanna|sylvester sly|sylvia syl|tabitha tabby|terence terry|theresa teresa tess terry tessa
theodore ted theo teddy|thomas tom tommy|timothy tim timmy|tobias toby|valerie val|vanessa nessa|veronica ronnie vera|victor vic|victoria vicky tori vicki|vincent vince vinnie
violet vi|virginia ginny|vivian viv|walter walt wally|wendy wen|wesley wes|wilfred wilf fred|william bill will billy liam willie|winifred winnie fred|winston win|yvonne eve vonnie|zachary zach zack""",
    "it": """
alberto albi berto|alessandro ale sandro alex|alessandra ale sandra|alessia ale|alessio ale|andrea andre|angelo angiolino|anna annina|annamaria anna|antonella anto nella
antonio tonio tonino nino totò toto anto|antonia tonia|barbara barbi|bartolomeo meo|beatrice bea bice|benedetta benni|bernardo dino|camilla cami|carlo carletto carlino|carla carlotta
carmela carmelina melina|carmelo melo|caterina cate rina katia|chiara chiaretta|cristina cri tina|daniela dani|daniele dani|davide dado|domenico mimmo mimì menico nico
domenica mimma|edoardo edo dodo|elena ele lena|eleonora ele nora|elisabetta betta eli lisa|emanuele manu lele|emanuela manu|enrico rico chicco|ernesto erni|eugenio genio|fabio fabietto
federica fede chicca|federico fede chicco ghigo|ferdinando nando|filippo pippo fil|francesca fra franca checca|francesco franco cesco checco fra ciccio|gabriele lele gabri|gabriella gabri lella
gaetano tano|giacomo mino jack|giampaolo paolo|gianluca luca|giancarlo carlo|gianfranco franco|giovanni gianni nanni giò gio vanni|giovanna gianna vanna gio|giorgio gio giò|giulia giuli giulietta
giuseppe beppe peppe pino peppino geppo beppino|giuseppina pina giusy pinuccia|grazia graziella|guglielmo memmo|ignazio gnazio|ilaria ila|irene ire|isabella isa|lorenzo renzo lollo lory
luca luchino|lucia luciana|luigi gigi gino luigino|luigia gina|marcello lello|marco marchino|margherita rita marghe|maria mariuccia mary|mariagrazia grazia|massimiliano massimo max
massimo max|matteo teo|maurizio mauri|michela miki|michele miki lele|nicola nico nicolino|ottavia tavi|paola paoletta|paolo paolino|pasquale lino pasqualino|patrizia patty
pietro piero|pierluigi gigi piero|raffaele lele raffa|raffaella raffa lella|riccardo ricky richi|roberto roby berto|roberta roby|rosa rosina rosetta|rosalia lia|salvatore totò toto turi salvo sasà
sebastiano bastiano seba|serena sere|silvia silvi|simona simo|simone simo|stefania ste|stefano ste|susanna susy|teresa resi teresina|tommaso tommy masino|umberto berto|valentina vale
valeria vale|valerio vale|vincenzo enzo cenzo vince vincenzino|vincenza enza|virginia ginny|vittoria vicky|vittorio vito""",
    "es": """
alberto beto tito|alejandra ale jandra sandra|alejandro ale alex jandro|alfonso poncho fonso|alfredo fredo|ana anita|andres andy|angeles geles|antonia toñi toni
antonio toño toni antoñito|beatriz bea betty|carlos carlitos charly|carmen menchu carmela maricarmen|carolina caro|catalina cata|cayetana caye|concepcion concha conchi conchita|consuelo chelo
cristina cris tina|cristobal tobal|daniel dani|david davi|diego dieguito|dolores lola loli lolita|eduardo edu lalo|elena lena|enrique quique kike|ernesto neto|esperanza espe
esteban teban|federico fede|felipe pipe|fernanda fer nanda|fernando fer nando|francisca paca paqui fran|francisco paco pancho fran curro kiko cisco|gabriel gabi|gabriela gabi|gonzalo gonza
gregorio goyo|guadalupe lupe lupita|guillermo guille memo|gustavo gus|hector tito|ignacio nacho|inmaculada inma|isabel isa chabela bel|jacinto chinto|javier javi|jesus chus chuy suso|joaquin quino
jorge coque|jose pepe chepe|josefa pepa pepi|joseluis pepe|josemaria chema|juan juanito juancho|juana juani|julia juli|julian juli|leonardo leo|lorena lore|lourdes lurdes|lucia lu luci
luis lucho luisito|luisa lu|manuel manolo manu lolo|manuela manoli manola|margarita marga rita|maria mari|mariacarmen maricarmen carmen|mariajose majo|mariana mari|mercedes merche meche
miguel migue micky|miguelangel miguel|monserrat montse|nicolas nico|pablo pablito|patricia patri pati|pedro perico|pilar pili|rafael rafa|ramon moncho|raul rauli|ricardo richi ricky
roberto rober beto|rocio chio|rodrigo rodri|rosario charo|salvador salva|santiago santi yago|sebastian sebas|sergio checo|silvia silvi|sofia sofi|soledad sole|susana susi|teresa tere
tomas tomi|valentina vale|valeria vale|veronica vero|vicente chente|victor vic|victoria vicky|virginia vir|ximena xime|yolanda yoli""",
    "pt": """
alexandre xande ale alex|ana aninha|antonio toninho tonho to|augusto guto|beatriz bia|carlos carlinhos|carolina carol|catarina cata|cristina cris|daniel dani|eduardo edu dudu duda|fernanda nanda fe
fernando nando fe|francisco chico xico|gabriel gabi biel|gabriela gabi|guilherme gui|gustavo guga gu|helena lena|henrique rick|isabel bel isa belinha|joana jo|joao joaozinho jo|joaquim quim
jose ze zeca zezinho|juliana ju|leonardo leo|leticia le|lucas lu|luciana lu|luiz luis lula|luiza lu|manuel manel maneco neco|manuela manu|marcelo celo|maria mariazinha|mariana mari
miguel mig|natalia nat|patricia paty|paulo paulinho|pedro pedrinho|rafael rafa|rafaela rafa|renata re|ricardo rick cado|roberto beto|rodrigo digo|sebastiao tiao|sofia sofi|tereza tete
thiago tiago ti|vanessa nessa|vinicius vini|vitor vitinho""",
    "de": """
alexander alex sascha|andreas andi andy|angelika geli|anna anni|anneliese anne liesl|anton toni|barbara babsi|benjamin ben|bernhard bernd|birgit biggi|brigitte gitti|christian chris|christina tina chris
christoph chris stoffel|daniel dani|dieter didi|dietrich dieter|dominik dom|elisabeth lisa elli liesl sissi betti|ernst ernstl|eva evi|ferdinand ferdi|florian flo|franz franzl
franziska franzi|friedrich fritz friedel|gabriele gabi|georg schorsch|gerhard gerd hardy|gertrud trude gerti|gottfried friedl|guenther gunter guenter gunther|hannelore hanne lore|hans johannes johann hannes hansi
heinrich heinz heiner|helmut helli|hermann manni|hildegard hilde|ilse ilsi|ingeborg inge|irmgard irmi|jakob jockel|joachim achim jochen|josef sepp jupp josy|josefine josi|juergen jurgen
julia jule|karl karli kalle|karlheinz karl heinz|katharina kathi kati kathrin käthe kathe|klaus nikolaus niki klaas|konrad kurt|konstantin kosta|kristina tina|leonhard leo|leopold poldi|ludwig lutz wiggerl
magdalena lena leni|manfred manni fred|margarete grete gretel marga|maria mia mizzi|marianne marie|martin martl|mathias matthias matze hias|maximilian max maxi|melanie meli|michael michi michel
michaela michi|monika moni|otto otti|patrick patti|paul pauli|peter pit|philipp phil|rainer reiner|rebecca becki|reinhard hardy|renate reni|robert robi|rosemarie rosi|rudolf rudi|sabine bine
sebastian basti|siegfried sigi friedl|simone simmi|sophie sophia|stefan steffen stephan|stefanie steffi|susanne susi sanne|theodor theo|theresia resi|thomas tom tommi|tobias tobi|torsten thorsten
ulrich uli|ulrike uli rike|ursula uschi ulla|ute uti|valentin vali|veronika vroni|viktoria vicky|walter walti|waltraud traudl|werner werni|wilhelm willi wilm|wolfgang wolf wolfi""",
    "fr": """
alexandre alex|alexandra alex|amelie amy|anne annie|antoine toine|antoinette toinette|bastien sebastien seb|beatrice bea|benjamin ben benji|benoit ben|bernadette nadette|bertrand bert|catherine cathy
cedric ced|charlotte cha|christelle chris|christian chris|christine chris|christophe chris|clementine clem|corinne coco|dominique dom domi|edouard doudou|elisabeth babette lise lili|emmanuel manu
emmanuelle manu|eugenie ninie|fabrice fab|florence flo|francois fanch|frederic fred|frederique fred|gabriel gab|genevieve ginette|georges jojo|gerard gege|guillaume guigui|henri riri
jacqueline jackie|jacques jacquot jack|jean jeannot|jeanbaptiste jb jean|jeanpierre jp jean|joseph jo jojo|josephine jo|julie juju|laurence lolo|laurent lolo|leopold leo|louis loulou|madeleine mado
marguerite margot|marie manon|mariechristine marie|martine titine|mathieu matthieu mat|mathilde tilde|maxime max|michel michou|michele mimi|nathalie nath|nicolas nico|olivier oliv|pascal pasc
patrice pat|patrick pat|philippe phil|pierre pierrot|sebastien seb|solange soso|sophie soso|stephane steph|stephanie steph fanny|sylvie syl|theodore theo|therese tete|thomas tom|valerie val
veronique vero|victor vic|vincent vince|virginie nini|xavier xav|yves yvon""",
    "slavic": """
aleksandr aleksander aleksandar alexander sasha sanya alex shura olek aleksy sasza|aleksandra alexandra sasha ola olka sanja|aleksey aleksei alexei alexey alyosha lyosha|anastasiya anastasia nastya stasya
anatoliy anatoly tolya|andrey andrei andrzej andriy jedrek andrija|anna anya anka ania hania anja|antonina tonya|arkadiy arkady|barbara basia|boris borya|bogdan bohdan|bronislaw bronek|cecylia cela
czeslaw czesiek|daniil danya daniel|danuta danka|darya dasha daria|dmitriy dmitri dmitry dima mitya dmytro|dorota dorotka|ekaterina katya katerina kateryna catherine|elena lena yelena olena helena
elizaveta liza elzbieta ela|evgeniy evgeny zhenya yevgeny eugene|evgeniya zhenya|ewa ewka|fyodor fedor fedya|galina galya|georgiy georgy zhora|grigoriy grigory grisha|grzegorz grzesiek
gennadiy gena|halina hala|igor ihor|ilya ilyusha|irina ira iryna|ivan vanya jan ivo ivica|jadwiga jadzia|jakub kuba|jan janek jasiek janusz|jerzy jurek|joanna asia joasia|jozef jozek josip joza
kazimierz kazik|kirill kirya|konstantin kostya|krystyna krysia kristina|krzysztof krzysiek kris|larisa lara|lev leo lyova|lidiya lida|lyudmila luda lusya lyuda|lyubov lyuba|lukasz luka
magdalena magda|maksim maxim max maks|malgorzata gosia malgosia|marek maras|margarita rita|maria marysia|mariya masha maria marusya|marina marinka|mateusz mati|mikhail misha michail michal mykhailo mihail
mieczyslaw mietek|nadezhda nadya|nataliya natalia natasha natalya nataliia|nikita nik|nikolay nikolai kolya mykola nikola|oleg oleh|olga olya|oksana ksenia|pavel pasha pavlo pawel|pyotr petr petya petro piotr piotrek
roman roma|ruslan rus|semyon syoma semen|sergey sergei seryozha serhiy sergiy|slawomir slawek|stanislav stas slava stanislaw staszek|stefan stepan styopa|svetlana sveta|tadeusz tadek|tatyana tanya tatiana tania
timofey tima|tomasz tomek|vadim vadik|valentina valya|valeriy valera valery|vasiliy vasily vasya vasyl|veronika nika|viktor vitya victor|viktoriya vika victoria|vitaliy vitaly vitalik|vladimir vova volodya volodymyr vladi
vladislav vlad slava|vyacheslav slava|wieslaw wiesiek|wladyslaw wladek|wojciech wojtek|yakov yasha|yaroslav slava|yekaterina katya|yulia yuliya julia yulya|yuriy yuri yura|zbigniew zbyszek|zofia zosia""",
    "el": """
aikaterini katerina kaiti|alexandros alekos alexander|anastasia tasia natasa|anastasios tasos|andreas andrikos|angeliki kiki|antonios antonis tonis|apostolos tolis|aristotelis aris telis|athanasios thanasis nasos
charalampos babis haris lampis|christina christa|christos hristos|chrysoula xrysa|dimitra mimi|dimitrios dimitris mitsos jimmy dimos|eirini rena irini|eleni lena elena helen|eleftherios lefteris
emmanouil manolis manos|evangelia lia vaggelio eva|evangelos vangelis vaggelis|georgios giorgos george yorgos|georgia gogo|grigorios grigoris|iakovos jakob|ioanna gianna|ioannis giannis yannis john
konstantina dina nantia|konstantinos kostas dinos costas|kyriakos kyros|maria mairi marika|michail michalis mihalis|nikolaos nikos nick|panagiotis panos takis panayiotis|panagiota giota|paraskevi voula vivi evi
petros peter|pavlos paul|sofia sophia|sotirios sotiris|spyridon spyros|stavros stavrakis|stefanos stephen|stylianos stelios|theodoros thodoris theo|vasileios vasilis bill|vasiliki vaso vicky""",
    "other": """
mohammed muhammad mohamed mohammad mehmet mohd muhammed|ahmed ahmad ahmet|ali aly|hussein husain hussain huseyin|hasan hassan|yusuf yousef youssef joseph yosef|ibrahim abraham ebrahim|fatima fatma fatemeh
abdullah abdallah|mustafa mostafa mustapha|omar umar omer|khaled khalid halit|aisha ayse aysha|said saeed sayed|mahmoud mahmud mahmut|maryam mariam meryem miriam|zeynep zainab zaynab
yitzhak isaac itzik|avraham avi abraham|david dudu dave|moshe moses moishe|yaakov jacob kobi|shmuel samuel sam|rivka rebecca|rachel rahel|sarah sara|yehuda judah udi|chaim haim
istvan pista stephen|laszlo laci|jozsef joska joe|janos jancsi john|gyorgy gyuri george|ferenc feri frank|erzsebet erzsi bozsi elizabeth|katalin kati kata|maria mari marika|sandor sanyi alexander|zoltan zoli|tibor tibi
lars lasse|johan johannes janne|karl kalle|per pelle peter|nils nisse|gustav gusten|margareta greta|kristina stina kicki|katarina kajsa|elisabet lisa lisbet|jan janne|erik erki|anders andy|magnus mange
willem wim pim|johannes johan hans jan|cornelis cor kees|hendrik henk rik|petrus piet peter|jacobus koos jaap|gerardus gerard gert|antonius anton toon ton|maria marijke mieke|elisabeth els lies betje|catharina trijntje toos
ion ionel nelu|gheorghe gigi ghita|vasile vasilica|constantin costel dinu|alexandru alex sandu|mihai misu|stefan fane|elena lena ileana|ioana oana""",
}
LANGUAGES = tuple(GROUPS)


@cache
def nickname_groups(languages: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The groups, each called by its first name, that a name stands in."""
    found: dict[str, list[str]] = {}
    for language in languages:
        for line in GROUPS[language].split("\n"):
            for group in filter(None, line.split("|")):
                names = anyascii(group).lower().split()
                for name in dict.fromkeys(names):
                    if names[0] not in found.setdefault(name, []):
                        found[name].append(names[0])
    return {name: tuple(groups) for name, groups in found.items()}
