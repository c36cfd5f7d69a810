namespace Jevons.Training;

/// <summary>The factor of every token's term in the loss: how a batch's tokens are averaged.</summary>
internal static class PolicyAverage
{
    /// <summary>The factor of the tokens of a completion.</summary>
    /// <param name="batch">The batch.</param>
    /// <param name="options">The loss's settings.</param>
    /// <param name="counted">Tokens of the completion that count.</param>
    /// <param name="total">Tokens of the batch that count.</param>
    /// <returns>The factor.</returns>
    public static double Factor(PolicyBatch batch, PolicyOptions options, int counted, int total)
    {
        double sequences = batch.Lengths.Count;
        double divisor = options.LossType switch
        {
            PolicyLossType.Grpo or PolicyLossType.Sapo or PolicyLossType.Gmpo => sequences * Math.Max(1, counted),
            PolicyLossType.Bnpo => Math.Max(1, total),
            PolicyLossType.DrGrpo => sequences * options.MaxCompletionLength,
            PolicyLossType.Luspo => sequences,
            PolicyLossType.Dapo or PolicyLossType.Cispo or PolicyLossType.Vespo =>
                (batch.StepTokens ?? Math.Max(1, total)) / options.StepsPerGeneration,
            _ => throw new ArgumentOutOfRangeException(nameof(options), options.LossType, "no such loss_type"),
        };
        return 1 / (divisor * options.GradientAccumulationSteps);
    }
}
