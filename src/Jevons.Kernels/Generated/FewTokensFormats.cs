using Iced.Intel;
using Jevons.Numerics;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>The block types that have kernels for few tokens; the others go through a tile. Layouts as in the packers.</summary>
internal static unsafe class FewTokensFormats
{
    private static readonly AssemblerRegisterZMM s_nibbles = zmm30;
    private static readonly AssemblerRegisterZMM s_topBits = zmm6;

    /// <summary>The most tokens that a type's kernels take at once.</summary>
    /// <param name="type">A block type.</param>
    /// <returns>0 where there are none, else 4.</returns>
    public static int MostTokens(TensorType type) =>
        type is TensorType.Q4_0 or TensorType.Q4_1 or TensorType.Q8_0 or TensorType.Q4_K or TensorType.Q6_K ? 4 : 0;

    /// <summary>Generates a kernel.</summary>
    /// <param name="type">A type that has some.</param>
    /// <param name="tokens">1 to MostTokens.</param>
    /// <returns>A function of a <see cref="FewTokensCall"/>.</returns>
    public static void* Build(TensorType type, int tokens) => type switch
    {
        TensorType.Q4_0 => FewTokensCode.Build(18, 32, tokens, Nibbles, Q4_0),
        TensorType.Q4_1 => FewTokensCode.Build(20, 32, tokens, Nibbles, Q4_1),
        TensorType.Q8_0 => FewTokensCode.Build(34, 32, tokens, code => code.Fill(zmm30, 0x8080_8080), Q8_0),
        TensorType.Q4_K => FewTokensCode.Build(144, 256, tokens, Nibbles, Q4_K),
        TensorType.Q6_K => FewTokensCode.Build(210, 256, tokens, Q6_KConstants, Q6_K),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no kernel for few tokens"),
    };

    private static void Nibbles(FewTokensCode code) => code.Fill(s_nibbles, 0x0F0F_0F0F);

    // d, then bytes j that hold elements j and j + 16; 8 was added.
    private static void Q4_0(FewTokensCode code)
    {
        code.LoadHalves(0, zmm8);
        code.LoadTransposed(2, zmm0, zmm1, zmm2, zmm3);
        code.Start(FewTokensCode.Sums, 0, QuantizedRow.NegatedSum32, 3);
        AddNibbles(code);
        code.Finish(FewTokensCode.Sums, 0, zmm8);
    }

    // d and m, then bytes as in Q4_0; an element is d q + m.
    private static void Q4_1(FewTokensCode code)
    {
        code.LoadHalves(0, zmm8);
        code.LoadHalves(2, zmm9);
        code.LoadTransposed(4, zmm0, zmm1, zmm2, zmm3);
        code.Start(FewTokensCode.Sums);
        AddNibbles(code);
        code.Finish(FewTokensCode.Sums, 0, zmm8);
        code.AddMinimum(0, zmm9);
    }

    // zmm0 to zmm3 hold the nibbles of a group: the low ones are its first half.
    private static void AddNibbles(FewTokensCode code)
    {
        Assembler c = code.Assembler;
        for (int j = 0; j < 4; j++)
        {
            AssemblerRegisterZMM word = GeneratedCode.Zmm[j];
            c.vpandd(zmm4, word, s_nibbles);
            code.Add(FewTokensCode.Sums, zmm4, 0, 4 * j);
            c.vpsrld(word, word, 4);
            c.vpandd(word, word, s_nibbles);
            code.Add(FewTokensCode.Sums, word, 0, 16 + (4 * j));
        }
    }

    // d, then 32 signed bytes; flipping the top bit adds 128.
    private static void Q8_0(FewTokensCode code)
    {
        Assembler c = code.Assembler;
        code.LoadHalves(0, zmm8);
        code.Start(FewTokensCode.Sums, 0, QuantizedRow.NegatedSum32, 7);
        for (int half = 0; half < 2; half++)
        {
            code.LoadTransposed(2 + (16 * half), zmm0, zmm1, zmm2, zmm3);
            for (int j = 0; j < 4; j++)
            {
                AssemblerRegisterZMM word = GeneratedCode.Zmm[j];
                c.vpxord(word, word, zmm30);
                code.Add(FewTokensCode.Sums, word, 0, (16 * half) + (4 * j));
            }
        }

        code.Finish(FewTokensCode.Sums, 0, zmm8);
    }

