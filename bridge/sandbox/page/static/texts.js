// Every text of the page, [French, English]. {braces} are filled in.

import { now } from "./state.js";

export const TEXTS = {
  title: ["Démonstration de la passerelle SMS", "SMS bridge demonstration"],
  skip: ["Aller au message", "Skip to the message"],
  banner: [
    "Démonstration : aucun vrai SMS, tout reste sur cet ordinateur",
    "Demonstration: no real SMS, everything stays on this computer",
  ],
  language: ["Langue", "Language"],
  start_again: ["Recommencer", "Start again"],
  tabs: ["Vues", "Views"],
  tab_room: ["Salon", "Room"],
  tab_telephone: ["Téléphone", "Telephone"],
  unread: ["non lu", "unread"],

  rooms: ["Salons", "Rooms"],
  place: ["{room}, Cabinet Martin", "{room}, Cabinet Martin"],
  messages: ["Messages du salon", "Messages of the room"],
  empty_room: ["Rien encore. Le premier message est déjà écrit ci-dessous : envoyez-le.", "Nothing yet. The first message is already written below: send it."],
  bridge: ["La passerelle", "The bridge"],
  edited: ["modifié", "edited"],
  deleted: ["message supprimé", "message deleted"],
  reply: ["Répondre", "Reply"],
  edit: ["Modifier", "Edit"],
  delete: ["Supprimer", "Delete"],
  in_reply_to: ["En réponse à", "In reply to"],
  in_reply_short: ["en réponse à : {text}", "in reply to: {text}"],
  editing: ["Modification du message", "Editing the message"],
  give_up: ["Abandonner", "Give up"],
  not_read: ["Pas encore lu par la passerelle", "Not yet read by the bridge"],

  write_as: ["Vous écrivez en tant que", "You write as"],
  example: ["Exemple", "Example"],
  composer: ["Votre message", "Your message"],
  send: ["Envoyer", "Send"],
  save: ["Corriger", "Correct"],
  nothing: ["Aucun SMS", "No SMS"],
  sms_one: ["{n} SMS", "{n} SMS"],
  people: ["{n} personnes × {sms}", "{n} people × {sms}"],
  credits_one: ["{n} crédit", "{n} credit"],
  credits_many: ["{n} crédits", "{n} credits"],
  characters: ["{n} caractères, « {prefix} » compris", "{n} characters, “{prefix}” included"],
  characters_alone: ["{n} caractères", "{n} characters"],
  costly: ["{letters} : sans, ce serait {sms}", "{letters}: without, it would be {sms}"],
  letter: ["« {letter} »", "“{letter}”"],
  costly_shorter: ["{letters} : un SMS ne porte alors que 70 caractères", "{letters}: an SMS then holds only 70 characters"],
  too_long: ["maximum {n} SMS", "the limit is {n} SMS"],
  first_reception: [
    "Votre RDV de jeudi 10 h est annulé. Vendredi 9 h vous convient ?",
    "Your appointment on Thursday 10 am is cancelled. Would Friday 9 am suit you?",
  ],
  second_reception: ["Pensez à apporter votre carte Vitale.", "Please bring your insurance card."],
  third_reception: ["Le docteur a un peu de retard, comptez 10 minutes.", "The doctor is running late, about 10 minutes."],
  first_everyone: ["Le cabinet sera fermé lundi. Bon week-end !", "The surgery is closed on Monday. Have a good weekend!"],
  second_everyone: ["Rappel : la vaccination commence mardi à 8 h.", "Reminder: vaccination starts on Tuesday at 8 am."],

  steps: ["Où en est le dernier message", "How far the latest message has come"],
  step_written: ["écrit sur disque", "written to disk"],
  step_given: ["remis à OVH", "given to OVH"],
  step_arrived: ["arrivé", "arrived"],
  step_answered: ["répondu", "answered"],
  step_idle: ["pas encore", "not yet"],
  step_waiting: ["en attente", "waiting"],
  step_done: ["fait", "done"],
  step_failed: ["échec", "failed"],
  requests: ["Requêtes réelles", "Real requests"],
  requests_of: ["Les vraies requêtes derrière « {step} »", "The real requests behind “{step}”"],
  no_requests: ["Aucune requête encore.", "No request yet."],
  no_requests_left: ["Aucune requête : rien n'est parti.", "No request: nothing left."],
  close: ["Fermer", "Close"],

  faces: ["Choisir un téléphone", "Choose a telephone"],
  sms: ["SMS du téléphone", "SMS on the telephone"],
  no_sms: ["Aucun SMS", "No SMS yet"],
  quick: ["Réponses rapides", "Quick answers"],
  quick_yes: ["Oui, parfait.", "Yes, perfect."],
  quick_no: ["Non, désolée.", "No, sorry."],
  quick_thanks: ["Merci !", "Thank you!"],
  answer: ["Répondre", "Write an answer"],
  answer_send: ["Envoyer la réponse", "Send the answer"],
  answer_lost: ["perdu : les 48 h sont passées", "lost: the 48 h are over"],
  telephone_buttons: ["Que se passe-t-il chez la personne ?", "What happens at her end?"],
  switch_off: ["Éteindre", "Switch off"],
  switch_on: ["Rallumer", "Switch on"],
  does_not_exist: ["Le numéro n'existe pas", "Number does not exist"],
  write_stop: ["Écrire STOP", "Write STOP"],
  window_48h: ["+48 h", "+48 h"],
  screen_off: ["Téléphone éteint", "Phone off"],
  screen_gone: ["Ce numéro n'existe pas", "This number does not exist"],
  note_off: [
    "Éteint : l'opérateur garde les SMS 10 s, puis abandonne. Rallumez avant et ils arrivent.",
    "Off: the network keeps SMS for 10 s, then gives up. Switch on before and they arrive.",
  ],
  note_gone: ["Les SMS vers ce numéro échouent pour de bon.", "SMS to this number fail for good."],
  note_stop: ["{name} a écrit STOP : plus aucun SMS ne lui part.", "{name} wrote STOP: no more SMS leave for this phone."],
  note_window: [
    "48 h ont passé, dans le simulateur seulement : OVH ne transmet plus les réponses, elles sont perdues.",
    "48 h have passed, in the simulator only: OVH carries no more answers, they are lost.",
  ],
  note_ok: ["Une réponse coûte un crédit.", "An answer costs one credit."],
  face_off: ["éteint", "off"],
  face_gone: ["n'existe pas", "does not exist"],
  face_stop: ["STOP", "STOP"],
  face_window: ["48 h passées", "48 h over"],

  coach: ["En cinq gestes", "In five moves"],
  coach_send: ["Envoyez", "Send"],
  coach_arrive: ["Voyez-le arriver", "See it arrive"],
  coach_answer: ["Répondez à sa place", "Answer in her place"],
  coach_off: ["Éteignez son téléphone, écrivez encore", "Switch her phone off, write again"],
  coach_cut: ["Coupez la passerelle", "Cut the bridge"],
  coach_skip: ["Passer", "Skip"],
  coach_back: ["Les cinq gestes", "The five moves"],
  done: ["fait", "done"],
  show_me: ["Montrez-moi", "Show me"],
  stop_showing: ["Arrêter", "Stop"],
  show_send: ["Claire écrit à Mme Durand.", "Claire writes to Mrs Durand."],
  show_arrive: ["D'abord sur disque, puis chez OVH, puis sur le téléphone.", "First to disk, then to OVH, then to the phone."],
  show_answer: ["Mme Durand répond : sa réponse revient sous le message.", "Mrs Durand answers: it comes back under the message."],
  show_off: ["Son téléphone s'éteint, et Claire écrit encore.", "Her phone goes off, and Claire writes again."],
  show_failed: ["L'opérateur abandonne : le salon l'apprend, en clair.", "The network gives up: the room is told, in plain words."],
  show_list: ["Un message à trois personnes, un seul résumé.", "One message to three people, one summary."],
  show_cut: ["Coupure de courant, juste après l'envoi.", "Power cut, right after sending."],
  show_back: ["La passerelle est revenue : rien de perdu, rien en double.", "The bridge is back: nothing lost, nothing doubled."],
  show_over: ["À vous.", "Your turn."],
  show_stopped: ["Arrêté : la suite n'est pas venue à temps.", "Stopped: what should come next did not come in time."],
  end_title: ["La même chose avec votre groupe", "The same with your group"],
  end_keys: ["Clés OVH", "OVH keys"],
  end_bot: ["Robot Telegram", "Telegram bot"],
  end_check: ["Vérifier", "Check"],
  end_keys_hint: ["à créer chez OVH", "made on this page of OVH"],
  end_bot_hint: ["chez @BotFather, ou un compte Matrix", "asked of @BotFather, or a Matrix account"],
  end_check_hint: ["dit ce qui manque", "tells what is still missing"],
  copy: ["Copier", "Copy"],
  copied: ["Copié.", "Copied."],

  what_if: ["Et si…", "What if…"],
  fault_ok: ["Tout va bien", "All is well"],
  fault_silent: ["OVH ne répond pas", "OVH silent"],
  fault_unconfirmed: ["OVH n'a pas confirmé", "OVH did not confirm"],
  fault_no_credits: ["Crédits à 0", "Credits at 0"],
  fault_revoked: ["Clés révoquées", "Keys revoked"],
  power_cut: ["Coupure de courant", "Power cut"],
  power_cut_hint: ["SIGKILL, puis relance", "SIGKILL, then restart"],
  see_states: ["Voir tous les états", "See every state"],
  counters: ["Compteurs de SMS", "SMS counters"],
  written: ["écrits", "written"],
  sent: ["envoyés", "sent"],
  lost: ["perdus", "lost"],
  doubled: ["doublés", "doubled"],

  bridge_off: [
    "Passerelle coupée depuis {n} s. Écrivez : le salon garde vos messages, elle les lira à son retour.",
    "Bridge off for {n} s. Keep writing: the room keeps your messages, it will read them when it is back.",
  ],
  bridge_back: ["La passerelle est revenue après {n} s d'arrêt.", "The bridge is back after {n} s."],
  page_lost: [
    "La démonstration ne répond plus. Votre texte est gardé ; nouvel essai…",
    "The demonstration does not answer. Your text is kept; trying again…",
  ],
  fixture: ["Images fixes : tous les états, aucun n'est réel.", "Still pictures: every state, none is real."],
  fixture_leave: ["Revenir à la démonstration", "Back to the demonstration"],
  fixture_only: ["Ici tout est une image : rien ne part.", "Everything here is a picture: nothing leaves."],
  not_taken: ["Pas envoyé : la démonstration ne répond pas. Votre texte est gardé.", "Not sent: the demonstration does not answer. Your text is kept."],
  toast_sms: ["SMS arrivé chez {name}", "SMS on {name}'s phone"],
  toast_post: ["Du nouveau dans le salon : {room}", "News in the room: {room}"],
  look: ["Voir", "Look"],
  say_mark: ["« {text} » : {word}", "“{text}”: {word}"],

  mark_held: ["Retenu, à décider", "Held, someone decides"],
  mark_queued: ["En attente", "Waiting"],
  mark_submitting: ["En attente, remise en cours", "Waiting, being handed over"],
  mark_reconciling: ["En attente, vérification", "Waiting, being checked"],
  mark_accepted: ["En route", "On its way"],
  mark_in_network: ["En route, chez l'opérateur", "On its way, in the network"],
  mark_buffered: ["En route, téléphone éteint", "On its way, phone off"],
  mark_delivered: ["Arrivé", "Delivered"],
  mark_rejected: ["Refusé, pas parti", "Refused, not sent"],
  mark_refused: ["Pas parti, numéro injoignable", "Not sent, number out of reach"],
  mark_undelivered: ["Pas remis", "Not delivered"],
  mark_stopped: ["Pas parti, STOP", "Not sent, STOP"],
  mark_expired: ["Abandonné, trop tard", "Dropped, too late"],
  mark_parked: ["Mis de côté", "Set aside"],
  mark_unconfirmed: ["Non confirmé", "Not confirmed"],
  mark_no_report: ["Sans nouvelles", "No news of it"],
  mark_cancelled: ["Annulé", "Cancelled"],
  list_delivered: ["Arrivé chez {delivered} sur {total}", "Delivered {delivered} of {total}"],
  list_failed: ["échec {n}", "failed {n}"],
  list_unconfirmed: ["non confirmé {n}", "not confirmed {n}"],
  list_waiting: ["en attente {n}", "waiting {n}"],
};

/** A text in the chosen language. */
export function t(key, values = {}) {
  const text = TEXTS[key][now().language === "en" ? 1 : 0];
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** A number with its noun: French counts zero as one. */
export function credits(n) {
  const one = now().language === "en" ? n === 1 : n < 2;
  return t(one ? "credits_one" : "credits_many", { n: figure(n) });
}

export const figure = (n) => new Intl.NumberFormat(now().language).format(n);

export const clock = (iso) =>
  new Intl.DateTimeFormat(now().language === "en" ? "en-GB" : "fr-FR", { hour: "2-digit", minute: "2-digit" })
    .format(iso ? new Date(iso) : new Date());

/** +33612345678 as people write it. */
export const number = (e164) =>
  e164.startsWith("+33") ? `0${e164.slice(3)}`.replace(/(\d\d)(?=\d)/g, "$1\u00a0") : e164;

/** Put texts on everything that index.html marks with data-t, data-label, data-placeholder. */
export function translatePage() {
  document.documentElement.lang = now().language;
  document.title = t("title");
  for (const node of document.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", t(node.dataset.label));
  for (const node of document.querySelectorAll("[data-placeholder]")) node.placeholder = t(node.dataset.placeholder);
}
