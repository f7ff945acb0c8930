/** The config of the page that defines the original dialect, verbatim. */
export const seedConfig = `resources:
  llms:
    gpt_4:
      name: gpt-4
      temperature: 0.1
    
    gpt_4o_mini:
      name: gpt-4o-mini
      temperature: 0.1

prompts:
  sentiment_classifier:
    name: sentiment_classifier
    schema: *main_schema
    default_template: |
      Classify the sentiment. Answer 'positive' or 'negative' or 'neutral'.
      Text: {{text}}

agents:
  sentiment_agent:
    name: sentiment_agent
    model: *gpt_4o_mini  # Target model
    prompt: *sentiment_classifier

optimizations:
  prompt_optimizations:
    optimize_sentiment:
      name: optimize_sentiment
      prompt: *sentiment_classifier
      agent: *sentiment_agent
      dataset_name: sentiment_migration_dataset
      
      # Optional parameters
      reflection_model: *gpt_4      # Use source model for reflection
      num_candidates: 5             # Generate 5 candidate prompts
      max_steps: 3                  # Maximum 3 optimization steps
      scorer_model: *gpt_4          # Use source model for scoring
`;
