namespace Jevons.Training;

/// <summary>
/// 0 up to L_max - L_cache tokens, then falling in a straight line to -1 at L_max, -1 beyond (DAPO, arXiv 2503.14476, eq. 13).
/// </summary>
public sealed class SoftOverlongPenalty : IReward
{
    private readonly int _maxLength;
    private readonly int _cache;

    /// <summary>Sets the lengths.</summary>
    /// <param name="maxLength">L_max: tokens from which on the penalty is whole.</param>
    /// <param name="cache">L_cache: tokens over which it grows.</param>
    public SoftOverlongPenalty(int maxLength, int cache)
    {
        if (cache < 1 || maxLength < cache)
        {
            throw new ArgumentException($"a penalty that grows over {cache} tokens up to {maxLength}, expected at least 1 and at most as many as the length");
        }

        _maxLength = maxLength;
        _cache = cache;
    }

    /// <inheritdoc/>
    public string Name => "soft_overlong_punishment";

    /// <inheritdoc/>
    public double? Score(RewardSample sample, CancellationToken cancellationToken)
    {
        int over = sample.Tokens.Count - (_maxLength - _cache);
        return over <= 0 ? 0 : over <= _cache ? -(double)over / _cache : -1;
    }
}
