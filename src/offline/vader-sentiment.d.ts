declare module "vader-sentiment" {
  /** VADER, Hutto & Gilbert, ICWSM 2014. */
  const vader: {
    readonly SentimentIntensityAnalyzer: {
      polarity_scores(text: string): {
        readonly compound: number;
        readonly pos: number;
        readonly neu: number;
        readonly neg: number;
      };
    };
  };
  export = vader;
}
