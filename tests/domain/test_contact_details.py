import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.domain.contact_details import links, other_details

LINKS = [
    ("Prenez RDV sur doctolib.fr/dr-martin.", "doctolib.fr/dr-martin"),
    ("Prenez RDV sur https://www.doctolib.fr/dr-martin?pid=3 svp", "https://www.doctolib.fr/dr-martin?pid=3"),
    ("(http://exemple.fr)", "http://exemple.fr"),
    ("HTTPS://EXEMPLE.FR", "HTTPS://EXEMPLE.FR"),
    ("Voir:https://exemple.fr", "https://exemple.fr"),
    ("whatsapp://send", "whatsapp://send"),
    ("www.exemple.fr", "www.exemple.fr"),
    ("WWW.EXEMPLE.FR !", "WWW.EXEMPLE.FR"),
    ("www.hotel.es", "www.hotel.es"),
    ("EXEMPLE.FR/RDV", "EXEMPLE.FR/RDV"),
    ("bit.ly/3xYz", "bit.ly/3xYz"),
    ("See youtu.be/abc, thanks", "youtu.be/abc"),
    ("forms.gle/abc", "forms.gle/abc"),
    ("t.me/cabinet", "t.me/cabinet"),
    ("Voir...exemple.fr/a", "exemple.fr/a"),
    ("-exemple.fr/a", "-exemple.fr/a"),
    ("cabinet-martin.paris/", "cabinet-martin.paris/"),
    ("rdv.cabinet.co.uk/x", "rdv.cabinet.co.uk/x"),
    ("exemple.fr:8080/x", "exemple.fr:8080/x"),
    ("« https://exemple.fr/a »", "https://exemple.fr/a"),
    ("séance.fr/inscription", "séance.fr/inscription"),
    ("M.Dupont:https://exemple.fr", "https://exemple.fr"),
]
HARMLESS = [
    "",
    "Bonjour, votre RDV de jeudi 10 h est annulé. Vendredi 9 h vous convient ?",
    "RDV 10h/12h",
    "M.Dupont",
    "M.Dupont/Mme Durand",
    "M.et Mme Petit",
    "M.de La Tour / Mme",
    "Dr.de Villiers",
    "Dr.Martin/Dr.Petit",
    "etc.Bonjour",
    "etc.Bonjour/Bonsoir",
    "etc.Info/accueil",
    "9h30.Merci",
    "9h30.Merci/A bientôt",
    "et/ou",
    "12.5/20",
    "12.50/mois",
    "c.à.d/",
    "c.-à-d./p.ex./s.v.p/N.B/",
    "patient.es/infirmier.es",
    "patient.e.s",
    "le.la/les",
    "il.elle/eux",
    "tous.tes",
    "10.mg/jour ou 0.5ml/h",
    "1.5kg/semaine",
    "le 12.05.2025/13.05.2025",
    "RDV le 01.02.2025 10:30",
    "RDV le 01.02.2025 10h30",
    "01/02/2025 à 09:00",
    "Ouvert 24/24, 7j/7",
    "Prix : 12.50€/3 personnes",
    "See Mr.Smith/Mrs.Jones",
    "9 a.m./5 p.m.",
    "e.g./i.e.",
    "U.S./U.K.",
    "Ok.Thanks",
    "yes/no, and/or",
    "A.M./P.M",
    "Attendez...merci...",
    "a..b//c",
    "code 12 34 56 78",
    "Dossier 1234567890",
    "Chambre 0612",
    "Train 00 de 14:00 à 16:00",
    "http:/",
    "www",
]
WARNED = [
    ("Voir exemple.fr.", ("exemple.fr",)),
    ("Voir exemple.fr ou cabinet.com", ("exemple.fr", "cabinet.com")),
    ("jean.dupont@exemple.fr", ("jean.dupont@exemple.fr",)),
    ("mailto:a@b.fr", ("a@b.fr",)),
    ("Écrivez à a@b.co.uk, merci", ("a@b.co.uk",)),
    ("Appelez le 01 42 68 53 00.", ("01 42 68 53 00",)),
    ("Tél:0142685300", ("0142685300",)),
    ("06.12.34.56.79 ou 06-12-34-56-80", ("06.12.34.56.79", "06-12-34-56-80")),
    ("06\u00a012\u00a034\u00a056\u00a079", ("06\u00a012\u00a034\u00a056\u00a079",)),
    ("06 12 345 679", ("06 12 345 679",)),
    ("+33 6 12 34 56 79", ("+33 6 12 34 56 79",)),
    ("call +44 20 7946 0958 today", ("+44 20 7946 0958",)),
    ("0033 (0)6 12 34 56 79", ("0033 (0)6 12 34 56 79",)),
    ("à 14:00 0612345679", ("0612345679",)),
    ("0612345679 ou exemple.fr", ("0612345679", "exemple.fr")),
]


