"""Words that say little or something else when contacts are compared: roles, providers, titles, legal forms."""

from __future__ import annotations

# fmt: off
# Mailboxes of a function, not of a person.
ROLES = frozenset(
    "info sales support contact admin office hello mail service team help billing accounts accounting orders order shop"
    " marketing jobs hr press media webmaster postmaster noreply donotreply reception booking bookings reservations"
    " enquiries inquiries customerservice kontakt buero verkauf vertrieb rechnung buchhaltung einkauf zentrale"
    " informazioni amministrazione commerciale vendite ordini segreteria assistenza ufficio acquisti contabilita"
    " prenotazioni contacto ventas soporte administracion pedidos compras atendimento vendas suporte contato"
    " financeiro compras comercial accueil contactez commande ventes secretariat comptabilite biuro sklep zamowienia"
    " kundenservice kundtjanst post firma hola ciao privacy security abuse it dev".split()
)
FAMILIES = frozenset("family fam familie famiglia familia famille rodzina gezin familjen casa".split())
DISPOSABLE = frozenset(
    "mailinator.com guerrillamail.com guerrillamail.info sharklasers.com 10minutemail.com 10minutemail.net"
    " tempmail.com temp-mail.org temp-mail.io tempmail.dev throwawaymail.com yopmail.com yopmail.fr yopmail.net"
    " trashmail.com trashmail.de trash-mail.com getnada.com nada.email dispostable.com maildrop.cc mintemail.com"
    " fakeinbox.com mailnesia.com mailcatch.com spamgourmet.com moakt.com mohmal.com emailondeck.com discard.email"
    " tempr.email wegwerfmail.de einrot.com mytemp.email burnermail.io inboxkitten.com mailpoof.com spam4.me"
    " grr.la tempail.com fakemail.net mail-temp.com tmpmail.org tmpmail.net 33mail.com test.com test.it test.de none.com"
    " noemail.com nomail.com domain.com a.a asd.com".split()
)
JUNK_LOCALS = frozenset(
    "test test1 test123 testing asdf asd qwerty noemail nomail no none na nobody noname user user1 a aa aaa abc xxx x"
    " email mail fake anonymous guest visitor nospam null prova".split()
)
# Providers at whose addresses people live, who mostly ignore what follows a plus sign; and those that ignore dots too.
NO_DOTS = frozenset(["gmail.com"])
SAME_DOMAIN = {
    "googlemail.com": "gmail.com",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
    "protonmail.com": "proton.me",
    "protonmail.ch": "proton.me",
    "pm.me": "proton.me",
    "ya.ru": "yandex.ru",
    "yandex.com": "yandex.ru",
}
FREE = {
    "gmail.com", "icloud.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "outlook.it", "outlook.de", "outlook.fr",
    "outlook.es", "hotmail.it", "hotmail.de", "hotmail.fr", "hotmail.es", "hotmail.co.uk", "hotmail.nl", "live.it", "live.de",
    "live.fr", "live.nl", "live.co.uk", "fastmail.com", "fastmail.fm", "proton.me", "protonmail.com", "protonmail.ch", "pm.me",
    "yandex.ru", "yandex.com", "ya.ru", "zoho.com", "zohomail.com", "posteo.de",
    "googlemail.com", "me.com", "mac.com", "yahoo.com", "yahoo.it", "yahoo.de", "yahoo.fr", "yahoo.es", "yahoo.co.uk",
    "yahoo.co.jp", "yahoo.com.br", "yahoo.com.ar", "yahoo.com.mx", "ymail.com", "aol.com", "aol.de", "gmx.de", "gmx.net",
    "gmx.at", "gmx.ch", "gmx.com", "web.de", "t-online.de", "freenet.de", "mail.com", "mail.ru", "bk.ru", "inbox.ru",
    "list.ru", "rambler.ru", "ukr.net", "libero.it", "virgilio.it", "alice.it", "tin.it", "tiscali.it", "orange.fr",
    "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "bbox.fr", "telefonica.net", "terra.es", "hotmail.com.br",
    "hotmail.com.ar", "uol.com.br", "bol.com.br", "terra.com.br", "ig.com.br", "globo.com", "sapo.pt", "wp.pl", "o2.pl",
    "onet.pl", "interia.pl", "seznam.cz", "centrum.cz", "email.cz", "azet.sk", "freemail.hu", "citromail.hu", "abv.bg",
    "ziggo.nl", "kpnmail.nl", "planet.nl", "home.nl", "telenet.be", "skynet.be", "bluewin.ch", "bredband.net", "telia.com",
    "btinternet.com", "sky.com", "virginmedia.com", "talktalk.net", "ntlworld.com", "comcast.net", "verizon.net", "att.net",
    "sbcglobal.net", "bellsouth.net", "cox.net", "charter.net", "rogers.com", "bigpond.com", "optusnet.com.au", "qq.com",
    "163.com", "126.com", "sina.com", "naver.com", "daum.net", "hanmail.net", "docomo.ne.jp", "ezweb.ne.jp", "softbank.ne.jp",
    "rediffmail.com", "walla.co.il", "walla.com", "otenet.gr", "in.gr", "hotmail.gr", "yahoo.gr",
}  # fmt: skip
TITLES = frozenset(
    "mr mrs ms miss mx dr prof sir madam herr frau hr fr sig sigra signor signora dott dottssa dottor ing avv geom rag arch"
    " mme mlle sr sra srta don dona dna dipl mag phd md jr sen ii iii esq msc bsc mba pan pani doc".split()
)
PARTICLES = frozenset(
    "de del della dello dei degli di da dal dalla do dos das du des van von der den ter ten zu zum zur la le lo el al bin"
    " ben ibn abu y e of af av mac mc st san santa".split()
)
JUNK_NAMES = frozenset(
    "test tester testing prova probe visitor guest user customer client unknown anonymous asdf asd qwerty qwertz aaa abc xxx"
    " xyz na none null noname nobody me hello hi admin name nome nombre vorname nachname cognome firstname lastname gast"
    " besucher ospite cliente visitante kunde foo bar foobar lorem ipsum hola ciao hallo salut".split()
)


