namespace Jevons.Benchmarks;

/// <summary>
/// Parameters that llama.cpp hands out and takes by value, seen as bytes. Its structs are longer than 16 bytes, so the System V
/// x86-64 convention returns them through a hidden pointer and passes them as a copy on the stack, of which the callee reads
/// as much as it knows: any block that is at least as long will do.
/// </summary>
internal unsafe struct ParameterBlock
{
    /// <summary>Bytes of a block, more than any version's parameters.</summary>
    public const int Size = 512;

    private fixed byte _bytes[Size];

    /// <summary>Reads a number.</summary>
    /// <param name="offset">Its place in bytes.</param>
    public readonly T Read<T>(int offset)
        where T : unmanaged
    {
        fixed (byte* p = _bytes)
        {
            return *(T*)(p + offset);
        }
    }

    /// <summary>Writes a number.</summary>
    /// <param name="offset">Its place in bytes.</param>
    /// <param name="value">The number.</param>
    public void Write<T>(int offset, T value)
        where T : unmanaged
    {
        fixed (byte* p = _bytes)
        {
            *(T*)(p + offset) = value;
        }
    }
}
