"""The database handle, the base of all tables and their naming convention."""

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Model(DeclarativeBase):
    """Base of every table; names of constraints follow one convention so migrations can find them."""

    metadata = MetaData(naming_convention=NAMING)


# `disable_autonaming`: a table says its own name, so that renaming a class renames nothing stored.
db = SQLAlchemy(model_class=Model, disable_autonaming=True)
