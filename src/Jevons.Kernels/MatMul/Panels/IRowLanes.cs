namespace Jevons.Kernels.Products;

/// <summary>
/// One vector register whose 32-bit lanes are rows of a panel: lane l holds 4 consecutive bytes, one integer, or one float of
/// row l. Packers and panel kernels are written once against it; the implementation is the instruction set.
/// </summary>
/// <typeparam name="V">The register.</typeparam>
internal unsafe interface IRowLanes<V>
    where V : struct
{
    /// <summary>Rows in a register: 16, 8 or 4.</summary>
    static abstract int Count { get; }

    /// <summary>Loads a register; any alignment.</summary>
    static abstract V Load(void* p);

    /// <summary>Stores a register; any alignment.</summary>
    static abstract void Store(V value, void* p);

    /// <summary>The same 4 bytes in every lane.</summary>
    static abstract V Fill(uint value);

    /// <summary>The same 4 bytes, read from memory, in every lane.</summary>
    static abstract V FillFrom(void* p);

    /// <summary>
    /// Reads 16 bytes of each of Count rows and turns them: result i holds bytes 4 i to 4 i + 3 of row l in lane l.
    /// </summary>
    /// <param name="p">First byte of row 0.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    /// <param name="d0">Bytes 0 to 3.</param>
    /// <param name="d1">Bytes 4 to 7.</param>
    /// <param name="d2">Bytes 8 to 11.</param>
    /// <param name="d3">Bytes 12 to 15.</param>
    static abstract void LoadTransposed(byte* p, long stride, out V d0, out V d1, out V d2, out V d3);

    /// <summary>Two bytes of each of Count rows, in the low half of the lanes.</summary>
    /// <param name="p">The field of row 0.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    static abstract V LoadHalves(byte* p, long stride);

    /// <summary>Four bytes of each of Count rows.</summary>
    /// <param name="p">The field of row 0.</param>
    /// <param name="stride">Bytes from one row to the next.</param>
    static abstract V LoadWords(byte* p, long stride);

    /// <summary>a AND b.</summary>
    static abstract V And(V a, V b);

    /// <summary>a OR b.</summary>
    static abstract V Or(V a, V b);

    /// <summary>a XOR b.</summary>
    static abstract V Xor(V a, V b);

    /// <summary>Every 32-bit lane to the left.</summary>
    static abstract V ShiftLeft(V a, int count);

    /// <summary>Every 32-bit lane to the right, zeros move in.</summary>
    static abstract V ShiftRight(V a, int count);

    /// <summary>Every 32-bit lane to the right, copies of the sign move in.</summary>
    static abstract V ShiftRightArithmetic(V a, int count);

    /// <summary>32-bit sums.</summary>
    static abstract V Add32(V a, V b);

    /// <summary>32-bit differences.</summary>
    static abstract V Subtract32(V a, V b);

    /// <summary>Differences of bytes, modulo 256.</summary>
    static abstract V Subtract8(V a, V b);

    /// <summary>The low 32 bits of the products.</summary>
    static abstract V Multiply32(V a, V b);

    /// <summary>Each byte, 0..15, replaced by that entry of the table.</summary>
    /// <param name="table">16 entries.</param>
    /// <param name="indices">Bytes below 16.</param>
    static abstract V Lookup(byte* table, V indices);

    /// <summary>Signed integers to floats, exact below 2^24.</summary>
    static abstract V ToFloat(V integers);

    /// <summary>Halves in the low 16 bits of the lanes (the high 16 are 0) to floats, exactly.</summary>
    static abstract V WidenHalf(V halves);

    /// <summary>Rounded products of floats.</summary>
    static abstract V MultiplyFloat(V a, V b);

    /// <summary>Rounded sums of floats.</summary>
    static abstract V AddFloat(V a, V b);

    /// <summary>a * b + c, rounded once.</summary>
    static abstract V MultiplyAddFloat(V a, V b, V c);
}
