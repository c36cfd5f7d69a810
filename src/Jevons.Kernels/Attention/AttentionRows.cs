namespace Jevons.Kernels;

/// <summary>
/// The query rows of one unit of attention and their running results. Rows are ordered by token, then head, so positions
/// ascend; row r belongs to position FirstPosition + r / Heads.
/// </summary>
internal unsafe struct AttentionRows
{
    /// <summary>Rows: tokens times heads.</summary>
    public int Count;

    /// <summary>Rows of one token.</summary>
    public int Heads;

    /// <summary>Position of the first token.</summary>
    public int FirstPosition;

    /// <summary>First query part of every row, FirstDim elements; multiplies the first rows of the transposed keys.</summary>
    public float** First;

    /// <summary>Second query part of every row, SecondDim elements, or unused.</summary>
    public float** Second;

    /// <summary>Dimensions of the first part.</summary>
    public int FirstDim;

    /// <summary>Dimensions of the second part; 0 when there is none.</summary>
    public int SecondDim;

    /// <summary>Factor of the scores.</summary>
    public float Scale;

    /// <summary>Elements of an accumulated value, a multiple of 16.</summary>
    public int ValueStride;

    /// <summary>Scores and then probabilities of four rows [4, 64].</summary>
    public float* Scores;

    /// <summary>Position of a row's token.</summary>
    public readonly int PositionOf(int row) => FirstPosition + (row / Heads);
}
