"""Wishes for a person and small talk in German and Spanish: sentences written for this project."""

import time

import pytest

from chat.bot import other_languages, rules
from chat.bot.wishes import asks_for_person
from tests.chat.bot.test_rules import lines
from tests.services.patience import within

GERMAN_WISHES = """
ich will mit einem Menschen sprechen
Ich möchte mit einem Mitarbeiter sprechen
Ich moechte mit einem Mitarbeiter sprechen
ich mochte mit einer mitarbeiterin reden
Kann ich einen Menschen sprechen?
Mensch bitte
Bitte einen Menschen!
Hallo, bitte einen Mitarbeiter
Könnte ich bitte mit jemandem sprechen?
Koennte ich bitte mit jemandem vom Support sprechen?
Kann ich hier mit einer echten Person reden
Verbinden Sie mich bitte mit einem Mitarbeiter.
verbinde mich mit dem Support
Können Sie mich an einen Kollegen weiterleiten?
Ich möchte mit einem Berater verbunden werden
Ist da jemand?
Gibt es hier jemanden, mit dem ich sprechen kann?
Ich brauche einen echten Menschen
Ich brauche jemanden, der mir helfen kann
Kann mir jemand helfen?
Kann mich bitte jemand zurückrufen?
Ich will nicht mit einem Bot sprechen
Kein Bot bitte
Das hilft mir nicht, ich will mit einem richtigen Menschen reden.
Wie kann ich mit einem Menschen sprechen?
Wie erreiche ich einen Mitarbeiter?
Danke, aber ich würde lieber mit einem Menschen schreiben
Geben Sie mir einen Mitarbeiter
Ich hätte gerne einen menschlichen Ansprechpartner
Ich möchte, dass mich jemand anruft
Menschlicher Mitarbeiter bitte
Gibt es hier auch echte Menschen?
Ich brauche Hilfe von einem Menschen
Bitte verbinden Sie mich.
Kann sich ein Mitarbeiter bei mir melden?
"""

GERMAN_MENTIONS = """
Wo finde ich die Person, die für Drucker zuständig ist?
Wer ist der Ansprechpartner für das WLAN?
Danke, aber wie komme ich ins WLAN?
Ich habe gestern mit einem Mitarbeiter gesprochen
Wie füge ich eine Person zu meinem Team hinzu?
Wie kann ich in Teams mit einer Person chatten?
Wie viele Personen können an einer Zoom-Konferenz teilnehmen?
Muss ich mit jemandem sprechen, um mein Konto zu schließen?
Ich brauche keinen Mitarbeiter mehr
Ich möchte mit niemandem sprechen
Ich will nicht mit einem Menschen sprechen
Bist du ein Mensch?
Spreche ich mit einem Menschen?
Ich bin kein Roboter
Ich bin Mitarbeiter und brauche einen Zugang
Jemand hat mein Passwort gestohlen
Jemand benutzt mein Konto
Kann jemand meine Dateien sehen?
Kann mir jemand helfen, mein Passwort zurückzusetzen?
Wie teile ich eine Datei mit jemandem?
Wie erreiche ich meinen Berater in der Fakultät?
Welche Person kann meinen Antrag unterschreiben?
Ist das Programm für Mitarbeiter kostenlos?
Wie kann ich meinen Laptop mit dem WLAN verbinden?
Gibt es einen Drucker für Mitarbeiter?
Wo ist der Helpdesk?
Welchen VPN-Agenten muss ich installieren?
Wie sprechen sich die Mitarbeiter ab?
Ich brauche jemanden, der mein Formular unterschreibt
Mensch, der Drucker geht schon wieder nicht
Wie schreibe ich mit einem Kollegen über Signal?
"""

SPANISH_WISHES = """
Hablar con una persona
quiero hablar con un agente
Quiero hablar con un humano
¿Puedo hablar con una persona real?
puedo hablar con alguien por favor
¿Podría hablar con alguien de soporte?
Me gustaría hablar con un asesor
me gustaria hablar con un representante
Necesito hablar con alguien
¿Cómo puedo hablar con una persona?
Persona por favor
Un agente, por favor
agente
atención al cliente
Páseme con un agente
pasame con una persona por favor
Comuníqueme con un representante
¿Me puede comunicar con un operador?
¿Puedes ponerme con un técnico?
Quiero un agente humano
Necesito una persona real
¿Hay alguien ahí?
¿Hay alguien con quien pueda hablar?
¿Me puede ayudar alguien?
¿Alguien puede ayudarme?
Necesito que alguien me llame
Quiero que me atienda una persona
No quiero hablar con un bot
No quiero hablar con un bot, quiero una persona
Gracias, pero prefiero hablar con una persona.
Eso no funciona. Conéctame con un empleado
¿Con quién puedo hablar? Quiero hablar con un supervisor
¿Puede llamarme alguien?
Quiero que me llamen
"""

