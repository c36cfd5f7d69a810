namespace Jevons.Inference;

/// <content>Top-n-sigma.</content>
internal sealed partial class Candidates
{
    /// <summary>
    /// Keeps candidates whose logit is at most n standard deviations of all logits below the largest; 0 keeps all (top-n-sigma,
    /// arXiv 2411.07641). The deviation is that of the population, as they stand; banned tokens do not count. A temperature
    /// scales both sides, so it changes nothing. Two passes over the candidates, summed in double.
    /// </summary>
    public void TopNSigma(float n)
    {
        if (n <= 0 || Count == 1)
        {
            return;
        }

        double sum = 0;
        int finite = 0;
        for (int i = 0; i < Count; i++)
        {
            if (float.IsFinite(LogitAt(i)))
            {
                sum += LogitAt(i);
                finite++;
            }
        }

        double mean = sum / finite;
        double squares = 0;
        for (int i = 0; i < Count; i++)
        {
            double deviation = LogitAt(i) - mean;
            squares += double.IsFinite(deviation) ? deviation * deviation : 0;
        }

        KeepAbove(_max - (n * Math.Sqrt(squares / finite)));
    }
}
