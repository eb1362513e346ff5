"""The spelling of the communes of the Grand Est, whose capitals carry no accents."""

# Whole names that the rules would not find.
COMMUNES = {
    "VILLE": "Villé", "VAL DE BRIEY": "Val de Briey", "CAPAVENIR VOSGES": "Capavenir Vosges",
    "KAYSERSBERG VIGNOBLE": "Kaysersberg Vignoble", "LA PORTE DU DER": "La Porte du Der",
    "RIVES DERVOISES": "Rives Dervoises", "BAIRON ET SES ENVIRONS": "Bairon et ses environs",
    "AY CHAMPAGNE": "Aÿ-Champagne", "REMILLY": "Rémilly", "AY SUR MOSELLE": "Ay-sur-Moselle", "LE BAN SAINT MARTIN": "Le Ban-Saint-Martin",
    "AIX VILLEMAUR PALIS": "Aix-Villemaur-Pâlis", "SAINT LYE": "Saint-Lyé", "SAINT AME": "Saint-Amé",
    "LES NOËS PRES TROYES": "Les Noës-près-Troyes", "BOURGOGNE FRESNE": "Bourgogne-Fresne",
    "SAINT MARTIN SUR LE PRE": "Saint-Martin-sur-le-Pré", "LES HAUTS DE CHEE": "Les Hauts-de-Chée",
}
# Inside a name, « les » means « near » (lès) unless one of these follows.
NOT_NEAR = {
    "BAINS", "DEUX", "BELLES", "VERGERS", "VILLAS", "FORGES", "DAMES", "QUATRE", "MINES", "MONTS", "GRES",
    "VERRIERES", "FOSSES", "COTES", "GERBONVAUX", "VOSGES", "SALINES", "LACS", "BOIS", "CHENES",
}
PARTICLES = {
    "DE": "de", "DU": "du", "DES": "des", "LA": "la", "LE": "le", "LES": "les", "ET": "et", "EN": "en", "AU": "au",
    "AUX": "aux", "SUR": "sur", "SOUS": "sous", "A": "à", "PRES": "près", "DEVANT": "devant", "ENTRE": "entre",
}
SPELLINGS = {form.upper().translate(str.maketrans("ÀÂÇÈÉÊËÎÏÔÛÜŸ", "AACEEEEIIOUUY")).replace("Œ", "OE"): form for form in (
    "Amnéville André Arrentières Auboué Benoît Bergères Besançon Bénaménil Bénestroff Béning Béchy Bétheny Béthelainville "
    "Bétheniville Blâmont Blénod Bouxières Bruyères Bréviandes Brévilly Buchères Bulgnéville Bussières Chalampé "
    "Champfleury Chaussée Chée Châlons Château Châteauvillain Châtel Châtenois Châtillon Chémery Chéhéry Chênes Chenières "
    "Cheniménil Clémery Clérey Condé Contrexéville Côte Côtes Coëmy Créhange Crépey Crévic Crévéchamps Cumières "
    "Césaire Damelevières Dié Dieulouard Dinozé Domèvre Échenay Éclaron Écordal Écouviez Écrouves Église Églises "
    "Éloyes Élophe Épernay Épinal Épine Épizon Essey Étain Étape Éteimbes Étienne Étival Évêque Éloy Éteignières "
    "Fagnières Farébersviller Farémont Favières Fénétrange Fère Ferrée Ferté Fèves Fidèle Fillières Fléville Flévy "
    "Forêt Forêts François Frémestroff Fréland Garçon Génicourt Gélannes Gérardmer Gerbéviller Gerbépal Germain Géville Grandpré "
    "Grès Guébling Guéblange Guémar Guénange Haroué Haréville Hattonchâtel Hégenheim Hélène Héming Hémering "
    "Hésingue Hérange Hermé Hœrdt Homécourt Hôpital Jâlons Jeanménil Jérôme Jœuf Kédange Laferté Léger Léonard "
    "Lépanges Lérouville Lesménils Lièpvre Livière Lunéville Maizières Malzéville Marquéglise Maxéville "
    "Mécleuves Ménil Méréville Mériot Méry Métairies Mézières Mignéville Moëslains Monthermé Montmédy "
    "Neufchâteau Noës Novéant Nubécourt Œlleville Pâlis Père Petiville Pré Prés Pommérieux Provenchères Réchicourt Rédange "
    "Réderching Réding Regniéville Réguisheim Réhon Réméréville Ribeauvillé Richardménil Rivière Rosières Saône "
    "Savières Savonnières Sélestat Semécourt Serémange Sézanne Téting Théding Thiéblemont Thiéfosse Traînel "
    "Trémery Trémont Tréveray Urbès Vandœuvre Vandières Varangéville Véel Vernéville Verrières Vésigneul Vézelise "
    "Viéville Villechétif Vôge Wœrth Woëvre Théodore Île Fromentières Féry"
).split()}
DEPARTEMENTS = {
    "008": "Ardennes", "010": "Aube", "051": "Marne", "052": "Haute-Marne", "054": "Meurthe-et-Moselle",
    "055": "Meuse", "057": "Moselle", "067": "Bas-Rhin", "068": "Haut-Rhin", "088": "Vosges",
}
ACADEMIES = {
    "008": "Reims", "010": "Reims", "051": "Reims", "052": "Reims",
    "054": "Nancy-Metz", "055": "Nancy-Metz", "057": "Nancy-Metz", "088": "Nancy-Metz",
    "067": "Strasbourg", "068": "Strasbourg",
}
# Endings that always bear an accent, when the word itself is not known.
ENDINGS = (("IERE", "ière"), ("IERES", "ières"), ("ERES", "ères"), ("MENIL", "ménil"))


def ending(word: str) -> str | None:
    """The word with the accent of its ending, in small letters: `RIVIERES` gives `rivières`."""
    for plain, accented in ENDINGS:
        if word.endswith(plain) and len(word) > len(plain) + 1:
            return word.removesuffix(plain).lower() + accented
    return None
