"""``taskbridge serve``."""

import gc
import os

from taskbridge.cli.errors import give_up
from taskbridge.cli.options import with_settings
from taskbridge.cli.variables import unknown_variables
from taskbridge.settings import Settings


def _serve(settings: Settings) -> None:
    """Serve the APIs until stopped; requests in flight are finished first.

    An empty or older database is migrated. A SQLite file that does not exist is made, in a folder that does.
    """
    # Nearly all that is loaded and built until the server listens stays: to look for garbage in it is in vain.
    gc.disable()
    # Help and typing errors need nothing of the web, whose libraries take as long to load as all the rest.
    from taskbridge import listening, serving  # noqa: PLC0415
    from taskbridge.cli.database import explained  # noqa: PLC0415
    from taskbridge.service.model_files import NoFolder  # noqa: PLC0415

    try:
        with explained():
            try:
                serving.run(settings, unknown_variables(os.environ))
            except NoFolder as error:
                give_up(f"--deploy: {error}", status=2)
    except listening.CannotListen as error:
        give_up(str(error))


serve = with_settings(_serve)
