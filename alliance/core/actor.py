"""Who does something: a person, a command at the console, or the system itself."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """What sort of doer an actor is."""

    PERSON = "person"
    COMMAND = "command"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """The doer that a history entry names. `id` is the account of a person, else None."""

    kind: ActorKind
    name: str
    id: int | None = None


SYSTEM = Actor(ActorKind.SYSTEM, "system")


def command_actor(login: str) -> Actor:
    """The actor for work done at the console by the operating system's user `login`."""
    return Actor(ActorKind.COMMAND, login)
