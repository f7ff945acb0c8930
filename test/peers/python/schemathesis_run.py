# Property-based requests made from the server's own description; the last line is how it ended, as JSON.
import json
import os
import subprocess
import sys
import tempfile

command = [
    os.path.join(os.path.dirname(sys.executable), "schemathesis"),
    "run",
    os.environ["SCHEMA_URL"],
    "--phases=examples,coverage,fuzzing",
    "--checks=not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
    "--seed=" + os.environ["SEED"],
    "--max-examples=" + os.environ["EXAMPLES"],
    "--max-time=" + os.environ["SECONDS"],
    "--workers=1",
    "--continue-on-failure",
    "--suppress-health-check=all",
    "--warnings=off",
    "--no-color",
    "--request-timeout=20",
    "--generation-database=none",
    "--header=X-API-KEY: " + os.environ["API_KEY"],
]
# It keeps notes in the folder it is run from.
with tempfile.TemporaryDirectory() as folder:
    done = subprocess.run(command, capture_output=True, text=True, cwd=folder)
print(json.dumps({"code": done.returncode, "output": (done.stdout + done.stderr)[-60000:]}))
