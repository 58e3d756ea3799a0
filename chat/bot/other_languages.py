"""Wishes for a person and small talk in German and Spanish, beside the English of wishes.py and
rules.py, which are asked first.

Patterns are written with their accents. A text is read without: "möchte", "moechte" and "mochte"
are one word, and so are "técnico" and "tecnico".
"""

import re
from dataclasses import dataclass
from unicodedata import combining, normalize

from chat.bot.words import words

LONGEST = 600  # characters, as in wishes.py
# Commas stand between clauses of one thought, too: "jemand, der mir hilft".
CLAUSE = re.compile(
    r"[.!?;:\n…¿¡]+|\s[-–—]\s|\b(?:aber|sondern|weil|pero|porque)\b"
    r"|,(?!\s*(?:d(?:er|ie|as|ass|em|en)|wie|was|wo|ob|mein\w*|um|que|quien)\b"
    r"|[^,.!?]{1,60}(?:\bzu\b|\wzu\w+en\b))",
    re.IGNORECASE,
)


def _without_accents(text: str) -> str:
    apart = normalize("NFKD", text.replace("ß", "ss"))
    return "".join(letter for letter in apart if not combining(letter))


def _plain(text: str) -> str:
    return " ".join(words(_without_accents(text)))


def _pattern(written: str) -> re.Pattern[str]:
    for umlaut, either in (("ä", "ae?"), ("ö", "oe?"), ("ü", "ue?")):
        written = written.replace(umlaut, either)
    return re.compile(_without_accents(written))


@dataclass(frozen=True, slots=True)
class Language:
    """`asks` and `none` are searched in a clause, `only` is all of a message, and `question` is how
    one begins that is surely about something else. `kinds` are small talk, the strongest first, and
    `filler` is what may stand beside; `alone` are kinds that are all of a message, since they begin
    many questions."""

    asks: re.Pattern[str]
    none: re.Pattern[str]
    only: re.Pattern[str]
    question: re.Pattern[str]
    kinds: dict[str, re.Pattern[str]]
    alone: dict[str, re.Pattern[str]]
    filler: re.Pattern[str]

    def asks_for_person(self, text: str) -> bool:
        if self.only.fullmatch(_plain(text)):
            return True
        clauses = [_plain(clause) for clause in CLAUSE.split(text)]
        return any(self.asks.search(one) and not self.none.search(one) for one in clauses)

    def small_talk(self, text: str) -> str | None:
        rest = _plain(text)
        for kind, alone in self.alone.items():
            if alone.fullmatch(rest):
                return kind
        said = []
        for kind, pattern in self.kinds.items():
            rest, found = pattern.subn(" ", rest)
            said += [kind] if found else []
        is_all = all(self.filler.fullmatch(word) for word in rest.split())
        return said[0] if said and is_all else None


def _any(*patterns: str) -> re.Pattern[str]:
    return _pattern("|".join(f"(?:{pattern})" for pattern in patterns))


def _words(*patterns: str) -> re.Pattern[str]:
    return _pattern(rf"\b(?:{'|'.join(patterns)})\b")


PROGRAMS = r"(?:teams|zoom|webex|outlook|whatsapp|moodle|slack|discord|skype|signal)"
BOT = r"(?:\w*bots?|robot(?:er|ern|s)?|maschinen?|computern?|ki|ia|m[aá]quinas?|ordenador)"

