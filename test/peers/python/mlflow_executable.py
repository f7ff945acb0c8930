"""Where the Python with MLflow is, for starting its server."""

import json
import sys

print(json.dumps({"executable": sys.executable}))
