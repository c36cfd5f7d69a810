namespace Jevons.Models;

/// <summary>The experts chosen for every row of a batch and their weights.</summary>
public sealed class Routing
{
    private int[] _experts = [];
    private float[] _weights = [];
    private int _count;

    /// <summary>Experts a row.</summary>
    public int TopK { get; private set; }

    /// <summary>Expert ids [T, TopK], ascending in a row.</summary>
    public Span<int> Experts => _experts.AsSpan(0, _count);

    /// <summary>Weights [T, TopK], in the order of <see cref="Experts"/>.</summary>
    public Span<float> Weights => _weights.AsSpan(0, _count);

    /// <summary>Sets the shape; the content becomes undefined. Allocates only when larger than ever before.</summary>
    /// <param name="rows">Rows.</param>
    /// <param name="topK">Experts a row.</param>
    public void Resize(int rows, int topK)
    {
        TopK = topK;
        _count = checked(rows * topK);
        if (_count > _experts.Length)
        {
            _experts = new int[_count];
            _weights = new float[_count];
        }
    }
}
