namespace Jevons.Kernels;

/// <summary>
/// Activations of a product: f32 rows and, beside them when some weight asks for it, the same rows in int8
/// (<see cref="QuantizedRow"/>). Borrows its memory.
/// </summary>
/// <param name="values">f32 rows [T, K].</param>
/// <param name="quantized">T rows of QuantizedRow.Bytes(K) bytes, or null.</param>
public readonly unsafe struct ActivationRows(Tensor values, byte* quantized)
{
    /// <summary>f32 rows [T, K].</summary>
    public Tensor Values { get; } = values;

    /// <summary>int8 rows, or null.</summary>
    public byte* Quantized { get; } = quantized;

    /// <summary>Tokens.</summary>
    public int Count => Values.Rows;

    /// <summary>Rows for float weights only.</summary>
    /// <param name="values">f32 rows [T, K].</param>
    /// <returns>Activations without an int8 form.</returns>
    public static ActivationRows Float(Tensor values) => new(values, null);

    /// <summary>Some consecutive tokens.</summary>
    /// <param name="first">First token.</param>
    /// <param name="count">Tokens.</param>
    /// <returns>A view.</returns>
    public ActivationRows RowRange(int first, int count) => new(
        Values.RowRange(first, count),
        Quantized is null ? null : Quantized + (first * QuantizedRow.Bytes(Values.Cols)));
}
