using Jevons.Numerics;

namespace Jevons.Inference;

/// <content>XTC.</content>
internal sealed partial class Candidates
{
    /// <summary>
    /// Excludes top choices: with the given chance, removes every candidate of at least the threshold's probability except the
    /// least probable of these (XTC, as llama.cpp defines it). Off, without a number of the generator, at probability 0 and above
    /// a threshold of 0.5, which no two candidates reach; takes one number otherwise, whatever the candidates are.
    /// </summary>
    public void Xtc(float probability, float threshold, SeededRandom random)
    {
        if (probability <= 0 || threshold > 0.5f || random.NextDouble() >= probability)
        {
            return;
        }

        Weigh();
        double least = threshold * Total();
        if (_all)
        {
            BanAllButLeast(least);
            return;
        }

        int above = 0;
        while (above < Count && _weights[above] >= least)
        {
            above++;
        }

        if (above > 1)
        {
            KeepRange(above - 1, Count - above + 1);
        }
    }

    // Few tokens of the vocabulary go, so they are banned where they are instead of sorting those that stay.
    private void BanAllButLeast(double least)
    {
        ulong last = 0;
        int above = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_weights[i] >= least)
            {
                last = Math.Max(last, Key(_logits[i], i));
                above++;
            }
        }

        if (above < 2)
        {
            return;
        }

        for (int i = 0; i < Count; i++)
        {
            if (_weights[i] >= least && i != (int)(uint)last)
            {
                _logits[i] = float.NegativeInfinity;
            }
        }

        _max = LogitOf(last);
    }
}
