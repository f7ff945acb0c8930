"""What `mlflow.genai.load_prompt` gives for each of URIS, filled with VALUES."""

import json
import os

import mlflow


def loaded(uri):
    prompt = mlflow.genai.load_prompt(uri)
    return {
        "name": prompt.name,
        "version": prompt.version,
        "template": prompt.template,
        "is_text": prompt.is_text_prompt,
        "formatted": prompt.format(**json.loads(os.environ["VALUES"])),
        "variables": sorted(prompt.variables),
        "model_config": prompt.model_config,
        "response_format": prompt.response_format,
        "commit_message": prompt.commit_message,
        "tags": prompt.tags,
    }


print(json.dumps([loaded(uri) for uri in json.loads(os.environ["URIS"])]))
