"""Every state the page can draw, at once: `/?fixture=states`, and where the page's own tests start."""

from __future__ import annotations

from bridge.sandbox.page.actions import Language
from bridge.sandbox.page.stage import (
    Button,
    Entry,
    MarkState,
    MarkSummary,
    Request,
    Room,
    Sms,
    Snapshot,
    Step,
    StepState,
    Telephone,
)

DURAND, PETIT, DIALLO = "+33612345678", "+33612345679", "+33612345680"
RECEPTION, EVERYONE = "web:reception", "web:everyone"

# One typed message a state, and what the bridge says under it (empty: nothing), in (fr, en).
_STATES: list[tuple[MarkState, str, str, str, str]] = [
    ("held", "Le groupe a presque tout utilisé aujourd'hui.", "This group has used nearly all of today's.",
     "Retenu, pas parti : le groupe a utilisé ses 200 crédits du jour. Un gestionnaire peut l'envoyer ; sinon"
     " abandonné à 20:00, vous serez prévenus.",
     "Held, not sent: this group has used today's 200 credits. A manager can release it; otherwise it is "
     "dropped at 20:00, and you will be told."),
    ("queued", "Pensez à votre carte Vitale.", "Please bring your insurance card.", "", ""),
    ("submitting", "Le docteur a dix minutes de retard.", "The doctor is ten minutes late.", "", ""),
    ("reconciling", "Le cabinet ouvre à 8 h 30.", "The surgery opens at 8:30.", "", ""),
    ("accepted", "Votre ordonnance est prête.", "Your prescription is ready.", "", ""),
    ("in_network", "Elle vous attend à l'accueil.", "It waits for you at reception.", "", ""),
    ("buffered", "Pouvez-vous passer avant midi ?", "Could you come before noon?", "", ""),
    ("delivered", "Votre RDV de jeudi 10 h est annulé. Vendredi 9 h vous convient ?",
     "Your appointment on Thursday 10 am is cancelled. Would Friday 9 am suit you?", "", ""),
    ("undelivered", "Êtes-vous bien rentrée ?", "Did you get home safely?",
     "Pas remis : téléphone éteint ou hors réseau. Réessayez, ou téléphonez si c'est pressé.",
     "Not delivered: phone off or out of coverage. Retry, or call if it is urgent."),
    ("refused", "Bonjour, le cabinet Martin.", "Hello, this is Martin surgery.",
     "Pas parti : ce numéro ne peut pas recevoir de SMS d'ici. Téléphonez.",
     "Not sent: this number cannot be reached from here. Please call."),
    ("rejected", "Plan d'accès : doctolib.fr/martin", "How to find us: doctolib.fr/martin",
     "Pas parti : depuis un numéro court, OVH refuse les liens (doctolib.fr/…). Retirez-le et renvoyez.",
     "Not sent: OVH refuses links (doctolib.fr/…) from a short number. Remove it and send again."),
    ("expired", "Le docteur est libre maintenant.", "The doctor is free now.", "", ""),
    ("parked", "À demain.", "See you tomorrow.", "", ""),
    ("unconfirmed", "Votre vaccin est arrivé.", "Your vaccine has arrived.",
     "Peut-être parti : OVH n'a rien confirmé et nous ne pouvons pas le savoir. En renvoyant, Mme Durand "
     "risque de le recevoir deux fois.",
     "May have been sent: OVH confirmed nothing and we cannot tell. If you resend, Mrs Durand may get it "
     "twice."),
    ("no_report", "Pensez à confirmer.", "Please confirm.", "", ""),
    ("cancelled", "Non, rien.", "Never mind.", "", ""),
    ("stopped", "Un rappel pour jeudi.", "A reminder for Thursday.",
     "Mme Durand a répondu STOP : plus aucun SMS ne lui partira, d'aucun groupe. Pour la joindre, "
     "téléphonez.",
     "Mrs Durand answered STOP: no group can text her any more. To reach her, call."),
]  # fmt: skip

_BUTTONS: dict[MarkState, list[tuple[str, str, str]]] = {
    "held": [("send", "Envoyer", "Send")],
    "undelivered": [("retry", "Réessayer", "Retry")],
    "unconfirmed": [("resend", "Renvoyer", "Resend"), ("leave", "Laisser", "Leave it")],
}


def every_state(language: Language) -> Snapshot:
    """A snapshot in which every state of a mark, a telephone and a step is drawn."""
    fr = language == "fr"
    return {
        "version": 1,
        "language": language,
        "bridge": {"up": False, "since": _at(59), "off_seconds": 3.0},
        "phone": {"sender": "38416", "prefix": "Cabinet Martin : ", "plain_text": True, "max_parts": 6},
        "rooms": [_reception(fr), _everyone(fr)],
        "telephones": [
            _telephone(DURAND, "Mme Durand", "Mrs Durand", _conversation(fr), stopped=True),
            _telephone(PETIT, "M. Petit", "Mr Petit", [], on=False),
            _telephone(DIALLO, "Mme Diallo", "Ms Diallo", [], exists=False, window_open=False),
        ],
        "steps": {
            "entry": "reception-delivered",
            "written": _step("done", "INSERT", "message, job, sms", 0, ""),
            "given": _step("done", "POST", "/1.0/sms/sms-de12345-1/jobs", 200,
                           '{"tag": "b…", "receivers": ["+336•••678"]}'),
            "arrived": _step("failed", "GET", "/ovh/accueil/…/report?id=1&ptt=4", 200, ""),
            "answered": {"state": "waiting", "requests": []},
        },
        "counters": {"written": 7, "sent": 7, "lost": 0, "doubled": 0},
        "fault": "silent",
        "coach": {"send": True, "arrive": True, "answer": False, "off": False, "cut": False},
    }  # fmt: skip


