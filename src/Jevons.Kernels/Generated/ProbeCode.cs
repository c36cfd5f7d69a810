using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>Loops in registers that show what a generated instruction reaches at most: 12 chains that do not wait for each other.</summary>
internal static unsafe class ProbeCode
{
    /// <summary>Instructions of a call.</summary>
    public const int Instructions = Chains * Rounds;

    private const int Chains = 12;
    private const int Rounds = 1 << 14;

    /// <summary>vpdpbusd zmm: 64 multiply-adds of bytes.</summary>
    public static readonly delegate* unmanaged<void*, void> Int8 = (delegate* unmanaged<void*, void>)Build((c, s) => c.vpdpbusd(s, zmm30, zmm31));

    private static void* Build(Action<Assembler, AssemblerRegisterZMM> instruction) => GeneratedCode.Build(c =>
    {
        c.vpxord(zmm30, zmm30, zmm30);
        c.vpxord(zmm31, zmm31, zmm31);
        for (int i = 0; i < Chains; i++)
        {
            c.vpxord(GeneratedCode.Zmm[i], GeneratedCode.Zmm[i], GeneratedCode.Zmm[i]);
        }

        c.mov(rax, Rounds);
        Label loop = c.CreateLabel();
        c.Label(ref loop);
        for (int i = 0; i < Chains; i++)
        {
            instruction(c, GeneratedCode.Zmm[i]);
        }

        c.dec(rax);
        c.jnz(loop);
    });
}
