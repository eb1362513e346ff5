"""What capitals without accents hide: the spelling of words, by their folded form.

Drawn from the words of the Grand Est's directory. A word that is not here is simply written with a capital.
"""

# fmt: off
# Words of the kind of school: small letters, except at the beginning.
KIND_NOUNS = {
    "ECOLE": "école", "ECOLES": "écoles", "COLLEGE": "collège", "LYCEE": "lycée", "LYCEES": "lycées",
}
KIND_WORDS = {
    "PRIMAIRE": "primaire", "ELEMENTAIRE": "élémentaire", "MATERNELLE": "maternelle",
    "SECONDAIRE": "secondaire", "TECHNOLOGIQUE": "technologique", "PROFESSIONNEL": "professionnel",
    "PROFESSIONNELLE": "professionnelle", "POLYVALENT": "polyvalent", "PRIVE": "privé", "PRIVEE": "privée",
    "PRIVES": "privés", "PUBLIC": "public", "PUBLIQUE": "publique", "INTERCOMMUNALE": "intercommunale",
    "INTERCOMMUNAL": "intercommunal", "COMMUNALE": "communale", "SCOLAIRE": "scolaire",
    "APPLICATION": "application", "METIERS": "métiers", "BICULTURELLE": "biculturelle",
    "BICULTUREL": "biculturel", "BILINGUE": "bilingue", "INTERCONFESSIONNELLE": "interconfessionnelle",
    "SPECIALISEE": "spécialisée", "SPECIALE": "spéciale", "INTERNATIONAL": "international",
    "INTERNATIONALE": "internationale", "INTERNATIONALES": "internationales", "EPISCOPAL": "épiscopal",
    "REGIONAL": "régional", "MULTISITE": "multisite", "EUROPEEN": "européen", "EUROPEENNE": "européenne",
    "MIXTE": "mixte", "ENSEIGNEMENT": "enseignement", "SECTIONS": "sections",
    "INTERENTREPRISES": "interentreprises", "SITES": "sites", "LIBRE": "libre", "SUPERIEURE": "supérieure",
    "CATHOLIQUE": "catholique", "ADAPTE": "adapté",
    # trades, which follow « lycée des métiers »
    "BATIMENT": "bâtiment", "TRAVAUX": "travaux", "PUBLICS": "publics", "HORTICULTURE": "horticulture",
    "PAYSAGE": "paysage", "HOTELLERIE": "hôtellerie", "RESTAURATION": "restauration",
    "TOURISME": "tourisme", "AUTOMOBILE": "automobile", "SERVICES": "services", "PERSONNE": "personne",
    "COMMUNICATION": "communication", "INDUSTRIE": "industrie", "INDUSTRIES": "industries",
    "ENERGIE": "énergie", "COMMERCE": "commerce", "TRANSPORT": "transport", "LOGISTIQUE": "logistique",
    "GRAPHIQUES": "graphiques", "HABITAT": "habitat", "SCIENCES": "sciences", "TECHNIQUES": "techniques",
    "TECHNOLOGIES": "technologies", "SECURITE": "sécurité", "MAINTENANCE": "maintenance",
    "INNOVANTES": "innovantes", "TERTIAIRE": "tertiaire",
}
# Small letters even after the proper name: « Lalique privée ».
KIND_ANYWHERE = {"PRIVE", "PRIVEE", "PRIVES", "PUBLIQUE", "BICULTURELLE", "MIXTE", "INTERCOMMUNALE"}
# « groupe scolaire », « pôle scolaire »: small letters inside a name, when « scolaire » follows.
BEFORE_SCOLAIRE = {
    "GROUPE": "groupe", "GR": "groupe", "CENTRE": "centre", "POLE": "pôle", "CITE": "cité",
    "ENSEMBLE": "ensemble",
}
PARTICLES = {
    "DE": "de", "DU": "du", "DES": "des", "LA": "la", "LE": "le", "LES": "les", "ET": "et", "EN": "en",
    "AU": "au", "AUX": "aux", "SUR": "sur", "SOUS": "sous", "ENTRE": "entre", "VERS": "vers", "IM": "im",
    "AT": "at", "UN": "un",
}
ACRONYMS = {
    "EREA", "LP", "LPO", "LEGT", "LGT", "RPI", "RPD", "SEGPA", "ZUP", "ORT", "ESTIC", "ABCM", "ABCD", "FPR",
    "SNCF", "ADT", "RI", "UAI", "BTP", "CFA", "GRETA", "ULIS", "EMC", "JFK", "LEA",
}

