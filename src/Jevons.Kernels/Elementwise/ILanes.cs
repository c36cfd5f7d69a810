namespace Jevons.Kernels;

/// <summary>
/// Sixteen floats, the unit in which every float kernel of this folder, of attention and of routing is written. A kernel
/// is one traversal, generic over this type; an instruction set is one implementation (one 512-bit, two 256-bit or four
/// 128-bit registers, or sixteen plain floats). Every operation is one correctly rounded IEEE operation per lane, or a
/// fixed tree of them, so a kernel has the same bits on every instruction set.
/// </summary>
/// <remarks>
/// Pointers of the load and store operations must be valid for sixteen elements; <see cref="LaneTail"/> serves the rest.
/// The members named Bits see the lanes as 32-bit integers.
/// </remarks>
/// <typeparam name="T">The implementing type.</typeparam>
internal unsafe interface ILanes<T>
    where T : unmanaged, ILanes<T>
{
    /// <summary>True when sixteen lanes are one register, so that a kernel may keep sixteen accumulators of them.</summary>
    static abstract bool IsWide { get; }

    /// <summary>All lanes +0.</summary>
    static abstract T Zero { get; }

    /// <summary>All lanes one value.</summary>
    static abstract T Create(float value);

    /// <summary>All lanes one bit pattern.</summary>
    static abstract T CreateBits(int value);

    /// <summary>Sixteen consecutive floats.</summary>
    static abstract T Load(float* source);

    /// <summary>Writes sixteen consecutive floats.</summary>
    static abstract void Store(float* destination, T value);

    /// <summary>Sixteen 16-bit patterns, zero-extended to 32 bits.</summary>
    static abstract T LoadUInt16Bits(ushort* source);

    /// <summary>The lower 16 bits of every lane.</summary>
    static abstract void StoreUInt16Bits(ushort* destination, T value);

    /// <summary>Sixteen signed bytes as floats.</summary>
    static abstract T LoadInt8(sbyte* source);

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract T operator *(T left, T right);

    static abstract T operator /(T left, T right);

    /// <summary>The square root, correctly rounded; NaN below 0.</summary>
    static abstract T Sqrt(T value);

    /// <summary>a * b + c with one rounding.</summary>
    static abstract T FusedMultiplyAdd(T a, T b, T c);

    /// <summary>Per lane: b &gt; a ? b : a. A NaN in b is ignored, a NaN in a stays.</summary>
    static abstract T Max(T a, T b);

    /// <summary>All bits of a lane set where left &gt; right, else clear; false for NaN.</summary>
    static abstract T GreaterThan(T left, T right);

    /// <summary>All bits of a lane set where left &gt; right as signed integers, else clear.</summary>
    static abstract T GreaterThanBits(T left, T right);

    /// <summary>Per bit: mask ? whenTrue : whenFalse.</summary>
    static abstract T Select(T mask, T whenTrue, T whenFalse);

    static abstract T AndBits(T left, T right);

    static abstract T OrBits(T left, T right);

    static abstract T AddBits(T left, T right);

    static abstract T SubtractBits(T left, T right);

    static abstract T ShiftLeftBits(T value, int count);

    static abstract T ShiftRightLogicalBits(T value, int count);

    static abstract T ShiftRightArithmeticBits(T value, int count);

    /// <summary>Floats that hold integers, as integers; undefined for anything else.</summary>
    static abstract T ToInt32Bits(T value);

    /// <summary>Exchanges the lanes of each pair (2i, 2i+1).</summary>
    static abstract T SwapPairs(T value);

    /// <summary>
    /// Sum by the fixed tree: lane i + lane i+8 for the lower 8, then i + i+4, then i + i+2, then 0 + 1.
    /// </summary>
    static abstract float Sum(T value);

    /// <summary>Maximum by the tree of <see cref="Sum"/>; no lane may be NaN.</summary>
    static abstract float Maximum(T value);
}
