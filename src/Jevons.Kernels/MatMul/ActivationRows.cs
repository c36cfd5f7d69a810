namespace Jevons.Kernels;

/// <summary>
/// Activations of a product: f32 rows and, beside them when some weight asks for it, the same rows in int8
/// (<see cref="QuantizedRow"/>) or in bfloat16. Borrows its memory.
/// </summary>
/// <param name="values">f32 rows [T, K].</param>
/// <param name="quantized">T rows of QuantizedRow.Bytes(K) bytes, or null.</param>
/// <param name="brain">T rows of K bfloat16, K even, or null.</param>
public readonly unsafe struct ActivationRows(Tensor values, byte* quantized, ushort* brain = null)
{
    /// <summary>f32 rows [T, K].</summary>
    public Tensor Values { get; } = values;

    /// <summary>int8 rows, or null.</summary>
    public byte* Quantized { get; } = quantized;

    /// <summary>bfloat16 rows, or null.</summary>
    public ushort* Brain { get; } = brain;

    /// <summary>Tokens.</summary>
    public int Count => Values.Rows;

    /// <summary>Whether a form is there.</summary>
    /// <param name="type">The form.</param>
    /// <returns>Always true for f32.</returns>
    public bool Has(ActivationType type) => type switch
    {
        ActivationType.Int8 => Quantized is not null,
        ActivationType.BFloat16 => Brain is not null,
        _ => true,
    };

    /// <summary>Rows for float weights only.</summary>
    /// <param name="values">f32 rows [T, K].</param>
    /// <returns>Activations without another form.</returns>
    public static ActivationRows Float(Tensor values) => new(values, null);

    /// <summary>Some consecutive tokens.</summary>
    /// <param name="first">First token.</param>
    /// <param name="count">Tokens.</param>
    /// <returns>A view.</returns>
    public ActivationRows RowRange(int first, int count) => new(
        Values.RowRange(first, count),
        Quantized is null ? null : Quantized + (first * QuantizedRow.Bytes(Values.Cols)),
        Brain is null ? null : Brain + ((long)first * Values.Cols));
}