LEGAL_FORMS = frozenset(
    "srl spa sas snc sa sarl sasu eurl gmbh ag kg ohg ug ev mbh co cokg ltd limited llc llp inc corp corporation plc pty bv nv"
    " oy ab as aps sl slu lda ltda me eireli sp zoo kft zrt doo sro as the and und e et y di group gruppo holding company"
    " studio".split()
)


STREETS = {
    "str": "strasse", "st": "street", "rd": "road", "ave": "avenue", "av": "avenue", "dr": "drive", "ln": "lane",
    "blvd": "boulevard", "ct": "court", "pl": "place", "sq": "square", "v": "via", "p": "piazza", "pza": "piazza", "c": "calle",
    "vle": "viale", "cso": "corso", "r": "rua", "bd": "boulevard", "cres": "crescent", "pde": "parade", "tce": "terrace",
}  # fmt: skip


SOUNDS = (
    ("sch", "s"), ("sh", "s"), ("ch", "k"), ("ph", "f"), ("gh", "g"), ("th", "t"), ("kh", "k"), ("zh", "s"), ("ck", "k"),
    ("tz", "s"), ("ts", "s"), ("cz", "s"), ("sz", "s"), ("dj", "j"), ("dz", "s"), ("qu", "k"), ("gn", "n"), ("gl", "l"),
    ("c", "k"), ("q", "k"), ("x", "ks"), ("w", "v"), ("z", "s"), ("d", "t"), ("b", "p"), ("g", "k"), ("v", "f"), ("j", "i"),
    ("y", "i"),
)  # fmt: skip
