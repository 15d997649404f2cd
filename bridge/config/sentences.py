"""The sentences of configuration mistakes, by code, in English and French.

The first ones are for pydantic's own codes, gathered by kind; {} stands for a limit or a list of choices.
"""

import errno
from typing import Literal

_ENGLISH = {
    "missing": "is missing; config.example.yaml shows how to write it",
    "unknown": "is not a known key; config.example.yaml shows them all",
    "unknown_but": "is not a known key; did you mean {}?",
    "text": "must be a text",
    "bool": "must be true or false",
    "int": "must be a whole number",
    "list": "must be a list, such as [one, two]",
    "group": "must be a group of keys, each written as `key: value`",
    "choice": "must be one of: {}",
    "at_least": "must be at least {}",
    "at_most": "must be at most {}",
    "too_short": "needs at least {} characters",
    "too_long": "must have at most {} characters",
    "empty_list": "needs at least one entry",
    "other": "is not in the form that is expected",
    "blank": "must not be empty, nor begin or end with a blank",
    "duration": "must be a duration: 90 (seconds), 15min, 12h or 2d",
    "one_second": "must be at least one second",
    "rising": "must be a rising list of durations, from one second, such as [35, 90, 180, 600]",
    "zone": "must be a time zone such as Europe/Paris",
    "number": 'must be a telephone number, such as "+33612345678" or "06 12 34 56 78"',
    "network": "must be an IP address or a network, such as 10.0.0.0/8",
    "room_address": "must be telegram:-100123, telegram:-100123/45, matrix:!abc:example.org or web:name",
    "person_address": "must be telegram:7, matrix:@ann:example.org or web:name",
    "room_alias": "is a room's public name or a link to it, which may change; write the room's address, "
    "matrix:!abc:example.org: `!sms id` in the room tells it, and clients show it as internal room ID",
    "matrix_user": "must be a Matrix user such as @sms:example.org",
    "url": "must be an address that begins with http:// or https://, such as https://sms.example.org",
    "homeserver": "must be the address where Matrix clients connect, with https:// and without /_matrix behind it, "
    "such as https://matrix.example.org",
    "database": "must be sqlite:///data/bridge.db, or postgresql://user@host/name",
    "endpoint": "must be ovh-eu, ovh-ca, ovh-us or an address that begins with http:// or https://",
    "no_file": "cannot be read ({}); docs/first-sms.en.md shows one to begin with",
    "not_utf8": "is not a text in UTF-8",
    "not_yaml": "is not YAML; look at line {}",
    "twice_key": "stands twice in the file",
    "not_json": "must be JSON when it comes from the environment",
    "one_underscore": "is not read; two underscores stand between a section and its key: {}",
    "env_missing": "the environment variable {0} is not set; set it before the start: export {0}=…",
    "env_empty": "the environment variable {0} is empty; set it before the start: export {0}=…",
    "file_unreadable": "the file {} cannot be read; it must be there, and the bridge must be allowed to read it",
    "file_empty": "the file {} is empty",
    "or_setup": " (for a new key: bridge setup)",
    "phone_twice": "another phone already has this name",
    "was_taken": "another phone has or had this name",
    "other_keys": "differs from {}, though both phones are on one OVH account",
    "two_desks": "is a second desk on one OVH account; the first is {}",
    "no_such_phone": "names no phone of this configuration; write one of the names under phones",
    "room_twice": "is the same room as {}",
    "platform_off": "needs the section `{}`, which is not there",
    "no_login": "needs an access_token with its device_id, or a password",
    "two_logins": "stands beside an access_token; keep one of the two",
    "no_device": "is missing; write the device that the access_token belongs to: the login that gave the token "
    "told both",
    "no_address": "is missing, and --register tells OVH to call there; write it, such as https://sms.example.org, "
    "or start without --register",
    "no_consumer_key": "is missing; `bridge setup` asks OVH for one, or write the one that OVH's page gave you",
    "database_newer": "was written by a newer version of the bridge; install that version again, "
    "or take up the copy that it put beside the database before changing it",
    "no_postgres": "PostgreSQL needs one more package; install it with: pip install '.[postgres]'",
    "database_file": "cannot open {}; the bridge needs a SQLite file in a folder where it may write: "
    "give its user that right, or name another file, such as sqlite:///data/bridge.db",
    "database_server": "cannot open {}; check that PostgreSQL runs there, and the user, the password and the name "
    "in postgresql://user@host/name",
    "keys_folder": "cannot use {}; the bridge needs a folder that it may write, for the keys to encrypted rooms: "
    "give its user that right, or name another folder, such as /var/lib/bridge/matrix",
    "keys_taken": "{} is used by another bridge, and one device's keys are one bridge's; stop that one, "
    "or log in anew for this one, with a device and a folder of its own",
    "port_taken": "{} is taken by another program; stop that one, or choose another port, such as 8081",
    "no_listening": "cannot listen on {}; name an address of this machine, such as 127.0.0.1",
}