def entry(id_: str, at: str, text: str, person: str = "", mark: MarkState | None = None) -> Entry:
    """An entry with nothing special about it: typed when a person is named, else posted."""
    return {
        "id": id_,
        "kind": "typed" if person else "post",
        "person": person,
        "text": text,
        "at": at,
        "reply_to": None,
        "mark": {"state": mark} if mark else None,
        "buttons": [],
        "edited": False,
        "deleted": False,
    }


def _reception(fr: bool) -> Room:
    entries: list[Entry] = []
    for minute, (state, text_fr, text_en, told_fr, told_en) in enumerate(_STATES):
        person = "Claire" if minute % 3 else "Karim"
        entries.append(entry(f"reception-{state}", _at(minute), text_fr if fr else text_en, person, state))
        if told := (told_fr if fr else told_en):
            post = entry(f"post-{state}", _at(minute), told)
            buttons: list[Button] = [
                {"data": data, "label": label_fr if fr else label_en}
                for data, label_fr, label_en in _BUTTONS.get(state, [])
            ]
            entries.append({**post, "reply_to": f"reception-{state}", "tone": "failure", "buttons": buttons})
    entries[2]["edited"] = True
    entries.append({**entry("deleted", _at(18), "", "Karim"), "deleted": True})
    said = "Mme Durand, 06 12 34 56 78 : Oui, parfait." if fr else "Mrs Durand, 06 12 34 56 78: Yes, perfect."
    answer = entry("answer", _at(19), said)
    entries.append({**answer, "reply_to": "reception-delivered", "tone": "answer"})
    entries.append(entry("unread", _at(20), "À vendredi alors." if fr else "See you on Friday then.", "Claire"))
    return {
        "address": RECEPTION,
        "title": {"fr": "Accueil", "en": "Reception"},
        "pinned": "Ce que vous écrivez ici part chez Mme Durand." if fr else "What you write here goes to Mrs Durand.",
        "receivers": [DURAND],
        "entries": entries,
    }


def _everyone(fr: bool) -> Room:
    text = "Le cabinet sera fermé lundi." if fr else "The surgery will be closed on Monday."
    done: MarkSummary = {"total": 3, "delivered": 2, "failed": 1, "unconfirmed": 0, "waiting": 0}
    going: MarkSummary = {"total": 3, "delivered": 1, "failed": 0, "unconfirmed": 0, "waiting": 2}
    first, second = entry("list-done", _at(1), text, "Karim"), entry("list-going", _at(2), text, "Claire")
    first["mark"] = {"state": "undelivered", "summary": done}
    second["mark"] = {"state": "accepted", "summary": going}
    told = entry("list-told", _at(2), "Remis 2 sur 3, échec 1." if fr else "Delivered 2 of 3, failed 1.")
    return {
        "address": EVERYONE,
        "title": {"fr": "Tout le monde", "en": "Everyone"},
        "pinned": "Ce que vous écrivez ici part chez 3 personnes." if fr else "What you write here goes to 3 people.",
        "receivers": [DURAND, PETIT, DIALLO],
        "entries": [first, {**told, "reply_to": "list-done"}, second],
    }


def _conversation(fr: bool) -> list[Sms]:
    asked = _STATES[7][1 if fr else 2]
    return [
        _sms("1", f"Cabinet Martin : {asked}", 7),
        {**_sms("2", "Oui, parfait." if fr else "Yes, perfect.", 8), "direction": "written"},
        {
            **_sms("3", "Et samedi ?" if fr else "What about Saturday?", 9),
            "direction": "written",
            "lost": True,
        },
        {**_sms("4", "STOP", 10), "direction": "written"},
    ]


def _sms(id_: str, text: str, minute: int) -> Sms:
    sender = "38416"
    return {
        "id": id_,
        "direction": "received",
        "sender": sender,
        "text": text,
        "at": _at(minute),
        "lost": False,
    }


def _telephone(
    number: str,
    fr: str,
    en: str,
    sms: list[Sms],
    *,
    on: bool = True,
    exists: bool = True,
    window_open: bool = True,
    stopped: bool = False,
) -> Telephone:
    return {
        "number": number,
        "name": {"fr": fr, "en": en},
        "on": on,
        "exists": exists,
        "window_open": window_open,
        "stopped": stopped,
        "sms": sms,
    }


def _step(state: StepState, method: str, path: str, status: int, body: str) -> Step:
    request: Request = {
        "at": _at(7),
        "sender": "bridge → OVH",
        "method": method,
        "path": path,
        "status": status,
        "body": body,
    }
    return {"state": state, "requests": [request]}


def _at(minute: int) -> str:
    return f"2026-01-29T09:{minute:02}:00Z"
