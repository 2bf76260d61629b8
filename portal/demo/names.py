"""First and last names of the made-up people."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WOMEN = _words(
    "Aïcha Alice Amélie Anaïs Brigitte Camille Cécile Chantal Chloé Clémence Denise Élise Emma Fatima Françoise Inès "
    "Jeanne Josette Julie Juliette Khadija Léa Lina Louise Lucie Manon Margaux Marie Monique Nadia Nathalie Nour "
    "Océane Odette Pauline Rose Sandrine Sarah Solène Sylvie Thérèse Valérie Yasmine Zoé"
)
MEN = _words(
    "Adam Alain André Antoine Arthur Bernard Cédric Christophe Didier Émile Éric Félix Gabriel Gérard Guillaume Hugo "
    "Ibrahim Jacques Jean Joël Jules Julien Karim Laurent Léo Louis Lucas Marcel Mathis Maxime Mehdi Michel Moussa "
    "Noël Olivier Pascal Patrick Paul Philippe Quentin Rémi René Samuel Théo Thomas Yann Youssef"
)
LAST = (
    *_words(
        "ANDRE BARON BENHAMOU BERGER BERTRAND BLANC BONNET BOUCHER BRUN CARON CHEVALIER CLEMENT COLIN DAVID DIALLO "
        "DUBOIS DUFOUR DUMONT DUPONT DUPUIS DURAND FAURE FERNANDEZ FONTAINE FOURNIER GARCIA GARNIER GAUTIER GIRARD "
        "GUERIN HADDAD HENRY JOLY KONE LACROIX LAMBERT LAURENT LECLERC LEFEBVRE LEGRAND LEMOINE LEROY LOPEZ MALLET "
        "MARCHAND MARTINEZ MASSON MATHIEU MERCIER MEUNIER MEYER MOREAU MOREL MULLER NGUYEN NICOLAS NOEL PERRIN PETIT "
        "PICARD RICHARD RIVIERE ROBIN ROLLAND ROUSSEAU ROUSSEL ROUX ROY SANTINI SCHMITT TRAORE VIDAL VINCENT"
    ),
    "DA SILVA",
    "LE GALL",
    "D'ANGELO",
)