# ── German ─────────────────────────────────────────────────────────────────
MENSCH = (
    r"(?:mensch(?:en)?|person(?:en)?|\w*mitarbeiter(?:n|in|innen)?|\w*berater(?:n|in|innen)?"
    r"|sachbearbeiter(?:n|in)?|agent(?:en|in)?|operator|techniker(?:n|in)?|ansprechpartner(?:n|in)?"
    r"|ansprechperson|vorgesetzte[nrm]?|kolleg(?:en?|in))"
)
JEMAND = r"(?:irgend)?jemand(?:en|em)?"
DIENST = (
    r"(?:(?:it )?support|kundendienst|kundenservice|kundenbetreuung|help ?desk|service ?desk"
    r"|(?:service|support) ?team|hotline)"
)
EIN = (
    r"(?:(?:irgend)?eine?[nmr]?|de[nmr]|die|euren|eure[mr]|ihre[nmr]|echte[nmr]?|richtige[nmr]?"
    r"|reale[nmr]?|lebende[nmr]?|lebendige[nmr]?|menschliche[nmr]?|andere[nmr]?|zuständige[nmr]?)"
)
VON = rf"(?: (?:vo[nm]|aus|im|beim|des)(?: de[mr]| eure[mr]| ihre[mr])? {DIENST})?"
WEN = (
    rf"(?:(?:{EIN} )*(?:{MENSCH}|{DIENST})"
    rf"|{JEMAND}(?: {EIN}s?| menschliche[mns]| echte[mns])?){VON}"
)
EINEN = rf"(?:(?:{EIN} )+{MENSCH}|{JEMAND}){VON}"
BITTE = r"(?:(?:bitte|jetzt|mal|doch|direkt|gerne?|lieber|sofort|endlich|kurz|persönlich|hier) )*"
HELFEN = (
    r"(?:(?:weiter)?helfen|anrufen|zurückrufen|kontaktieren|antworten|anschreiben|beraten"
    r"|übernehmen|unterstützen)"
)
GERMAN = Language(
    asks=_any(
        rf"\bmit {WEN} {BITTE}(?:zu )?(?:sprechen|reden|chatten|telefonieren|schreiben"
        r"|kommunizieren|verbinden|verbunden werden)\b",
        rf"\bmit {WEN} {BITTE}(?:in kontakt treten|kontakt aufnehmen)",
        rf"^wie (?:spreche|rede|chatte) ich {BITTE}mit {WEN}$",
        rf"\b{EINEN} {BITTE}(?:sprechen|erreichen)\b",
        rf"\b(?:wie|wo) erreiche ich {BITTE}{EINEN}$",
        rf"\b(?:verbind\w*|leit\w*|stell\w*|gib|geben)(?: sie)? (?:mich|uns|mir|das) {BITTE}"
        rf"(?:(?:mit|an|zu) )?{WEN}(?: {BITTE}(?:weiter|durch))?(?: bitte)?$",
        rf"\b(?:mich|uns|das|dies|mein anliegen) {BITTE}(?:mit|an|zu) {WEN} {BITTE}(?:zu )?"
        r"(?:verbinden|weiterverbinden|weiterleiten|weitergeben|durchstellen|vermitteln)\b",
        rf"\b(?:an|zu|mit) {WEN} {BITTE}(?:weitergeleitet|durchgestellt|verbunden) werden\b",
        rf"\b(?:brauche|benötige|will|möchte|wünsche mir|verlange|hätte) (?:ich )?{BITTE}"
        rf"(?:{EIN} )+{MENSCH}{VON}(?: (?:haben|bitte|jetzt|hier|sofort))*$",
        rf"\bhilfe von {EINEN}$",
        r"^(?:ja )?bitte (?:verbinden sie|verbinde) mich$",
        rf"\bkann sich (?:bitte )?{EINEN} (?:bitte )?bei (?:mir|uns) melden$",
        rf"\bgibt es (?:hier|da) (?:auch |noch )*(?:echte |richtige )?{MENSCH}$",
        rf"\b(?:brauche|benötige|will|möchte|hätte) (?:ich )?{BITTE}{JEMAND} (?:echte[ns]"
        rf"|menschliche[ns]|der (?:mir|uns|sich|mich) {BITTE}\w+(?: kann)?$)",
        r"\bgibt es (?:hier |da |denn )*"
        rf"{EINEN}(?: (?:hier|da)$|$| (?:mit )?(?:dem|der|den) (?:ich|mir|wir)\b)",
        rf"\bist (?:hier |da |dort |denn )+(?:auch )?{EINEN}"
        r"(?: da| hier| erreichbar| verfügbar)*$",
        rf"^ist {EINEN} (?:hier|da|erreichbar|online)$",
        rf"\b(?:kann|könnte|soll|würde|möge) (?:mich |mir |uns )?{BITTE}{EINEN}"
        rf" (?:mich |mir |uns )?{BITTE}{HELFEN}$",
        rf"\bdass (?:mich |mir |uns )?{EINEN} (?:mich |mir |uns )?(?:anruft|hilft|zurückruft"
        r"|antwortet|kontaktiert|übernimmt)$",
        rf"^(?:hallo |nein |ich )?(?:bitte (?:{EIN} )*{MENSCH}|(?:{EIN} )*{MENSCH} bitte)$",
        rf"\b(?:(?:will|möchte|brauche|wollte) (?:\w+ ){{0,2}}?(?:kein\w*|nicht (?:mit )?(?:{EIN}"
        rf" )*)|^kein\w*|statt (?:mit )?(?:{EIN} )*) ?{BOT}(?: (?:sprechen|reden|schreiben"
        r"|chatten|mehr|haben|bitte))*$",
    ),
    none=_any(
        r"\b(?:muss|müssen|soll) (?:ich|wir|man)\b",
        r"\b(?:welche[rnms]?|wie viele|wer ist|wer sind|wo (?:finde|ist|sitzt))\b",
        rf"\b(?:brauche|benötige|will|möchte|wollte|muss|gib\w*|verbind\w*) (?:\w+ ){{0,3}}?"
        rf"(?:kein\w*|nicht)\b(?!.*\b{BOT}\b)",
        rf"\b(?:in|über|per|via|auf) {PROGRAMS}\b",
        r"\b(?:bin|bist|sind) (?:ich |du |sie )?(?:ein|kein)",
        r"\b(?:meine[nmrs]?|unsere[nmrs]?) (?:\w+ )?(?:berater|mitarbeiter|kolleg|vorgesetzt)",
    ),
    question=_pattern(
        r"(?:wo (?:finde|ist|sind|kann|bekomme)|wer (?:ist|sind)|was (?:ist|macht|sind|bedeutet)"
        r"|welche[nmrs]?|wie viele)\b"
    ),
    only=_pattern(
        r"(?:(?:hallo|hi|guten|tag|bitte|nein|nur|jetzt|ich|will|möchte|mit|zu|brauche|an) )*"
        rf"(?:(?:{EIN} )*{MENSCH}|kundendienst|kundenservice|(?:{EIN} )+{DIENST})"
        r"(?: (?:bitte|jetzt|sofort|sprechen|danke|verbinden|reden|statt bot))*"
    ),
    kinds={
        "bye": _words(
            r"tsch(?:ü|i)ss(?:i|chen|ie)?|tschau|auf wiedersehen|auf wiederhören|wiedersehen",
            r"bis (?:bald|später|dann|morgen|demnächst|zum nächsten mal)|gute nacht|mach s gut",
            r"(?:einen )?(?:schöne[ns]?|guten) (?:tag|abend|wochenende|feierabend|woche|rest\w*) "
            r"(?:noch|ihnen|dir|euch)|(?:ein(?:en)? )?schöne[ns]? (?:tag|abend|wochenende"
            r"|feierabend)|das (?:war|wäre) (?:es|alles)|das war s",
        ),
        "thanks": _words(
            r"danke(?:schön)?|dankesehr|dank|danke (?:schön|sehr)|bedanke|merci",
            r"(?:das |es )?hat (?:mir |sehr |gut )*(?:geholfen|geklappt|funktioniert)",
        ),
        "hello": _words(
            r"hallo|hallöchen|hi|hey|hello|servus|moin|grüezi|grüß (?:gott|dich|euch|sie)",
            r"(?:einen )?(?:schönen )?guten (?:morgen|tag|abend|mittag)|morgen zusammen",
            r"wie geht (?:es|s)(?: (?:dir|ihnen|euch))?(?: heute)?",
        ),
        "help": _words(
            r"(?:ich )?(?:brauche|benötige) (?:bitte |mal |deine |ihre |dringend )*hilfe|hilfe",
            r"(?:kannst du|können sie|könnt ihr|könnten sie) (?:mir|uns) (?:bitte |mal )?"
            r"helfen",
            r"(?:was|wie) (?:kannst du|können sie)(?: (?:alles|hier|mir helfen|tun))*",
            r"wer (?:bist du|sind sie)",
            r"spreche ich (?:hier |gerade )?mit (?:einem|einer) (?:echten )?"
            r"(?:mensch(?:en)?|person|bot|maschine)",
            rf"(?:bist du|sind sie) (?:hier )?(?:eine? )?(?:echte[rs]? )?(?:mensch|person|{BOT})",
        ),
        "fine": _words(
            r"ok|okay|alles klar|verstanden|super|prima|perfekt|toll|klasse|in ordnung|passt",
        ),
    },
    alone={
        "no": _pattern(r"nein(?: nein)*(?: (?:vielen )?dank(?:e)?)?|abbrechen|nichts|schon gut"),
        "yes": _pattern(r"(?:ja|jawohl)(?: (?:ja|bitte|gerne?|klar))*|gerne"),
    },
    filler=_pattern(
        r"vielen|herzlichen|besten|schönen|tausend|lieben|herzlich|sehr|recht|ganz|schon|schön|ja"
        r"|dir|ihnen|euch|ich|mich|mir|uns|im|voraus|für|die|deine|ihre|eure|das|den|der|schnelle"
        r"|tolle|gute|nette|hilfe|antwort|auskunft|info|mühe|unterstützung|zusammen|alle|und"
        r"|liebes?|team|bot|na|so|dann|erstmal|mal|nochmals?|wieder|bitte|oh|war|ist|gut|hilfreich"
    ),
)

