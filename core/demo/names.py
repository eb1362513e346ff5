"""First names and surnames of the demo region: usual ones in the Grand Est, drawn at random with a fixed seed."""

GIRLS = """Adèle Agathe Alice Ambre Anaïs Anna Apolline Assia Aya Camille Capucine Célia Charlotte Chloé Clara
Clémence Constance Diane Elena Éléonore Elif Élise Ella Éloïse Emma Esther Eva Fatima Gabrielle Hanaé Héloïse Inaya
Inès Iris Jade Jeanne Joséphine Julia Juliette Lana Léa Léna Léonie Lila Lina Lise Lou Louane Louise Lucie Lya
Madeleine Maëlle Manon Margaux Margot Marie Maryam Mathilde Maya Mila Nina Noémie Nour Olivia Ophélie Pauline Romane
Rose Salomé Sarah Selma Sofia Suzanne Théa Valentine Victoria Yasmine Zélie Zoé""".split()  # noqa: SIM905 -- easier to read and to add to

BOYS = """Aaron Achille Adam Adrien Alexandre Alexis Amir Antoine Arthur Augustin Axel Ayoub Baptiste Bastien
Benjamin Camille Charles Clément Côme Corentin Daniel David Diego Eliott Émile Émilien Enzo Ethan Étienne Félix
Florian Gabriel Gaspard Gaston Hugo Ibrahim Imran Ismaël Jean Joseph Jules Kylian Lazare Léandre Léo Léon Liam Loïc
Louis Lucas Lukas Maël Malo Marceau Marius Martin Mathéo Mathis Maxence Maxime Mehdi Milo Mohamed Naïm Nathan Nino
Noah Noé Nolan Octave Oscar Paul Pierre Quentin Raphaël Rayan Robin Romain Sacha Samuel Simon Soan Théo Thibault
Thomas Timéo Tom Ulysse Valentin Victor Yanis Youssef""".split()  # noqa: SIM905 -- easier to read and to add to

WOMEN = """Adeline Agnès Amandine Anne Aurélie Bénédicte Brigitte Carine Caroline Cathy Cécile Céline Christelle
Claire Corinne Delphine Élodie Émilie Estelle Fabienne Fanny Fatiha Florence Géraldine Isabelle Jennifer Judith Karima
Laetitia Laure Laurence Leïla Magali Marie Marion Marlène Mélanie Myriam Nadège Nadia Nathalie Nora Patricia Rachel
Sabine Sabrina Samira Sandra Sandrine Séverine Sonia Sophie Stéphanie Sylvie Valérie Vanessa Véronique Virginie
Yasmina""".split()  # noqa: SIM905 -- easier to read and to add to

MEN = """Abdel Alain Alexandre Ali Arnaud Benoît Bertrand Bruno Cédric Christophe Cyril Damien David Didier Emmanuel
Éric Fabien Fabrice Farid Franck Frédéric Gaël Gilles Grégory Guillaume Hakim Hervé Jean-Luc Jérôme Karim Kevin
Laurent Ludovic Marc Mathieu Michaël Mickaël Mourad Nicolas Olivier Pascal Patrick Philippe Pierre Raphaël Régis
Renaud Romain Samir Sébastien Stéphane Sylvain Thierry Vincent Xavier Yann Yves""".split()  # noqa: SIM905 -- easier to read and to add to

SURNAMES = """Adam Antoine Arnould Aubertin Bailly Barbier Bastien Baumann Becker Bernard Bertrand Beyer Blaise
Bœglin Bonnet Bour Bourgeois Brunner Burger Caspar Cher Chevrier Claude Claudel Colin Colson Conrad Cordier Cuny
Daniel Demange Demirel Didier Didierjean Diehl Diop Dumont Durand Ehrhart Fabert Ferry Fischer François Fritsch Gaillard
Gauthier Georges Gérard Gillet Girard Grandjean Grosjean Gross Haas Hamm Hantz Hartmann Heitz Henry Hoffmann Houillon
Huber Humbert Husson Jacob Jacquot Jacques Jung Kaya Keller Kieffer Klein Koch Kremer Kuntz Lallemand Lambert Lang
Laurent Leclerc Lefèvre Lejeune Lemoine Louis Ly Mangin Marchand Martin Masson Mathieu Mathis Maurice Mayer Meyer
Michel Mougel Muller Müller Nguyen Noël Olivier Pereira Perrin Petit Petitjean Pierrat Pierron Poirot Remy Renard
Richard Ritter Robert Rousseau Roussel Roy Ruffenach Schmitt Schneider Schwartz Simon Simonin Stoll Thiébaut Thomas
Thouvenin Toussaint Traoré Vautrin Viry Vogel Voirin Wagner Walter Weber Weiss Weissenbacher Wendling Wolff Yilmaz
Zimmermann""".split()  # noqa: SIM905 -- easier to read and to add to