SPANISH_MENTIONS = """
¿Qué persona es responsable de la impresora?
¿Quién es la persona encargada de las licencias?
Gracias, pero ¿cómo me conecto al wifi?
Ayer hablé con un agente
¿Cómo añado una persona a mi equipo?
¿Cómo puedo hablar con una persona de mi clase en Teams?
¿Cómo chateo con alguien por Teams?
¿Cuántas personas pueden unirse a una reunión de Zoom?
¿Tengo que hablar con alguien para cerrar mi cuenta?
No necesito un agente
No quiero hablar con una persona
No quiero una persona
¿Eres una persona?
¿Estoy hablando con una persona?
No soy un robot
Soy un empleado y necesito acceso
Alguien robó mi contraseña
Alguien está usando mi cuenta
¿Puede alguien ver mis archivos?
¿Cómo comparto un archivo con alguien?
¿Qué agente tengo que instalar para la copia de seguridad?
¿Dónde está recursos humanos?
¿Es gratis para los empleados?
Necesito a alguien que firme mi formulario
¿Puede alguien ayudarme a cambiar mi contraseña?
¿Hay una impresora para empleados?
¿Cómo instalo el agente de VPN?
¿Dónde está el servicio técnico?
Mi correo personal no funciona
Mi compañero habló con alguien
¿Una persona de fuera puede usar el wifi?
¿Cuál es el horario de atención al cliente?
"""

SMALL_TALK = {
    "hello": "Guten Morgen|guten tag!|Hallo zusammen|Servus|Grüß Gott|Gruess Gott"
    "|Hallo, wie geht's?|buenos días|Buenos dias|Hola|¡Hola!|buenas tardes|Hola, ¿qué tal?|Buenas",
    "thanks": "Danke|Vielen Dank!|dankeschön|Dankeschoen|Danke für die schnelle Hilfe|super, danke"
    "|Danke, das hat geholfen|Hallo, danke|Besten Dank im Voraus|gracias|Muchas gracias"
    "|¡Mil gracias por la ayuda!|vale, gracias|Gracias por todo",
    "bye": "Tschüss|Tschuess|tschuss|Auf Wiedersehen!|Danke, tschüss|Bis bald|Schönen Tag noch"
    "|Vielen Dank und einen schönen Tag|adiós|adios|Hasta luego|Gracias, adiós|Nos vemos"
    "|¡Que tenga un buen día!",
    "help": "Hilfe|Ich brauche Hilfe|Kannst du mir helfen?|Wer bist du?|Bist du ein Bot?"
    "|Spreche ich mit einem Menschen?|ayuda|Necesito ayuda|¿Me puedes ayudar?|¿Quién eres?"
    "|¿Eres un bot?",
    "fine": "alles klar|verstanden|vale|de acuerdo|entendido",
    "no": "nein|Nein danke|no gracias|nada más",
    "yes": "ja|Ja bitte|sí|sí, por favor",
}

NO_SMALL_TALK = """
Danke, aber wie komme ich ins WLAN?
Hallo, wie setze ich mein Passwort zurück?
Guten Tag, mein Drucker
Hilfe beim Drucken
danke aber das geht nicht
Ja, aber wie drucke ich?
Morgen Vorlesung
Super Drucker
WLAN
Wie kann ich mich bedanken?
Gracias, pero ¿cómo me conecto al wifi?
Hola, ¿cómo cambio mi contraseña?
buenos días, no tengo internet
Necesito ayuda con la impresora
sí, pero no funciona
No tengo internet
¿Dónde está la biblioteca?
día de la entrega
"""


@pytest.mark.parametrize("text", [*lines(GERMAN_WISHES), *lines(SPANISH_WISHES)])
def test_a_wish_for_a_person_is_heard(text):
    assert asks_for_person(text, lambda _: False)


@pytest.mark.parametrize("text", [*lines(GERMAN_MENTIONS), *lines(SPANISH_MENTIONS)])
def test_a_person_spoken_of_is_not_asked_for(text):
    assert not asks_for_person(text, lambda _: False)


@pytest.mark.parametrize(
    "text",
    [
        "Wo finde ich die Person, die für Drucker zuständig ist?",
        "Was macht ein Agent?",
        "¿Qué persona es responsable de la impresora?",
    ],
)
def test_a_question_is_not_left_to_what_has_learned_english(text):
    assert not asks_for_person(text, lambda _: True)


@pytest.mark.parametrize(
    ("text", "kind"),
    [(text, kind) for kind, texts in SMALL_TALK.items() for text in texts.split("|")],
)
def test_small_talk_has_a_kind_and_is_no_wish(text, kind):
    assert rules.small_talk(text) == kind
    assert not asks_for_person(text, lambda _: False)


@pytest.mark.parametrize("text", lines(NO_SMALL_TALK))
def test_a_question_is_no_small_talk(text):
    assert rules.small_talk(text) is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("text", "outcome"),
    [("Ich will mit einem Menschen sprechen", "handoff"), ("¡Muchas gracias!", "small_talk")],
)
def test_the_bot_answers_it_by_rule(talk, text, outcome):
    assert talk.ask(text).outcome == outcome


@pytest.mark.parametrize(
    "unit", ["mit einem echten ", "einen ", "bitte, ", "una ", "por favor ", "gracias ", "¿¡", "ä"]
)
def test_no_text_makes_the_patterns_slow(unit):
    text = (unit * 20_000)[:20_000]
    started = time.perf_counter()
    other_languages.asks_for_person(text)
    other_languages.small_talk(text)
    assert time.perf_counter() - started < within(0.1)
