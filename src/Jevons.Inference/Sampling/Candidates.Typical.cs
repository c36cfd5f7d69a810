namespace Jevons.Inference;

/// <content>Locally typical sampling.</content>
internal sealed partial class Candidates
{
    /// <summary>
    /// Keeps the fewest candidates whose probabilities sum to at least p, those first whose surprise -ln p(i) is nearest to the
    /// expected surprise, the entropy H; 1 keeps all (locally typical sampling, arXiv 2202.00666, section 4). As
    /// ln p(i) = l(i) / T - ln Z, the distance |-ln p(i) - H| is |l(i) - sum p(j) l(j)| / T: no logarithm is needed, and what stays
    /// is one piece of the candidates sorted by logit. It may leave out the most probable one.
    /// </summary>
    public void Typical(float p)
    {
        if (p >= 1 || Count == 1)
        {
            return;
        }

        Weigh();
        double total = Total();
        double target = p * total;
        float expected = ExpectedLogit(total);
        bool byId = _all;
        if (byId)
        {
            SelectMass(expected, target);
        }

        int right = 0;
        while (right < Count && LogitOf(_keys[right]) > expected)
        {
            right++;
        }

        // [left, right) grows by the nearer neighbour; of two as near, by the more probable one.
        int left = right;
        double sum = 0;
        do
        {
            bool takesLeft = left > 0
                && (right == Count || LogitOf(_keys[left - 1]) - expected <= expected - LogitOf(_keys[right]));
            int next = takesLeft ? --left : right++;
            sum += _weights[byId ? IdAt(next) : next];
        }
        while (sum < target && right - left < Count);
        KeepRange(left, right - left);
    }

    // Relative to the largest logit, so that the sum loses nothing to a common offset.
    private float ExpectedLogit(double total)
    {
        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            // A banned token has neither probability nor a finite logit.
            if (_weights[i] > 0)
            {
                sum += _weights[i] * ((double)LogitAt(i) - _max);
            }
        }

        return (float)(_max + (sum / total));
    }
}