@pytest.mark.parametrize(("text", "link"), LINKS)
def test_a_link_is_found_whole(text: str, link: str) -> None:
    assert links(text) == (link,)


def test_all_links_are_found_in_their_order() -> None:
    assert links("a.fr/b, www.c.fr http://d.fr") == ("www.c.fr", "http://d.fr")
    assert links("ab.fr/b www.c.fr, (http://d.fr)") == ("ab.fr/b", "www.c.fr", "http://d.fr")


@pytest.mark.parametrize("text", HARMLESS)
def test_usual_sentences_raise_no_alarm(text: str) -> None:
    assert links(text) == ()
    assert other_details(text) == ()


@pytest.mark.parametrize(("text", "details"), WARNED)
def test_other_contact_details_are_only_warned_about(text: str, details: tuple[str, ...]) -> None:
    assert links(text) == ()
    assert other_details(text) == details


def test_a_link_is_not_warned_about_once_more() -> None:
    assert other_details("https://exemple.fr/a et www.b.fr et cd.fr/e") == ()


words = st.sampled_from(
    ["RDV", "10h", "Bonjour", "M", "Dupont", "etc", "Merci", "et", "ou", "20", "3,5", "à", "demain"]
)
glue = st.sampled_from([" ", ".", "/", ". ", ", ", " / ", "...", "-", "'"])


@given(st.lists(st.tuples(words, glue), max_size=12))
def test_words_glued_by_dots_and_slashes_are_no_links(pieces: list[tuple[str, str]]) -> None:
    text = "".join(word + sign for word, sign in pieces)
    assert links(text) == ()


@given(
    st.text(alphabet="abc é.,!10/", max_size=20),
    st.sampled_from(["https://exemple.fr/a", "www.exemple.fr", "exemple.fr/a", "doctolib.fr/"]),
    st.text(alphabet="abc é.,!10/", max_size=20),
)
def test_a_link_is_found_wherever_it_stands(before: str, link: str, after: str) -> None:
    assert any(link.rstrip("/") in found for found in links(f"{before} {link} {after}"))


@given(st.from_regex(r"0[1-7][0-9]{8}", fullmatch=True), st.sampled_from(["", " ", ".", "-", "\u00a0", "\u202f"]))
def test_a_telephone_number_is_found_however_it_is_written(digits: str, sign: str) -> None:
    written = sign.join(digits[i : i + 2] for i in range(0, 10, 2))
    assert other_details(f"Appelez le {written}, merci") == (written,)


@given(st.text())
def test_whatever_is_found_stands_in_the_text(text: str) -> None:
    assert all(found in text for found in (*links(text), *other_details(text)))


@pytest.mark.parametrize("piece", ["a.", "a-", "a@", "+0", "0 1", "a:/", "www", "00", "a.a-", "é"])
def test_a_text_made_to_be_slow_is_read_within_the_time_of_a_test(piece: str) -> None:
    assert links(piece * 50_000) == ()
    assert all("@" in found for found in other_details(piece * 50_000))