_FRENCH = {
    "missing": "manque ; config.example.yaml montre comment l'écrire",
    "unknown": "n'est pas une clé connue ; config.example.yaml les montre toutes",
    "unknown_but": "n'est pas une clé connue ; vouliez-vous dire {} ?",
    "text": "doit être un texte",
    "bool": "doit être true ou false",
    "int": "doit être un nombre entier",
    "list": "doit être une liste, par exemple [un, deux]",
    "group": "doit être un groupe de clés, chacune écrite « clé: valeur »",
    "choice": "doit être l'une de ces valeurs : {}",
    "at_least": "doit être au moins {}",
    "at_most": "doit être au plus {}",
    "too_short": "demande au moins {} caractères",
    "too_long": "doit avoir au plus {} caractères",
    "empty_list": "demande au moins une entrée",
    "other": "n'a pas la forme attendue",
    "blank": "ne doit ni être vide, ni commencer ou finir par un espace",
    "duration": "doit être une durée : 90 (secondes), 15min, 12h ou 2j",
    "one_second": "doit être d'au moins une seconde",
    "rising": "doit être une liste croissante de durées, à partir d'une seconde, par exemple [35, 90, 180, 600]",
    "zone": "doit être un fuseau horaire, par exemple Europe/Paris",
    "number": "doit être un numéro de téléphone, par exemple « +33612345678 » ou « 06 12 34 56 78 »",
    "network": "doit être une adresse IP ou un réseau, par exemple 10.0.0.0/8",
    "room_address": "doit être telegram:-100123, telegram:-100123/45, matrix:!abc:example.org ou web:nom",
    "person_address": "doit être telegram:7, matrix:@ann:example.org ou web:nom",
    "room_alias": "est le nom public d'un salon ou un lien, qui peut changer ; écrivez l'adresse du salon, "
    "matrix:!abc:example.org : « !sms id » dans le salon la dit, et les clients la montrent comme identifiant interne",
    "matrix_user": "doit être un utilisateur Matrix, par exemple @sms:example.org",
    "url": "doit être une adresse qui commence par http:// ou https://, par exemple https://sms.example.org",
    "homeserver": "doit être l'adresse où se connectent les clients Matrix, avec https:// et sans /_matrix derrière, "
    "par exemple https://matrix.example.org",
    "database": "doit être sqlite:///data/bridge.db, ou postgresql://utilisateur@hote/nom",
    "endpoint": "doit être ovh-eu, ovh-ca, ovh-us ou une adresse qui commence par http:// ou https://",
    "no_file": "ne peut être lu ({}) ; docs/first-sms.fr.md en montre un pour commencer",
    "not_utf8": "n'est pas un texte en UTF-8",
    "not_yaml": "n'est pas du YAML ; regardez la ligne {}",
    "twice_key": "figure deux fois dans le fichier",
    "not_json": "doit être du JSON quand la valeur vient de l'environnement",
    "one_underscore": "n'est pas lue ; il faut deux tirets bas entre une section et sa clé : {}",
    "env_missing": "la variable d'environnement {0} n'est pas définie ; définissez-la avant de démarrer : export {0}=…",
    "env_empty": "la variable d'environnement {0} est vide ; définissez-la avant de démarrer : export {0}=…",
    "file_unreadable": "le fichier {} ne peut être lu ; il doit exister, et la passerelle avoir le droit de le lire",
    "file_empty": "le fichier {} est vide",
    "or_setup": " (pour une nouvelle clé : bridge setup)",
    "phone_twice": "un autre téléphone porte déjà ce nom",
    "was_taken": "un autre téléphone porte ou portait ce nom",
    "other_keys": "diffère de {}, alors que les deux téléphones sont sur un même compte OVH",
    "two_desks": "est un second guichet (« to: [] ») sur un même compte OVH ; le premier est {}",
    "no_such_phone": "ne nomme aucun téléphone de cette configuration ; écrivez l'un des noms donnés sous phones",
    "room_twice": "est le même salon que {}",
    "platform_off": "demande la section « {} », qui n'y est pas",
    "no_login": "demande un access_token avec son device_id, ou un password",
    "two_logins": "figure à côté d'un access_token ; gardez l'un des deux",
    "no_device": "manque ; écrivez l'appareil auquel appartient l'access_token : la connexion qui a donné le jeton "
    "a dit les deux",
    "no_address": "manque, alors que --register demande à OVH d'y appeler ; écrivez-la, par exemple "
    "https://sms.example.org, ou démarrez sans --register",
    "no_consumer_key": "manque ; « bridge setup » en demande une à OVH, ou écrivez celle que la page d'OVH a donnée",
    "database_newer": "a été écrite par une version plus récente de la passerelle ; réinstallez cette version, "
    "ou reprenez la copie qu'elle a déposée à côté de la base avant de la modifier",
    "no_postgres": "PostgreSQL demande un paquet de plus ; installez-le avec : pip install '.[postgres]'",
    "database_file": "impossible d'ouvrir {} ; il faut un fichier SQLite dans un dossier où la passerelle peut "
    "écrire : donnez ce droit à son utilisateur, ou choisissez un autre fichier, par exemple sqlite:///data/bridge.db",
    "database_server": "impossible d'ouvrir {} ; vérifiez que PostgreSQL y tourne, ainsi que l'utilisateur, le mot de "
    "passe et le nom dans postgresql://utilisateur@hote/nom",
    "keys_folder": "impossible d'utiliser {} ; il faut un dossier où la passerelle peut écrire, pour les clés des "
    "salons chiffrés : donnez ce droit à son utilisateur, ou choisissez un autre dossier, par exemple "
    "/var/lib/bridge/matrix",
    "keys_taken": "{} sert à une autre passerelle, et les clés d'un appareil sont à une seule ; arrêtez l'autre, "
    "ou connectez-vous de nouveau pour celle-ci, avec un appareil et un dossier à elle",
    "port_taken": "{} est occupé par un autre programme ; arrêtez-le, ou choisissez un autre port, par exemple 8081",
    "no_listening": "impossible d'écouter sur {} ; indiquez une adresse de cette machine, par exemple 127.0.0.1",
}

REASONS = {  # the usual ones of the system, which itself speaks English
    errno.ENOENT: "il n'existe pas",
    errno.EACCES: "accès refusé",
    errno.EPERM: "accès refusé",
    errno.EROFS: "disque en lecture seule",
    errno.ENOSPC: "disque plein",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EEXIST: "un fichier porte le nom du dossier",
    errno.ECONNREFUSED: "rien ne répond à cette adresse",
    errno.EADDRNOTAVAIL: "cette machine n'a pas cette adresse",
}

SENTENCES: dict[Literal["en", "fr"], dict[str, str]] = {"en": _ENGLISH, "fr": _FRENCH}

KINDS = {  # pydantic's code: ours
    "missing": "missing",
    "string_type": "text",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "int_type": "int",
    "int_parsing": "int",
    "int_from_float": "int",
    "tuple_type": "list",
    "model_type": "group",
    "model_attributes_type": "group",
    "dict_type": "group",
    "literal_error": "choice",
    "greater_than_equal": "at_least",
    "less_than_equal": "at_most",
    "string_too_short": "too_short",
    "string_too_long": "too_long",
}