    // Words d and dmin, p0, p1, p2; then chunks of 32 nibble bytes for two groups each. zmm8 d, zmm9 dmin, zmm10-11 packed scales of
    // groups 0-3 and 4-7, zmm12-13 packed minima.
    private static void Q4_K(FewTokensCode code)
    {
        Assembler c = code.Assembler;
        code.LoadTransposed(0, zmm0, zmm1, zmm2, zmm3);
        c.vpsrld(zmm4, zmm0, 16);
        c.vpmovdw(ymm0, zmm0);
        c.vcvtph2ps(zmm8, ymm0);
        c.vpmovdw(ymm4, zmm4);
        c.vcvtph2ps(zmm9, ymm4);
        code.Fill(zmm14, 0x3F3F_3F3F);
        code.Fill(zmm15, 0x3030_3030);
        c.vpandd(zmm10, zmm1, zmm14);
        c.vpandd(zmm12, zmm2, zmm14);
        c.vpsrld(zmm1, zmm1, 2);
        c.vpandd(zmm1, zmm1, zmm15);
        c.vpandd(zmm11, zmm3, s_nibbles);
        c.vpord(zmm11, zmm11, zmm1);
        c.vpsrld(zmm2, zmm2, 2);
        c.vpandd(zmm2, zmm2, zmm15);
        c.vpsrld(zmm3, zmm3, 4);
        c.vpandd(zmm13, zmm3, s_nibbles);
        c.vpord(zmm13, zmm13, zmm2);
        code.Fill(zmm14, 0xFF);
        code.Fill(zmm15, 0x8000_0000);
        for (int chunk = 0; chunk < 4; chunk++)
        {
            int group = 2 * chunk;
            code.Start(FewTokensCode.Sums);
            code.Start(FewTokensCode.OtherSums);
            for (int half = 0; half < 2; half++)
            {
                code.LoadTransposed(16 + (32 * chunk) + (16 * half), zmm0, zmm1, zmm2, zmm3);
                for (int j = 0; j < 4; j++)
                {
                    AssemblerRegisterZMM word = GeneratedCode.Zmm[j];
                    c.vpandd(zmm4, word, s_nibbles);
                    code.Add(FewTokensCode.Sums, zmm4, group, (16 * half) + (4 * j));
                    c.vpsrld(word, word, 4);
                    c.vpandd(word, word, s_nibbles);
                    code.Add(FewTokensCode.OtherSums, word, group + 1, (16 * half) + (4 * j));
                }
            }

            FinishWithMinimum(code, FewTokensCode.Sums, group);
            FinishWithMinimum(code, FewTokensCode.OtherSums, group + 1);
        }
    }

    // scale = d sc, minimum = -(dmin m), then both fused steps.
    private static void FinishWithMinimum(FewTokensCode code, AssemblerRegisterZMM[] sums, int group)
    {
        Assembler c = code.Assembler;
        Field(c, zmm4, GeneratedCode.Zmm[10 + (group / 4)], 8 * (group % 4));
        c.vmulps(zmm4, zmm4, zmm8);
        code.Finish(sums, group, zmm4);
        Field(c, zmm5, GeneratedCode.Zmm[12 + (group / 4)], 8 * (group % 4));
        c.vmulps(zmm5, zmm5, zmm9);
        c.vpxord(zmm5, zmm5, zmm15);
        code.AddMinimum(group, zmm5);
    }

    // A byte of every word as a float; zmm14 is 0xFF in every word.
    private static void Field(Assembler c, AssemblerRegisterZMM to, AssemblerRegisterZMM packed, int shift)
    {
        if (shift == 0)
        {
            c.vpandd(to, packed, zmm14);
        }
        else
        {
            c.vpsrld(to, packed, (byte)shift);
            c.vpandd(to, to, zmm14);
        }

        c.vcvtdq2ps(to, to);
    }

    private static void Q6_KConstants(FewTokensCode code)
    {
        Nibbles(code);
        code.Fill(s_topBits, 0x3030_3030);
    }

