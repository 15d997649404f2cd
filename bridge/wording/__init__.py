"""What people read: a notice's kind, its parameters and a language become a sentence, a button, a word.

The sentences stand in locales/*.toml. Each has one phrasing or several; the first one whose fields are all
known is said, so that names, plurals and missing facts need no code. What people wrote is filled in, never
parsed.
"""

from bridge.wording.failing import UNSENT
from bridge.wording.fields import Chat
from bridge.wording.sentences import button, mark_word, menu, offered, repeated, sentence
from bridge.wording.words import NoWording, words

__all__ = ["UNSENT", "Chat", "NoWording", "button", "mark_word", "menu", "offered", "repeated", "sentence", "words"]
