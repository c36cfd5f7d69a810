namespace Jevons.Training;

/// <summary>Advantages of a batch of completions.</summary>
/// <param name="Advantages">One a completion; 0 where no reward applied.</param>
/// <param name="Rewards">Weighted sum of each completion's rewards; null where none applied.</param>
/// <param name="ZeroSpreadShare">
/// Share of completions whose group (or batch, by the scale) has no spread in its rewards (TRL: frac_reward_zero_std).
/// </param>
public sealed record AdvantageResult(double[] Advantages, double?[] Rewards, double ZeroSpreadShare);