    // 128 bytes of low nibbles, 64 of top bits, 16 signed scales, d; 32 was added. Of each 128 elements, run i of 32 takes its nibbles
    // from byte 32 (i % 2) + l, low for i < 2, and its top bits from bits 2 i of byte l. Bytes are spent in order, 16 at a time: the low
    // nibbles' group of 16 is finished at once, the sums of the high nibbles' wait until the low nibbles of all 64 are.
    private static void Q6_K(FewTokensCode code)
    {
        Assembler c = code.Assembler;
        code.LoadHalves(208, zmm8);
        code.LoadTransposed(192, zmm0, zmm1, zmm2, zmm3);
        for (int i = 0; i < 16; i++)
        {
            AssemblerRegisterZMM packed = GeneratedCode.Zmm[i / 4];
            if (i % 4 < 3)
            {
                c.vpslld(zmm4, packed, (byte)(24 - (8 * (i % 4))));
                c.vpsrad(zmm4, zmm4, 24);
            }
            else
            {
                c.vpsrad(zmm4, packed, 24);
            }

            c.vcvtdq2ps(zmm4, zmm4);
            c.vmulps(zmm4, zmm4, zmm8);
            c.vmovaps(FewTokensCode.Spare(i), zmm4);
        }

        for (int n = 0; n < 2; n++)
        {
            code.LoadTransposed(128 + (32 * n), zmm8, zmm9, zmm10, zmm11);
            code.LoadTransposed(144 + (32 * n), zmm12, zmm13, zmm14, zmm15);
            for (int i = 0; i < 4; i++)
            {
                code.LoadTransposed((64 * n) + (16 * i), zmm0, zmm1, zmm2, zmm3);
                StartSixteen(code, FewTokensCode.Sums, n, i);
                StartSixteen(code, FewTokensCode.OtherSums, n, i + 4);
                for (int j = 0; j < 4; j++)
                {
                    AssemblerRegisterZMM word = GeneratedCode.Zmm[j];
                    c.vpandd(zmm4, word, s_nibbles);
                    AddSixteen(code, FewTokensCode.Sums, n, i, j, zmm4);
                    c.vpsrld(word, word, 4);
                    c.vpandd(word, word, s_nibbles);
                    AddSixteen(code, FewTokensCode.OtherSums, n, i + 4, j, word);
                }

                FinishSixteen(code, FewTokensCode.Sums, n, i);
                code.Keep(FewTokensCode.OtherSums, 16 + (FewTokensCode.MostTokens * i));
            }

            for (int i = 0; i < 4; i++)
            {
                code.Recall(FewTokensCode.Sums, 16 + (FewTokensCode.MostTokens * i));
                FinishSixteen(code, FewTokensCode.Sums, n, i + 4);
            }
        }
    }

    // Group g of 16 of the 128 is half g % 2 of run g / 2.
    private static void StartSixteen(FewTokensCode code, AssemblerRegisterZMM[] sums, int n, int g) =>
        code.Start(sums, (4 * n) + (g / 2), QuantizedRow.NegatedSums16 + (4 * (g % 2)), 5);

    private static void AddSixteen(FewTokensCode code, AssemblerRegisterZMM[] sums, int n, int g, int j, AssemblerRegisterZMM nibbles)
    {
        Assembler c = code.Assembler;
        AssemblerRegisterZMM top = GeneratedCode.Zmm[8 + (4 * (g % 2)) + j];
        AssemblerRegisterZMM bits = top;
        switch (g / 2)
        {
            case 0:
                c.vpslld(bits = zmm5, top, 4);
                break;
            case 1:
                c.vpslld(bits = zmm5, top, 2);
                break;
            case 3:
                c.vpsrld(bits = zmm5, top, 2);
                break;
        }

        // nibbles | (bits & 0x30)
        c.vpternlogd(nibbles, bits, s_topBits, 0xF8);
        code.Add(sums, nibbles, (4 * n) + (g / 2), (16 * (g % 2)) + (4 * j));
    }

    private static void FinishSixteen(FewTokensCode code, AssemblerRegisterZMM[] sums, int n, int g)
    {
        code.Assembler.vmovaps(zmm22, FewTokensCode.Spare((8 * n) + g));
        code.Finish(sums, (4 * n) + (g / 2), zmm22);
    }
}
