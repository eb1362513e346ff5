"""The spelling of the communes of the Grand Est, whose capitals carry no accents."""

# fmt: off
# Whole names that the rules would not find.
COMMUNES = {
    "VILLE": "Villé", "VAL DE BRIEY": "Val de Briey", "CAPAVENIR VOSGES": "Capavenir Vosges",
    "KAYSERSBERG VIGNOBLE": "Kaysersberg Vignoble", "LA PORTE DU DER": "La Porte du Der",
    "RIVES DERVOISES": "Rives Dervoises", "BAIRON ET SES ENVIRONS": "Bairon et ses environs",
    "AY CHAMPAGNE": "Aÿ-Champagne", "REMILLY": "Rémilly", "AY SUR MOSELLE": "Ay-sur-Moselle",
    "LE BAN SAINT MARTIN": "Le Ban-Saint-Martin", "AIX VILLEMAUR PALIS": "Aix-Villemaur-Pâlis",
    "SAINT LYE": "Saint-Lyé", "SAINT AME": "Saint-Amé", "LES NOËS PRES TROYES": "Les Noës-près-Troyes",
    "BOURGOGNE FRESNE": "Bourgogne-Fresne", "SAINT MARTIN SUR LE PRE": "Saint-Martin-sur-le-Pré",
    "LES HAUTS DE CHEE": "Les Hauts-de-Chée",
}
# Inside a name, « les » means « near » (lès) unless one of these follows.
NOT_NEAR = {
    "BAINS", "DEUX", "BELLES", "VERGERS", "VILLAS", "FORGES", "DAMES", "QUATRE", "MINES", "MONTS", "GRES",
    "VERRIERES", "FOSSES", "COTES", "GERBONVAUX", "VOSGES", "SALINES", "LACS", "BOIS", "CHENES",
}
PARTICLES = {
    "DE": "de", "DU": "du", "DES": "des", "LA": "la", "LE": "le", "LES": "les", "ET": "et", "EN": "en",
    "AU": "au", "AUX": "aux", "SUR": "sur", "SOUS": "sous", "A": "à", "PRES": "près", "DEVANT": "devant",
    "ENTRE": "entre",
}
_ACCENTED = (
    "Amnéville", "André", "Arrentières", "Auboué", "Benoît", "Bergères", "Besançon", "Blâmont", "Blénod",
    "Bouxières", "Bruyères", "Bréviandes", "Brévilly", "Buchères", "Bulgnéville", "Bussières", "Béchy",
    "Bénaménil", "Bénestroff", "Béning", "Béthelainville", "Bétheniville", "Bétheny", "Chalampé",
    "Champfleury", "Chaussée", "Cheniménil", "Chenières", "Châlons", "Château", "Châteauvillain", "Châtel",
    "Châtenois", "Châtillon", "Chée", "Chéhéry", "Chémery", "Chênes", "Clémery", "Clérey", "Condé",
    "Contrexéville", "Coëmy", "Créhange", "Crépey", "Crévic", "Crévéchamps", "Cumières", "Césaire", "Côte",
    "Côtes", "Damelevières", "Dieulouard", "Dinozé", "Dié", "Domèvre", "Essey", "Fagnières",
    "Farébersviller", "Farémont", "Favières", "Ferrée", "Ferté", "Fidèle", "Fillières", "Fléville", "Flévy",
    "Forêt", "Forêts", "François", "Fromentières", "Fréland", "Frémestroff", "Fère", "Fèves", "Fénétrange",
    "Féry", "Garçon", "Gerbépal", "Gerbéviller", "Germain", "Grandpré", "Grès", "Guéblange", "Guébling",
    "Guémar", "Guénange", "Gélannes", "Génicourt", "Gérardmer", "Géville", "Haroué", "Haréville",
    "Hattonchâtel", "Hermé", "Homécourt", "Hégenheim", "Hélène", "Hémering", "Héming", "Hérange",
    "Hésingue", "Hôpital", "Hœrdt", "Jeanménil", "Jâlons", "Jérôme", "Jœuf", "Kédange", "Laferté",
    "Lesménils", "Livière", "Lièpvre", "Lunéville", "Léger", "Léonard", "Lépanges", "Lérouville",
    "Maizières", "Malzéville", "Marquéglise", "Maxéville", "Mignéville", "Monthermé", "Montmédy",
    "Moëslains", "Mécleuves", "Ménil", "Mériot", "Méry", "Méréville", "Métairies", "Mézières",
    "Neufchâteau", "Novéant", "Noës", "Nubécourt", "Petiville", "Pommérieux", "Provenchères", "Pré", "Prés",
    "Pâlis", "Père", "Regniéville", "Ribeauvillé", "Richardménil", "Rivière", "Rosières", "Réchicourt",
    "Rédange", "Réderching", "Réding", "Réguisheim", "Réhon", "Réméréville", "Savières", "Savonnières",
    "Saône", "Semécourt", "Serémange", "Sélestat", "Sézanne", "Thiéblemont", "Thiéfosse", "Théding",
    "Théodore", "Traînel", "Trémery", "Trémont", "Tréveray", "Téting", "Urbès", "Vandières", "Vandœuvre",
    "Varangéville", "Vernéville", "Verrières", "Villechétif", "Viéville", "Véel", "Vésigneul", "Vézelise",
    "Vôge", "Woëvre", "Wœrth", "Échenay", "Éclaron", "Écordal", "Écouviez", "Écrouves", "Église", "Églises",
    "Élophe", "Éloy", "Éloyes", "Épernay", "Épinal", "Épine", "Épizon", "Étain", "Étape", "Éteignières",
    "Éteimbes", "Étienne", "Étival", "Évêque", "Île",
)
_PLAIN = str.maketrans({"Œ": "OE"} | dict(zip("ÀÂÇÈÉÊËÎÏÔÛÜŸ", "AACEEEEIIOUUY", strict=True)))
SPELLINGS = {form.upper().translate(_PLAIN): form for form in _ACCENTED}
# fmt: on
DEPARTEMENTS = {
    "008": "Ardennes",
    "010": "Aube",
    "051": "Marne",
    "052": "Haute-Marne",
    "054": "Meurthe-et-Moselle",
    "055": "Meuse",
    "057": "Moselle",
    "067": "Bas-Rhin",
    "068": "Haut-Rhin",
    "088": "Vosges",
}
ACADEMIES = {
    "008": "Reims",
    "010": "Reims",
    "051": "Reims",
    "052": "Reims",
    "054": "Nancy-Metz",
    "055": "Nancy-Metz",
    "057": "Nancy-Metz",
    "088": "Nancy-Metz",
    "067": "Strasbourg",
    "068": "Strasbourg",
}
# Endings that always bear an accent, when the word itself is not known.
ENDINGS = (("IERE", "ière"), ("IERES", "ières"), ("ERES", "ères"), ("MENIL", "ménil"))


def ending(word: str) -> str | None:
    """The word with the accent of its ending, in small letters: `RIVIERES` gives `rivières`."""
    for plain, accented in ENDINGS:
        if word.endswith(plain) and len(word) > len(plain) + 1:
            return word.removesuffix(plain).lower() + accented
    return None