# ── Spanish ────────────────────────────────────────────────────────────────
PERSONA = (
    r"(?:seres humanos|ser humano|humanos?|humana|personas?|agentes?|representantes?"
    r"|operador(?:a|es)?|asesor(?:a|es)?|emplead[oa]s?|técnic[oa]s?|supervisor(?:a)?"
    r"|encargad[oa]|gerente|ejecutiv[oa])"
)
SERVICIO = r"(?:soporte(?: técnico| humano)?|atención al cliente|servicio (?:al cliente|técnico))"
UN = (
    r"(?:una?|el|la|los|algún|alguna?|otr[oa]|verdader[oa]|auténtic[oa]|(?:algun[oa]|un[oa]) de"
    r" (?:sus|tus|los|las|vuestros))"
)
REAL = r"(?: (?:real(?:es)?|human[oa]s?|de verdad|de carne y hueso|viv[oa]))?"
QUIEN = rf"(?:(?:{UN} )*(?:{PERSONA}|{SERVICIO})|alguien){REAL}"
UNA = rf"(?:{UN} )+{PERSONA}{REAL}"
NOT_OURS = (  # "una persona de mi clase"
    r"(?! (?:de (?:mi|mis|otra|otro|fuera|recursos)|en (?!persona|vivo|español|línea|vez)"
    r"|por (?!favor|chat|teléfono|aquí)|fuera|vía|desde|a través|usando"
    r"|que (?!me|nos|pueda|sepa|entienda|hable))\b)"
)
POR_FAVOR = r"(?: (?:por favor|ya|ahora|aquí|porfa|gracias|mismo|urgente|directamente))*"
AYUDAR = r"(?:ayudar|atender|llamar|contactar|responder|contestar|asistir)(?:me|nos)?"
SPANISH = Language(
    asks=_any(
        r"\b(?:hablar|chatear|conversar|charlar|comunicar(?:me|nos)|contactar(?:me)?|contacto"
        rf"|poner(?:me)? en contacto|tratar){POR_FAVOR} con {QUIEN}\b{NOT_OURS}",
        rf"(?:^|\bcómo )hablo con {QUIEN}\b{NOT_OURS}",
        r"\b(?:pás[ae]|pon(?:ga)?|póng[ae]|conéct[ae]|comunica|comuníque|transfi[eé]r[ae]"
        r"|deriv[ae]|derív[ae])(?:me|nos|n?me)"
        rf"{POR_FAVOR} (?:con|a) {QUIEN}\b{NOT_OURS}",
        r"\b(?:me|nos) (?:puedes?|pueden|podrías?|podrían|puede usted)"
        r" (?:pasar|poner|conectar|comunicar|transferir|derivar)"
        rf"{POR_FAVOR} (?:con|a) {QUIEN}\b",
        r"\b(?:puedes?|pueden|podrías?|podrían) (?:pasar|poner|conectar|comunicar|transferir"
        rf"|derivar)(?:me|nos){POR_FAVOR} (?:con|a) {QUIEN}\b",
        r"\b(?:quiero|necesito|prefiero|quisiera|exijo|solicito|me gustaría)(?: que me pasen con| a"
        rf"| tener| ver)? {UNA}{POR_FAVOR}$",
        r"\b(?:necesito|quiero|quisiera) (?:a )?alguien (?:real|human[oa]|que (?:me|nos) \w+"
        r"(?: \w+)?$)",
        rf"\b(?:que )(?:(?:alguien|{UNA}) me (?:llame|atienda|ayude|conteste|responda|contacte)"
        rf"|me (?:llame|atienda|ayude|conteste|responda|contacte) (?:alguien|{UNA})){POR_FAVOR}$",
        rf"\bhay (?:alguien|{UNA})(?: (?:ahí|allí|aquí|disponible|en línea|con (?:quien|el que"
        r"|la que)\b.*|que (?:me|nos) (?:pueda|puede)(?: \w+)?|que pueda \w+(?:me|nos)))+$",
        rf"\b(?:puede|podría|pudiera) (?:alguien|{UNA}) {AYUDAR}{POR_FAVOR}$",
        rf"\b(?:puede|podría) {AYUDAR} (?:alguien|{UNA}){POR_FAVOR}$",
        rf"\b(?:quiero|necesito|quisiera) que me (?:llamen|contacten){POR_FAVOR}$",
        rf"\bme (?:puede|podría) {AYUDAR} (?:alguien|{UNA}){POR_FAVOR}$",
        rf"\b(?:alguien|{UNA}) (?:me )?(?:puede|podría) {AYUDAR}{POR_FAVOR}$",
        rf"^(?:por favor (?:{UN} )*{PERSONA}{REAL}|(?:{UN} )*{PERSONA}{REAL} por favor)$",
        rf"\b(?:no quiero|no más|basta de|en vez de|en lugar de)"
        rf"(?: (?:hablar|chatear|más))*(?: con)?(?: un| una| este| esta| el)? {BOT}{POR_FAVOR}$",
    ),
    none=_any(
        r"^(?:por qué )?(?:tengo|tenemos|hay) que\b|^debo\b|\bes necesario\b",
        r"^(?:qué|cuál|cuáles|cuántas|cuántos|quién)\b",
        rf"\bno (?:quiero|necesito|hace falta|deseo|es necesario|me \w+)\b(?!.*\b{BOT}\b)",
        rf"\b(?:en|por|con|desde|mediante) {PROGRAMS}\b",
        r"\b(?:soy|eres) (?:un|una)\b|\bno soy\b",
    ),
    question=_pattern(
        r"(?:a |de |en |con )?(?:dónde|qué(?! tal)|cuál(?:es)?|cuánt[oa]s?"
        r"|quién(?:es)? (?:es|son))\b"
    ),
    only=_pattern(
        r"(?:(?:hola|buenas|por|favor|solo|ya|quiero|necesito|con|hablar|a) )*"
        rf"(?:(?:{UN} )*{PERSONA}{REAL}|atención al cliente|soporte humano)"
        r"(?: (?:por|favor|porfa|ya|ahora|gracias|urgente))*"
    ),
    kinds={
        "bye": _words(
            r"adi[oó]s|hasta (?:luego|pronto|mañana|la vista|otra|la próxima)|chau|chao",
            r"(?:que (?:tenga|tengas|pase|pases) )?(?:un )?(?:buen|lindo|feliz)"
            r" (?:día|fin de semana)",
            r"eso es todo|cuídate|nos vemos",
        ),
        "thanks": _words(
            r"gracias|agradecid[oa]|te lo agradezco|se lo agradezco|agradezco",
            r"(?:me )?(?:ha )?(?:ayudó|servido|ayudado|funcionó|sirvió)(?: mucho)?",
        ),
        "hello": _words(
            r"hola|holi|saludos|hi|hey|hello|buen[ao]s (?:días?|tardes?|noches)|buenas",
            r"(?:qué|como) tal(?: (?:estás?|todo))?|cómo (?:estás?|están|está usted|te va)",
        ),
        "help": _words(
            r"(?:necesito |quiero )?(?:tu |su |una |un poco de )?ayuda|ayúd[ae](?:me)?",
            r"(?:me )?(?:puedes?|podrías?|pueden) ayudar(?:me|nos)?",
            r"(?:qué|cómo) (?:puedes|puede) (?:hacer|ayudarme)(?: por mí)?",
            r"quién (?:eres|es usted)|estoy hablando con (?:una?|un) (?:persona|humano|bot|robot)"
            r"(?: real)?",
            rf"(?:eres|es usted) (?:una? )?(?:persona|humano|{BOT})(?: real)?",
        ),
        "fine": _words(r"ok|okay|vale|perfecto|genial|entendido|de acuerdo|estupendo|listo|bien"),
    },
    alone={
        "no": _pattern(r"no(?: no)*(?: (?:muchas )?gracias)?|cancelar|nada(?: más)?"),
        "yes": _pattern(r"s[ií](?: (?:s[ií]|por favor|claro|gracias))*|claro(?: que sí)?"),
    },
    filler=_pattern(
        r"muchas|much[ií]simas|mil|miles|de|por|la|el|tu|su|vuestra|ayuda|respuesta|información"
        r"|atención|todo|todos|a|y|muy|te|le|les|os|se|lo|amable|amables|favor|equipo|bot|amigos?"
        r"|oh|ya|muy|mucho|antemano|entonces|pues|bueno|ha|han|me|eso|que|usted|ti|si|día|noches"
    ),
)
LANGUAGES = (GERMAN, SPANISH)


def asks_for_person(text: str) -> bool:
    """Whether the message asks in one of these languages for a person to take part."""
    return any(one.asks_for_person(text[:LONGEST]) for one in LANGUAGES)


def is_question(text: str) -> bool:
    """Whether the message begins in one of these languages as a question about something else
    does: what no pattern hears in it is not left to what has learned English only."""
    plain = _plain(text[:LONGEST])
    return any(one.question.match(plain) for one in LANGUAGES)


def small_talk(text: str) -> str | None:
    """Which kind of small talk the whole message is, by the names of rules.small_talk."""
    if len(text) > LONGEST:
        return None
    return next((kind for one in LANGUAGES if (kind := one.small_talk(text))), None)
