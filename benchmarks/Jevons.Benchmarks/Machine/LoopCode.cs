using System.Runtime.InteropServices;

namespace Jevons.Benchmarks;

/// <summary>
/// A loop of sixteen independent instructions on 512-bit registers, as machine code: .NET names neither vpdpbusd nor vdpbf16ps
/// at this width, and the peak of a unit is what such a loop reaches. Written to memory first, then made executable.
/// </summary>
internal sealed unsafe class LoopCode : IDisposable
{
    private const int Bytes = 4096;
    private const int Sums = 16;

    private readonly byte* _code;

    /// <summary>Assembles <c>op zmm0..15, zmm30, zmm31</c> in a loop.</summary>
    /// <param name="prefix">1 for 66, 2 for F3: the pp bits.</param>
    /// <param name="opcode">The opcode in map 0F38, W = 0.</param>
    public LoopCode(int prefix, byte opcode)
    {
        List<byte> code = [];
        for (int register = 0; register < 32; register++)
        {
            code.AddRange(Evex(map: 1, prefix: 1, 0xEF, register, register, register));
        }

        int top = code.Count;
        for (int register = 0; register < Sums; register++)
        {
            code.AddRange(Evex(map: 2, prefix, opcode, register, 30, 31));
        }

        // dec rdi; jnz top; vzeroupper; ret
        code.AddRange([0x48, 0xFF, 0xCF, 0x0F, 0x85]);
        code.AddRange(BitConverter.GetBytes(top - (code.Count + sizeof(int))));
        code.AddRange([0xC5, 0xF8, 0x77, 0xC3]);
        _code = NativeMethods.Map(null, Bytes, NativeMethods.Read | NativeMethods.Write, NativeMethods.PrivateAnonymous, -1, 0);
        if ((nint)_code == -1)
        {
            throw new InvalidOperationException("the system gives no page for generated code");
        }

        CollectionsMarshal.AsSpan(code).CopyTo(new Span<byte>(_code, Bytes));
        if (NativeMethods.Protect(_code, Bytes, NativeMethods.Read | NativeMethods.Execute) != 0)
        {
            throw new InvalidOperationException("the system does not let generated code run");
        }
    }

    /// <summary>Instructions of one turn.</summary>
    public static int Instructions => Sums;

    /// <summary>Runs the loop on the calling thread.</summary>
    /// <param name="turns">How often; at least once.</param>
    public void Run(long turns) => ((delegate* unmanaged<long, void>)_code)(turns);

    /// <inheritdoc/>
    public void Dispose() => _ = NativeMethods.Unmap(_code, Bytes);

    // EVEX.512: the high bits of the three registers are stored inverted (R and R' of the target, X and B of the second source,
    // V' of the first).
    private static byte[] Evex(int map, int prefix, byte opcode, int target, int first, int second) =>
    [
        0x62,
        (byte)(((~target >> 3 & 1) << 7) | ((~second >> 4 & 1) << 6) | ((~second >> 3 & 1) << 5) | ((~target >> 4 & 1) << 4) | map),
        (byte)(((~first & 15) << 3) | 4 | prefix),
        (byte)(0x40 | ((~first >> 4 & 1) << 3)),
        opcode,
        (byte)(0xC0 | ((target & 7) << 3) | (second & 7)),
    ];
}