# Spelling in names of schools; communes add their own below.
SPELLINGS = {word.upper(): form for word, form in {
    # places and things
    "ABBAYE": "abbaye", "AEROPORT": "aéroport", "AMITIE": "amitié", "BATISSEURS": "bâtisseurs",
    "BEL": "bel", "BENEVOLES": "bénévoles", "CANOPEE": "canopée", "CHATAIGNIERS": "châtaigniers",
    "CHATEAU": "château", "CHATEAUX": "châteaux", "CHATEL": "châtel", "CHATELAINE": "châtelaine",
    "CHATELET": "châtelet", "CHEE": "chée", "CHENE": "chêne", "CHENES": "chênes", "CITE": "cité",
    "CITES": "cités", "CLAIRIERE": "clairière", "CLE": "clé", "CLOITRE": "cloître", "COEUR": "cœur",
    "COTE": "côte", "COTES": "côtes", "CRAYERE": "crayère", "CRECELLES": "crécelles",
    "CREATIONS": "créations", "CEDRE": "cèdre", "CEDRES": "cèdres", "CARRIERE": "carrière",
    "CARRIERES": "carrières", "DECAPOLE": "décapole", "DEFENSE": "défense", "CHRETIENNE": "chrétienne",
    "CHAMPENOISE": "champenoise", "ECARTS": "écarts", "ECO": "éco", "ECUREUILS": "écureuils",
    "EGLISE": "église", "EGLISES": "églises", "ELYSEE": "élysée", "ENCHANTE": "enchanté",
    "ENCHANTEE": "enchantée", "EOLE": "éole", "ERABLES": "érables", "ERUDITS": "érudits", "ETANG": "étang",
    "ETANGS": "étangs", "ETOILE": "étoile", "ETOILES": "étoiles", "EUREKA": "eurêka",
    "FAIENCERIES": "faïenceries", "FLUTE": "flûte", "FORET": "forêt", "FORETS": "forêts", "FRENE": "frêne",
    "FRENES": "frênes", "FRERES": "frères", "FRONTIERES": "frontières", "GEANT": "géant",
    "GENETS": "genêts", "GENERAL": "général", "HETRE": "hêtre", "HETRES": "hêtres", "HERONS": "hérons",
    "HOPITAL": "hôpital", "HOTEL": "hôtel", "ILE": "île", "ILES": "îles", "IMMACULEE": "immaculée",
    "INDEPENDANCE": "indépendance", "LEGENDES": "légendes", "LIBERTE": "liberté",
    "LIMONIERES": "limonières", "LOUVIERE": "louvière", "LUMIERE": "lumière", "LUMIERES": "lumières",
    "MELEZES": "mélèzes", "MENETRIERS": "ménétriers", "MESANGES": "mésanges", "METAIRIE": "métairie",
    "MEDIOLANAISE": "médiolanaise", "MATERIELS": "matériels", "MAITRISE": "maîtrise",
    "MARECHAL": "maréchal", "NIVEOLES": "nivéoles", "OREE": "orée", "ORCHIDEES": "orchidées",
    "PATURAL": "pâtural", "PECHE": "pêche", "PEPINIERES": "pépinières", "PERCEES": "percées",
    "PLATANES": "platanes", "POLE": "pôle", "PRE": "pré", "PREAU": "préau", "PRELE": "prêle",
    "PRES": "prés", "REINE": "reine", "REPUBLIQUE": "république", "RIVIERE": "rivière",
    "RIVIERES": "rivières", "SACRE": "sacré", "SAPINIERE": "sapinière", "SEQUOIAS": "séquoïas",
    "SEMINAIRE": "séminaire", "UNIVERSITE": "université", "VALLEE": "vallée", "VALLEES": "vallées",
    "VERRIERES": "verrières", "FOURRIERE": "fourrière", "GENERAUX": "généraux",
    "ELECTRICITE": "électricité", "TIENNE": "tienne", "AGREES": "agréés", "PRINTANIERE": "printanière",
    "BUISSONNIERE": "buissonnière", "CANARDIERE": "canardière", "BALLASTIERE": "ballastière",
    "RECOLLETS": "récollets", "COEURS": "cœurs", "TETE": "tête",
    # first names
    "ADELAIDE": "Adélaïde", "AIME": "Aimé", "AIMEE": "Aimée", "AMELIE": "Amélie", "ANDRE": "André",
    "ANDREE": "Andrée", "ANGELE": "Angèle", "ARSENE": "Arsène", "AURELIE": "Aurélie", "BENOIT": "Benoît",
    "CECILE": "Cécile", "CELESTIN": "Célestin", "CESAIRE": "Césaire", "CESAR": "César",
    "CLEMENT": "Clément", "CLEMENCE": "Clémence", "DESIRE": "Désiré", "EDMEE": "Edmée",
    "EDOUARD": "Édouard", "ELEONORE": "Éléonore", "ELISABETH": "Élisabeth", "ELISEE": "Élisée",
    "ELOI": "Éloi", "ELOY": "Éloy", "EMILE": "Émile", "EMILIE": "Émilie", "ERASME": "Érasme",
    "ETIENNE": "Étienne", "EUGENE": "Eugène", "EUGENIE": "Eugénie", "EVARISTE": "Évariste", "EVA": "Éva",
    "EVE": "Ève", "FELIX": "Félix", "FRANCOIS": "François", "FRANCOISE": "Françoise",
    "FREDERIC": "Frédéric", "FREDERIQUE": "Frédérique", "GENEVIEVE": "Geneviève", "GEO": "Géo",
    "GERARD": "Gérard", "GOERY": "Goëry", "GREGOIRE": "Grégoire", "HELENE": "Hélène", "HELOISE": "Héloïse",
    "HERVE": "Hervé", "IRENE": "Irène", "IRENEE": "Irénée", "JEROME": "Jérôme", "JOSE": "José",
    "JOSUE": "Josué", "LEO": "Léo", "LEON": "Léon", "LEONARD": "Léonard", "LEONIE": "Léonie",
    "MICHELE": "Michèle", "NOEL": "Noël", "OLYMPE": "Olympe", "PHILOMENE": "Philomène",
    "RAPHAEL": "Raphaël", "REGINE": "Régine", "REGIS": "Régis", "REMI": "Remi", "REMY": "Rémy",
    "RENE": "René", "RENEE": "Renée", "SEBASTIEN": "Sébastien", "SEGOLENE": "Ségolène", "SIMEON": "Siméon",
    "STEPHANE": "Stéphane", "THEODORE": "Théodore", "THEOPHILE": "Théophile", "THERESE": "Thérèse",
    "VALERY": "Valéry", "ZOE": "Zoé", "HONORE": "Honoré", "BARTHELEMY": "Barthélemy", "BENIGNE": "Bénigne",
    "ANGELIQUE": "Angélique", "LEA": "Léa",
    # family names
    "AMPERE": "Ampère", "AYME": "Aymé", "BARBOT": "Barbot", "BARRES": "Barrès", "BASTIE": "Bastié",
    "BEAUPRE": "Beaupré", "BEAUSEJOUR": "Beauséjour", "BRIERE": "Brière", "CARRE": "Carré",
    "CHENIER": "Chénier", "CITROEN": "Citroën", "CLEMENCET": "Clémencet", "CONDE": "Condé",
    "CREVAUX": "Crevaux", "DECRES": "Decrès", "DORE": "Doré", "DEBUSSY": "Debussy", "DUPRE": "Dupré",
    "EBLE": "Éblé", "EBOUE": "Éboué", "ELUARD": "Éluard", "EXUPERY": "Exupéry", "FENELON": "Fénelon",
    "GALILEE": "Galilée", "GALLE": "Gallé", "GELLEE": "Gellée", "GONCOURT": "Goncourt",
    "GUEPRATTE": "Guépratte", "GUERIN": "Guérin", "GRESIL": "Grésil", "HAIGNERE": "Haigneré",
    "HERE": "Héré", "HERITIER": "Héritier", "HEREDIA": "Heredia", "HEMON": "Hémon", "JAURES": "Jaurès",
    "JOLIOT": "Joliot", "KLEBER": "Kléber", "KOEBERLE": "Kœberlé", "LAMARTINE": "Lamartine",
    "LURCAT": "Lurçat", "MACE": "Macé", "MALLARME": "Mallarmé", "MECHIN": "Méchin", "MELIES": "Méliès",
    "MENDES": "Mendès", "MERIMEE": "Mérimée", "MEZIERES": "Mézières", "MOLIERE": "Molière",
    "NOMINE": "Nominé", "PEGUY": "Péguy", "PIERNE": "Pierné", "POURTALES": "Pourtalès",
    "POINCARE": "Poincaré", "PREVERT": "Prévert", "PROUVE": "Prouvé", "REAUMUR": "Réaumur",
    "REGNIER": "Régnier", "ROSTAND": "Rostand", "SAENS": "Saëns", "SCHOELCHER": "Schœlcher",
    "SCHURE": "Schuré", "SCHWILGUE": "Schwilgué", "SEE": "Sée", "SEVIGNE": "Sévigné", "TEIHARD": "Teilhard",
    "TEILHARD": "Teilhard", "THEVENIN": "Thévenin", "THIEBAUT": "Thiébaut", "THIEBOLD": "Thiébold",
    "VALERIE": "Valérie", "VALLES": "Vallès", "VIENOT": "Viénot", "VALLIERE": "Vallière",
    "VALLIERES": "Vallières", "LEVY": "Lévy", "LEVI": "Lévi", "HERAPEL": "Hérapel",
    "MARTINIERE": "Martinière", "BEREL": "Bérel", "RECAMIER": "Récamier", "MUNCH": "Munch",
    "STAEL": "Staël", "SOREL": "Sorel", "ALEMBERT": "Alembert", "BERANGER": "Béranger",
    # places of the region inside names of schools
    "ARGONNE": "Argonne", "MUSAU": "Musau", "BETHENY": "Bétheny", "HERIVAL": "Hérival", "ELAIRE": "Élaire",
    "ETEIGNIERES": "Éteignières", "CHALANDRY": "Chalandry", "CHEMERY": "Chémery", "CHEHERY": "Chéhéry",
    "BRUYERES": "Bruyères", "PLANTIERES": "Plantières", "GREGY": "Grégy", "BLEMONT": "Blémont",
    "REVEMONT": "Révémont", "NANTES": "Nantes", "BIEVRE": "Bièvre", "VEZOUZE": "Vezouze",
    "HEURLIN": "Heurlin", "RHENANUS": "Rhenanus", "LEVIS": "Lévis", "WOËVRE": "Woëvre",
    "PROVENCHERES": "Provenchères", "HEMING": "Héming", "BECHY": "Béchy", "ZUERICH": "Zürich",
}.items()}

