namespace Jevons.Training;

/// <summary>Collects what is reported of a policy loss, under TRL's names.</summary>
internal sealed class PolicyMetrics
{
    private readonly PolicyBatch _batch;
    private readonly PolicyOptions _options;
    private readonly List<(double Low, double High)> _shares = [];
    private (int Low, int High) _completion;
    private (int Low, int High) _all;
    private double _kl;
    private double _entropy;
    private double _phi;
    private double? _policyLoss;
    private double _lowestLow = double.PositiveInfinity;
    private double _highestHigh = double.NegativeInfinity;

    public PolicyMetrics(PolicyBatch batch, PolicyOptions options)
    {
        _batch = batch;
        _options = options;
        for (int t = 0; t < batch.Tokens; t++)
        {
            Counted += batch.Counts(t) ? 1 : 0;
        }
    }

    /// <summary>Tokens that count.</summary>
    public int Counted { get; }

    public void Token(int t, in PolicyTerm term, double kl)
    {
        _completion.Low += term.IsClippedLow ? 1 : 0;
        _completion.High += term.IsClippedHigh ? 1 : 0;
        _kl += kl;
        _entropy += _batch.Entropies is null ? 0 : _batch.Entropies[t];
    }

    public void Completion(int counted, double phi)
    {
        double tokens = Math.Max(1, counted);
        _shares.Add((_completion.Low / tokens, _completion.High / tokens));
        if (counted > 0)
        {
            _lowestLow = Math.Min(_lowestLow, _completion.Low / tokens);
            _highestHigh = Math.Max(_highestHigh, _completion.High / tokens);
        }

        _all = (_all.Low + _completion.Low, _all.High + _completion.High);
        _completion = default;
        _phi += phi;
    }

    public void PolicyLoss(double loss) => _policyLoss = loss;

    public Dictionary<string, double> ToDictionary()
    {
        Dictionary<string, double> metrics = new(StringComparer.Ordinal);
        double tokens = Math.Max(1, Counted);
        if (_batch.Entropies is not null)
        {
            metrics["entropy"] = _entropy / tokens;
        }

        if (_options.Beta != 0)
        {
            metrics["kl"] = _kl / tokens;
        }

        // A sequence's ratio is clipped or not for all of its tokens: sequences are averaged then, else tokens.
        bool sequences = _options.Level == ImportanceLevel.Sequence;
        double low = sequences ? _shares.Average(s => s.Low) : _all.Low / tokens;
        double high = sequences ? _shares.Average(s => s.High) : _all.High / tokens;
        switch (_options.LossType)
        {
            case PolicyLossType.Cispo:
                metrics["cispo_clip_ratio"] = high;
                break;
            case PolicyLossType.Vespo:
                metrics["vespo/phi_seq_mean"] = _phi / _batch.Lengths.Count;
                break;
            case PolicyLossType.Sapo:
                break;
            default:
                metrics["clip_ratio/low_mean"] = low;
                metrics["clip_ratio/low_min"] = Counted > 0 ? _lowestLow : 0;
                metrics["clip_ratio/high_mean"] = high;
                metrics["clip_ratio/high_max"] = Counted > 0 ? _highestHigh : 0;
                metrics["clip_ratio/region_mean"] = low + high;
                break;
        }

        if (_policyLoss is not null)
        {
            metrics["policy_loss"] = _policyLoss.Value;
            metrics["entropy_coef"] = _options.EntropyCoef;
        }

        return metrics;
    }
}
