namespace Jevons.Training;

/// <summary>
/// Judges a completion; the reward of reinforcement learning. User code implements it for its own tasks. Implementations must
/// be thread-safe: completions may be judged side by side.
/// </summary>
public interface IReward
{
    /// <summary>Name in logs and settings.</summary>
    string Name { get; }

    /// <summary>The reward of a completion.</summary>
    /// <param name="sample">The completion and what it answers.</param>
    /// <param name="cancellationToken">Fires when the time for judging is over.</param>
    /// <returns>The reward; null where this one does not apply, which leaves the completion out of its statistics.</returns>
    double? Score(RewardSample sample, CancellationToken cancellationToken);
}
