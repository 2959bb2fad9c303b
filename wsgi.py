"""What gunicorn and the flask command load."""

import gc

from campaign.app import create_app
from config import Config

app = create_app(Config.from_env())

# What is loaded by now lives as long as the process: the collector need not look at it again.
gc.collect()
gc.freeze()
