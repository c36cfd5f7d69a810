using Jevons.Kernels;
using Jevons.Numerics;

namespace Jevons.Inference;

/// <summary>
/// The tokens that may still be chosen, and the steps that narrow them. It starts as the whole vocabulary, unsorted; the
/// first selecting step leaves few, sorted by logit (ties: lower id first). No step sorts the vocabulary: top-k keeps a
/// heap, top-p and typical find their cut through a histogram. Allocates once; not thread-safe; shared by all sequences of
/// a loop.
/// </summary>
internal sealed partial class Candidates
{
    // A histogram of distances from one logit; everything beyond its range shares the last bucket.
    private const int Buckets = 640;
    private const int BucketsPerUnit = 16;

    private readonly KernelContext _context;
    private readonly float[] _logits;
    private readonly float[] _weights;
    private readonly double[] _mass = new double[Buckets];
    private readonly ulong[] _keys;
    private float _max;
    private float _temperature;
    private bool _all;

    public Candidates(int vocabSize, KernelContext context)
    {
        _context = context;
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(vocabSize);
        _logits = new float[vocabSize];
        _weights = new float[vocabSize];
        _keys = new ulong[vocabSize];
    }

    /// <summary>Tokens left.</summary>
    public int Count { get; private set; }

    /// <summary>The logits that processors edit, between <see cref="Load"/> and <see cref="Begin"/>.</summary>
    public Span<float> Logits => _logits;

    /// <summary>Copies the model's logits, which stay as they are.</summary>
    public void Load(ReadOnlySpan<float> logits) => logits.CopyTo(_logits);

    /// <summary>Makes the whole vocabulary the candidates.</summary>
    public void Begin()
    {
        _max = _logits[Greedy.Choose(_logits)];
        if (float.IsPositiveInfinity(_max))
        {
            throw new ArithmeticException("a logit is infinite");
        }

        _temperature = 1;
        _all = true;
        Count = _logits.Length;
    }

    /// <summary>Keeps the k largest logits; 0 keeps all.</summary>
    public void TopK(int k)
    {
        if (k <= 0 || k >= Count)
        {
            return;
        }

        if (_all)
        {
            SelectTop(k);
        }

        Count = k;
    }

    /// <summary>Keeps the fewest candidates, most probable first, whose probabilities sum to at least p; never none.</summary>
    public void TopP(float p)
    {
        if (p >= 1)
        {
            return;
        }

        Weigh();
        double target = p * Total();
        bool byId = _all;
        if (byId)
        {
            SelectMass(_max, target);
        }

        double sum = 0;
        for (int i = 0; i < Count; i++)
        {
            sum += _weights[byId ? IdAt(i) : i];
            if (sum >= target)
            {
                Count = i + 1;
                return;
            }
        }
    }

    /// <summary>Keeps candidates with at least p times the largest probability: logit &gt;= max + ln p.</summary>
    public void MinP(float p)
    {
        if (p > 0)
        {
            KeepAbove(_max + MathF.Log(p));
        }
    }

    /// <summary>Divides the logits; 0 keeps the first candidate only.</summary>
    public void Temperature(float temperature)
    {
        if (temperature > 0)
        {
            _temperature = temperature;
            return;
        }

        if (_all)
        {
            _keys[0] = Key(_max, Greedy.Choose(_logits));
            _all = false;
        }

        Count = 1;
    }

    /// <summary>Draws a candidate with one number of the generator.</summary>
    public int Draw(SeededRandom random)
    {
        Weigh();
        double target = random.NextDouble() * Total();
        double sum = 0;
        int last = 0;
        for (int i = 0; i < Count; i++)
        {
            if (_weights[i] > 0)
            {
                sum += _weights[i];
                last = i;
                if (sum > target)
                {
                    break;
                }
            }
        }

        return IdAt(last);
    }

    /// <summary>The candidates and their probabilities, for tests and reports.</summary>
    public (int Token, double Probability)[] ToArray()
    {
        (int, double)[] result = new (int, double)[Count];
        Weigh();
        double total = Total();
        for (int i = 0; i < Count; i++)
        {
            result[i] = (IdAt(i), _weights[i] / total);
        }

        return result;
    }

    // Keys order candidates: ascending keys = descending logits, then ascending ids. The upper half is the logit's bits,
    // mapped to an ascending unsigned order and complemented; the lower half is the id.
    private static ulong Key(float logit, int id)
    {
        uint bits = BitConverter.SingleToUInt32Bits(logit);
        uint ascending = (bits & 0x80000000u) != 0 ? ~bits : bits | 0x80000000u;
        return ((ulong)~ascending << 32) | (uint)id;
    }

