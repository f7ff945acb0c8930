import mlflow

prompt = mlflow.genai.load_prompt("prompts:/main.default.sentiment_classifier/1")
print(prompt.format(text="What a day"))