# Words that belong together, longest first when they are tried.
PHRASES = {
    "NOTRE DAME": "Notre-Dame", "SACRE COEUR": "Sacré-Cœur", "ARC EN CIEL": "Arc-en-Ciel",
    "ROND POINT": "Rond-Point", "JOLIOT CURIE": "Joliot-Curie", "ERCKMANN CHATRIAN": "Erckmann-Chatrian",
    "MENDES FRANCE": "Mendès France", "SAINT EXUPERY": "Saint-Exupéry", "ST EXUPERY": "Saint-Exupéry",
    "SAINT SAENS": "Saint-Saëns", "MAC MAHON": "Mac-Mahon", "ALAIN FOURNIER": "Alain-Fournier",
    "ROUGET DE LISLE": "Rouget de Lisle", "LA SALLE": "La Salle",
    "JEAN DE LA FONTAINE": "Jean de La Fontaine", "GEORGES DE LA TOUR": "Georges de La Tour",
    "BAPTISTE DE LA SALLE": "Baptiste de La Salle", "SCHEURER KESTNER": "Scheurer-Kestner",
    "BEAUTEMPS BEAUPRE": "Beautemps-Beaupré", "TEILHARD DE CHARDIN": "Teilhard de Chardin",
    "SAINT VINCENT DE PAUL": "Saint-Vincent-de-Paul", "SAINT FRANCOIS DE SALES": "Saint-François-de-Sales",
    "SAINT JEAN BAPTISTE DE LA SALLE": "Saint-Jean-Baptiste-de-La-Salle",
    "SAINT JEAN BAPTISTE": "Saint-Jean-Baptiste", "SAINT PIERRE FOURIER": "Saint-Pierre-Fourier",
    "SAINT PIERRE CHANEL": "Saint-Pierre-Chanel", "SAINT DOMINIQUE SAVIO": "Saint-Dominique-Savio",
    "SAINT JOSEPH DE CLUNY": "Saint-Joseph-de-Cluny", "SAINT PIERRE EN L ISLE": "Saint-Pierre-en-l’Isle",
    "JOUFFROY D ABBANS": "Jouffroy d’Abbans", "BASTIEN LEPAGE": "Bastien-Lepage", "P TITE": "P’tite",
    "LE CORBUSIER": "Le Corbusier", "VAN GOGH": "Van Gogh", "VAL DE": "Val de",
    "RHIN ARC EN CIEL": "Rhin Arc-en-Ciel", "FUSTEL DE COULANGES": "Fustel de Coulanges",
    "DE GAULLE": "de Gaulle", "LANGEVIN WALLON": "Langevin-Wallon",
    "PILATRE DE ROZIER": "Pilâtre de Rozier", "SAINT GOERY": "Saint-Goëry",
    "EMILE DURKHEIM": "Émile Durkheim", "SAINTE JEANNE D ARC": "Sainte-Jeanne-d’Arc",
    "CHARLES DE FOUCAULD": "Charles de Foucauld", "ALBERT LE GRAND": "Albert le Grand",
    "EVA THOME": "Éva Thomé", "PERCE NEIGE": "Perce-Neige", "MAC ORLAN": "Mac Orlan",
    "MARIE IMMACULEE": "Marie-Immaculée", "AMI DU": "Ami du", "SAINT SYMPHORIEN": "Saint-Symphorien",
    "RAON L ETAPE": "Raon-l’Étape", "BEL AIR": "Bel-Air", "ST DIE": "Saint-Dié", "DELA": "de la",
}
# First names that join the one before them: « Jean-Jacques », « Marie-Hélène », « Pierre-Gilles ».
SECOND_NAMES = {
    "JEAN": {"BAPTISTE", "JACQUES", "MARIE", "PAUL", "YVES", "GEORGES", "VICTOR", "AUGUSTE", "LOUIS", "MARC",
             "FREDERIC", "PIERRE", "CHARLES", "FRANCOIS", "LUC", "CLAUDE", "HENRI", "MICHEL", "ROBERT",
             "NICOLAS"},
    "MARIE": {"HELENE", "LOUISE", "CLAIRE", "CLAUDE", "ANNE", "FRANCE", "THERESE", "JOSE"},
    "PAUL": {"EMILE", "LOUIS"},
    "PIERRE": {"GILLES"},
    "JACQUES": {"YVES", "MARIE"},
    "CHARLES": {"EDOUARD", "MAXIMILIEN"},
    "JULIE": {"VICTOIRE"},
    "ANNE": {"MARIE"},
    "CLAUDE": {"NICOLAS"},
    "FREDERIC": {"AUGUSTE"},
    "LOUIS": {"CASIMIR"},
    "PHILIPPE": {"CHARLES"},
    "JOSEPH": {"JULIEN"},
    "POL": {"GASTON"},
}
