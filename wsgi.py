"""The application as a server or the `flask` command finds it."""

from alliance.app import create_app
from config import Config, ConfigError

try:
    app = create_app(Config.from_env())
except ConfigError as error:
    # A wrong setting is the reader's to mend, so it gets its sentence and not a traceback.
    raise SystemExit(f"Alliance cannot start: {error}") from None
