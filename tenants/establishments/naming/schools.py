"""Names of schools: « COLLEGE JEAN MACE » is Collège Jean Macé."""

import re

from tenants.establishments.naming import words as known
from tenants.establishments.naming.communes import commune_name
from tenants.establishments.naming.places import ending
from tenants.text import without_accents

_TOKENS = re.compile(r"[^\W_]+|[^\w\s]+", re.UNICODE)
_ROMAN = re.compile(r"(?=[XVI])X{0,3}(IX|IV|V?I{0,3})\Z")
_VOWELS = tuple("AEIOUYHÉÈÊÎÔŒ")
_NOTE = re.compile(r" ?\(A ABSORBE\b[^)]*\)?")
_LABEL = re.compile(r"(?<=\S) LYCEES? DES METIERS\b.*\Z")
_REPAIRS = {
    "PRMAIRE": "PRIMAIRE",
    "PUBLQIUE": "PUBLIQUE",
    "ELEMENTAIRES": "ELEMENTAIRE",
    "PFIMLIN": "PFLIMLIN",
}
_LONGEST_PHRASE = 6


def school_name(official: str, commune: str = "") -> str:
    """The name as one reads it. A name that already has small letters only regains the accents of its kind.

    The certificate « lycée des métiers de … » that follows a name is left to the official name.
    """
    text = " ".join(official.replace("\u00a0", " ").split())
    if not text:
        return ""
    if not text.isupper():
        return _tidied(text)
    text = _NOTE.sub("", text)
    text = _LABEL.sub("", text) if text.startswith("LYCEE ") else text
    tokens = [_REPAIRS.get(word, word) for word in _TOKENS.findall(without_accents(text).upper())]
    return _Writer(tokens, commune).write()


def _tidied(text: str) -> str:
    """Names of the national directory are readable: « Ecole primaire » only lacks its accents."""

    def mend(match: re.Match[str]) -> str:
        word = match.group()
        if word.isupper() or without_accents(word) != word:
            return word
        plain = word.upper()
        form = known.KIND_NOUNS.get(plain) or known.KIND_WORDS.get(plain)
        if not form:
            return word
        return form[0].upper() + form[1:] if word[0].isupper() else form

    return re.sub(r"[^\W\d_]+", mend, text.replace("'", "’"))


class _Writer:
    """Writes the tokens of one name, left to right."""

    def __init__(self, tokens: list[str], commune: str) -> None:
        self.tokens = tokens
        self.out: list[str] = []  # written words; one that ends with ’ or - joins the next
        self.proper = False  # whether the proper part of the name has begun
        spelled = commune_name(commune)
        plain = tuple(_TOKENS.findall(without_accents(spelled.replace("-", " ").replace("’", " ")).upper()))
        self.commune = {plain: spelled} if len(plain) > 1 else {}
        if len(plain) == 1 and spelled.upper() != plain[0]:
            self.commune = {plain: spelled}

    def write(self) -> str:
        index = 0
        while index < len(self.tokens):
            index += self._phrase(index) or self._initials(index) or self._word(index)
        text = " ".join(self.out).replace("’ ", "’").replace("- ", "-")
        text = re.sub(r"\( ", "(", text).replace(" )", ")").replace(" ,", ",").replace(" :", "\u00a0:")
        return text[:1].upper() + text[1:]

    def _put(self, word: str, *, proper: bool) -> int:
        self.out.append(word)
        self.proper = self.proper or proper
        return 1

    def _phrase(self, index: int) -> int:
        """The longest known phrase that begins here; how many tokens it took."""
        for length in range(min(_LONGEST_PHRASE, len(self.tokens) - index), 0, -1):
            span = tuple(self.tokens[index : index + length])
            found = self.commune.get(span) if index else None
            found = found or known.PHRASES.get(" ".join(span))
            if found:
                self._put(found, proper=not found.startswith("de "))
                return length
        return 0

    def _initials(self, index: int) -> int:
        """« J J ROUSSEAU » is J.-J. Rousseau; three letters and more are an acronym."""
        end = index
        while end < len(self.tokens) and self._is_initial(end):
            end += 1
        letters = self.tokens[index:end]
        if not letters:
            return 0
        joined = "".join(letters) if len(letters) > 2 else "-".join(f"{letter}." for letter in letters)
        self._put(joined, proper=True)
        return len(letters)

    def _is_initial(self, index: int) -> bool:
        word, following = self.tokens[index], self._at(index + 1)
        if len(word) != 1 or not word.isalpha():
            return False
        if word in {"D", "L"} and following.startswith(_VOWELS) and (len(following) > 1 or following == "O"):
            return False
        if word == "A":
            return following not in known.PARTICLES and following != "L" and self._at(index - 1) != "CHAMPS"
        return bool(following)

    def _word(self, index: int) -> int:
        word, following, before = self.tokens[index], self._at(index + 1), self._at(index - 1)
        if not word[0].isalnum():
            return self._put(word, proper=False)
        if word in {"D", "L"} and following.startswith(_VOWELS):
            small = word == "D" or self.proper or self._after_particle(before)
            return self._put(f"{word.lower() if small else word}’", proper=False)
        if word in {"SAINT", "SAINTE", "ST", "STE"} and following:
            return self._put("Sainte-" if word.endswith("E") else "Saint-", proper=True)
        if following in known.SECOND_NAMES.get(word, ()):
            return self._put(f"{_spelled(word)}-", proper=True)
        if (kind := self._kind(word, following, before)) is not None:
            return self._put(kind, proper=False)
        if word == "A":
            return self._put("à", proper=False)
        if word in known.PARTICLES:
            return self._put(self._particle(word, before), proper=False)
        return self._put(_spelled(word), proper=True)

    def _kind(self, word: str, following: str, before: str) -> str | None:
        """A word of the kind of school, in small letters; None when the word is part of the proper name."""
        if word in known.KIND_NOUNS:
            form = known.KIND_NOUNS[word]
            inside = self._after_particle(before) or before == "("
            return form if inside or not self.out else form[0].upper() + form[1:]
        if word == "GENERAL":
            return "général" if before in {"LYCEE", "ENSEIGNEMENT"} else None
        if word in known.BEFORE_SCOLAIRE and following == "SCOLAIRE":
            form = known.BEFORE_SCOLAIRE[word]
            return form if self._after_particle(before) or not self.out else form.capitalize()
        if word in known.KIND_WORDS and not self.proper:
            return known.KIND_WORDS[word]
        return known.KIND_WORDS[word] if word in known.KIND_ANYWHERE else None

    def _particle(self, word: str, before: str) -> str:
        form = known.PARTICLES[word]
        article = word in {"LE", "LA", "LES"}
        begins_name = article or (word in {"ENTRE", "UN"} and not self.proper)
        return form.capitalize() if begins_name and not self._after_particle(before) else form

    def _after_particle(self, before: str) -> bool:
        return before in known.PARTICLES or before in {"D", "L", "A"}

    def _at(self, index: int) -> str:
        return self.tokens[index] if 0 <= index < len(self.tokens) else ""


def _spelled(word: str) -> str:
    if word in known.ACRONYMS or _ROMAN.match(word):
        return word
    if ordinal := re.fullmatch(r"(\d+)(ER|E|EME)", word):
        return f"{ordinal[1]}{'er' if ordinal[2] == 'ER' else 'e'}"
    form = known.SPELLINGS.get(word) or ending(word) or word.lower()
    return form[0].upper() + form[1:]