    private static float LogitOf(ulong key)
    {
        uint ascending = ~(uint)(key >> 32);
        return BitConverter.UInt32BitsToSingle((ascending & 0x80000000u) != 0 ? ascending & 0x7FFFFFFFu : ~ascending);
    }

    private float LogitAt(int index) => _all ? _logits[index] : LogitOf(_keys[index]);

    private int IdAt(int index) => _all ? index : (int)(uint)_keys[index];

    // Probabilities of the candidates, in their order, up to the rounding of each.
    private void Weigh()
    {
        Span<float> weights = _weights.AsSpan(0, Count);
        if (_all && _temperature == 1)
        {
            Softmax.Row(_logits, weights, _context);
        }
        else
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] = (LogitAt(i) - _max) / _temperature;
            }

            Softmax.Row(weights, weights, _context);
        }

        if (float.IsNaN(weights[0]))
        {
            throw new ArithmeticException("the logits hold values that are no numbers");
        }
    }

    private double Total()
    {
        double total = 0;
        foreach (float weight in _weights.AsSpan(0, Count))
        {
            total += weight;
        }

        return total;
    }

    // A heap of the k best seen, the worst of them on top.
    private void SelectTop(int k)
    {
        Span<ulong> heap = _keys.AsSpan(0, k);
        for (int i = 0; i < k; i++)
        {
            heap[i] = Key(float.IsNaN(_logits[i]) ? float.NegativeInfinity : _logits[i], i);
        }

        for (int i = (k / 2) - 1; i >= 0; i--)
        {
            SiftDown(heap, i);
        }

        float worst = LogitOf(heap[0]);
        for (int i = k; i < _logits.Length; i++)
        {
            // A tie loses against the lower ids that came before; NaN compares false.
            if (_logits[i] > worst)
            {
                heap[0] = Key(_logits[i], i);
                SiftDown(heap, 0);
                worst = LogitOf(heap[0]);
            }
        }

        heap.Sort();
        _all = false;
    }

    private static void SiftDown(Span<ulong> heap, int index)
    {
        ulong value = heap[index];
        int child;
        while ((child = (2 * index) + 1) < heap.Length)
        {
            if (child + 1 < heap.Length && heap[child + 1] > heap[child])
            {
                child++;
            }

            if (heap[child] <= value)
            {
                break;
            }

            heap[index] = heap[child];
            index = child;
        }

        heap[index] = value;
    }

    // One pass sums the probabilities per bucket of distance from a logit; a second collects the nearest buckets that hold the
    // target, sorted.
    private void SelectMass(float centre, double target)
    {
        Span<double> mass = _mass;
        mass.Clear();
        for (int i = 0; i < _logits.Length; i++)
        {
            mass[Bucket(_logits[i], centre)] += _weights[i];
        }

        // The margin covers the different order in which the exact walk sums.
        target *= 1 + 1e-6;
        double sum = mass[0];
        int last = 0;
        while (sum < target && last < Buckets - 1)
        {
            sum += mass[++last];
        }

        int count = 0;
        for (int i = 0; i < _logits.Length; i++)
        {
            if (Bucket(_logits[i], centre) <= last)
            {
                _keys[count++] = Key(_logits[i], i);
            }
        }

        Sort(count);
    }

    private static int Bucket(float logit, float centre) => (int)Math.Min(MathF.Abs(centre - logit) * BucketsPerUnit, Buckets - 1);

    // The bound is at most the largest logit, so one candidate stays at least.
    private void KeepAbove(double least)
    {
        int count = 0;
        if (!_all)
        {
            while (count < Count && (count == 0 || LogitOf(_keys[count]) >= least))
            {
                count++;
            }

            Count = count;
            return;
        }

        for (int i = 0; i < _logits.Length; i++)
        {
            if (_logits[i] >= least)
            {
                _keys[count++] = Key(_logits[i], i);
            }
        }

        Sort(count);
    }

    // Leaves the candidates whose keys have been collected.
    private void Sort(int count)
    {
        _keys.AsSpan(0, count).Sort();
        _all = false;
        Count = count;
    }

    // Leaves a piece of the sorted candidates.
    private void KeepRange(int first, int count)
    {
        _keys.AsSpan(first, count).CopyTo(_keys);
        Count = count;
        _max = LogitOf(_keys[0]);
    }
}
