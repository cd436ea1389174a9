"""Short forms of first names that people use in place of the full one."""

_GROUPS = (
    "william bill billy will willie liam",
    "robert bob bobby rob robbie",
    "elizabeth elisabeth liz lizzie beth betty eliza lisa",
    "margaret peggy maggie meg greta rita",
    "james jim jimmi jamie",
    "katherine catherine kathrin katharina kate kathi cathi kati katia",
    "michael mike mick mikhail misha",
    "jennifer jen jenni",
    "thomas tom tommi",
    "susan sue susie suzanne",
    "charles chuck charlie",
    "patricia pat patti trish",
    "patrick pat paddi",
    "daniel dan danni",
    "matthew matt",
    "anthoni antoni toni",
    "jessica jess jessie",
    "steven stephen steve",
    "edward ted ed eddie ned",
    "joseph joe joei josef sepp",
    "rebecca beckie becki bekki",
    "alexander alex sandi alexandr aleksandr sasha sandro oleksandr sashko",
    "alexandra alex sandra sasha",
    "alessandro sandro",
    "benjamin ben benni",
    "christopher chris kit",
    "christina christine chris tina",
    "samuel samantha sam sammi",
    "richard rick dick richie",
    "david dave davi",
    "andrew andi drew andreas",
    "nicholas nick nikolaus klaus niko nikos nikolaos nikolai kolia",
    "victoria vicki tori",
    "deborah deb debbie",
    "timothi tim",
    "gregori greg",
    "jonathan jon nathan",
    "philip phil philipp",
    "francis frank francisco paco pancho francesca",
    "frederick fred freddi friedrich fritz",
    "henri harri heinrich heinz",
    "johannes johann hans john jack ivan vania giovanni gianni",
    "jose pepe",
    "manuel manolo",
    "maria mariia masha mia",
    "anna ann anne annie ania hannah",
    "ekaterina katia kateryna katerina",
    "aleksei alexei aliosha alesha",
    "dmitri dmitrii dima",
    "tatiana tania",
    "sergei serhii seriozha",
    "anastasia anastasiia nastia",
    "evgeni evgenii zhenia",
    "vladimir volodimir vova",
    "abdullah abdallah abdalla",
    "mohammed muhammad mohamed mohammad mahomet mhmd",
)


def _by_name() -> dict[str, frozenset[str]]:
    known: dict[str, set[str]] = {}
    for group in _GROUPS:
        names = set(group.split())
        for name in names:
            known.setdefault(name, set()).update(names)
    return {name: frozenset(others - {name}) for name, others in known.items()}


NICKNAMES = _by_name()
