using Iced.Intel;
using Jevons.Kernels.Quantization;
using Jevons.Numerics;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// The block types that have kernels for few tokens of f32; rows of the others are widened. Layouts as in the decoders. Types of four and
/// five bits turn a group's scale and minimum into the 16 or 32 weights that it can hold and look them up, which is fewer steps than
/// scaling each, with the same bits.
/// </summary>
internal static unsafe class ExactRowsFormats
{
    // The stored integers 0 to 15 of a type, and 16 to 31 where it has them, as floats.
    private static readonly AssemblerRegisterZMM s_lowLevels = zmm8;
    private static readonly AssemblerRegisterZMM s_highLevels = zmm9;

    // How far the fifth bits of the two halves of a block of 32 turn to bit 4.
    private static readonly AssemblerRegisterZMM s_firstBits = zmm10;
    private static readonly AssemblerRegisterZMM s_secondBits = zmm11;

    // How a header of Q4_K and Q5_K becomes eight scales and eight minima.
    private static readonly AssemblerRegisterZMM s_fields = zmm10;
    private static readonly AssemblerRegisterZMM s_topFields = zmm11;
    private static readonly AssemblerRegisterZMM s_fieldShifts = zmm12;
    private static readonly AssemblerRegisterZMM s_fieldMasks = zmm13;
    private static readonly AssemblerRegisterZMM s_topMask = zmm14;
    private static readonly AssemblerRegisterZMM s_halfShifts = zmm15;
    private static readonly AssemblerRegisterZMM s_nibble = zmm6;

    private static ReadOnlySpan<sbyte> FromZero => [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15];

    private static ReadOnlySpan<sbyte> FromSixteen => [16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31];

    private static ReadOnlySpan<sbyte> FromMinusEight => [-8, -7, -6, -5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7];

    private static ReadOnlySpan<sbyte> FromMinusSixteen => [-16, -15, -14, -13, -12, -11, -10, -9, -8, -7, -6, -5, -4, -3, -2, -1];

    /// <summary>Whether a type has kernels.</summary>
    /// <param name="type">A block type.</param>
    /// <returns>False where rows are widened.</returns>
    public static bool Has(TensorType type) => type is TensorType.Q8_0 or TensorType.Q6_K or TensorType.Q4_0 or TensorType.Q4_1
        or TensorType.Q5_0 or TensorType.Q5_1 or TensorType.IQ4_NL or TensorType.Q4_K or TensorType.Q5_K;

    /// <summary>Generates a kernel.</summary>
    /// <param name="type">A type that has some.</param>
    /// <param name="tokens">1 to 4.</param>
    /// <returns>A function of a <see cref="FewTokensCall"/>.</returns>
    public static void* Build(TensorType type, int tokens) => type switch
    {
        TensorType.Q8_0 => ExactRowsCode.Build(34, 32, tokens, _ => { }, Q8_0),
        TensorType.Q4_0 => ExactRowsCode.Build(18, 32, tokens, code => Levels(code, s_lowLevels, FromMinusEight), code => Nibbles(code, false, false)),
        TensorType.Q4_1 => ExactRowsCode.Build(20, 32, tokens, code => Levels(code, s_lowLevels, FromZero), code => Nibbles(code, true, false)),
        TensorType.IQ4_NL => ExactRowsCode.Build(18, 32, tokens, code => Levels(code, s_lowLevels, Codebooks.Iq4Nl), code => Nibbles(code, false, false)),
        TensorType.Q5_0 => ExactRowsCode.Build(22, 32, tokens, code => Levels(code, FromMinusSixteen, FromZero), code => Nibbles(code, false, true)),
        TensorType.Q5_1 => ExactRowsCode.Build(24, 32, tokens, code => Levels(code, FromZero, FromSixteen), code => Nibbles(code, true, true)),
        TensorType.Q4_K => ExactRowsCode.Build(144, 256, tokens, PackedConstants, code => Packed(code, false)),
        TensorType.Q5_K => ExactRowsCode.Build(176, 256, tokens, PackedConstants, code => Packed(code, true)),
        TensorType.Q6_K => ExactRowsCode.Build(210, 256, tokens, Q6_KConstants, Q6_K),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no kernel for few tokens of f32"),
    };

    private static void Levels(ExactRowsCode code, AssemblerRegisterZMM to, ReadOnlySpan<sbyte> values)
    {
        code.Lanes(to, values);
        code.Assembler.vcvtdq2ps(to, to);
    }

    private static void Levels(ExactRowsCode code, ReadOnlySpan<sbyte> low, ReadOnlySpan<sbyte> high)
    {
        Levels(code, s_lowLevels, low);
        Levels(code, s_highLevels, high);
        code.Lanes(s_nibble, [15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15]);

        // Rotations count modulo 32.
        code.Lanes(s_firstBits, [-4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
        code.Lanes(s_secondBits, [12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27]);
    }

    // d, then 32 signed bytes.
    private static void Q8_0(ExactRowsCode code)
    {
        Assembler c = code.Assembler;
        for (int r = 0; r < ExactRowsCode.Rows; r++)
        {
            code.LoadHalf(r, 0, zmm0, ymm0);
            for (int k = 0; k < 32; k += 16)
            {
                c.vpmovsxbd(zmm1, __xmmword_ptr[ExactRowsCode.Row(r) + 2 + k]);
                c.vcvtdq2ps(zmm1, zmm1);
                c.vmulps(zmm1, zmm1, zmm0);
                code.Add(r, zmm1, k);
            }
        }
    }

    // d; m where an element is d q + m; 32 fifth bits where there are any; bytes j that hold elements j and j + 16.
    private static void Nibbles(ExactRowsCode code, bool hasMinimum, bool hasFifthBit)
    {
        Assembler c = code.Assembler;
        int bits = hasMinimum ? 4 : 2;
        int nibbles = hasFifthBit ? bits + 4 : bits;
        for (int r = 0; r < ExactRowsCode.Rows; r++)
        {
            code.LoadHalf(r, 0, zmm1, ymm1);
            c.vmulps(zmm0, zmm1, s_lowLevels);
            if (hasFifthBit)
            {
                c.vmulps(zmm1, zmm1, s_highLevels);
            }

            if (hasMinimum)
            {
                code.LoadHalf(r, 2, zmm2, ymm2);
                c.vaddps(zmm0, zmm0, zmm2);
                if (hasFifthBit)
                {
                    c.vaddps(zmm1, zmm1, zmm2);
                }
            }

            c.vpmovzxbd(zmm3, __xmmword_ptr[ExactRowsCode.Row(r) + nibbles]);
            if (hasFifthBit)
            {
                c.vpbroadcastd(zmm5, __dword_ptr[ExactRowsCode.Row(r) + bits]);
            }

            for (int half = 0; half < 2; half++)
            {
                if (half == 1)
                {
                    c.vpsrld(zmm3, zmm3, 4);
                }

                if (hasFifthBit)
                {
                    // Four bits of a lane from its nibble, and its own bit moved to bit 4; the look-up reads five.
                    c.vprorvd(zmm4, zmm5, half == 0 ? s_firstBits : s_secondBits);
                    c.vpternlogd(zmm4, zmm3, s_nibble, 0xD8);
                    c.vpermi2ps(zmm4, zmm0, zmm1);
                }
                else
                {
                    c.vpermps(zmm4, zmm3, zmm0);
                }

                code.Add(r, zmm4, 16 * half);
            }
        }
    }

    private static void PackedConstants(ExactRowsCode code)
    {
        Levels(code, s_lowLevels, FromZero);
        Levels(code, s_highLevels, FromSixteen);
        code.Lanes(s_nibble, [15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15, 15]);

        // Bytes 4-7, 8-11 and 12-15 of a header are p0, p1, p2: scales 0-3 and minima 0-3 are six bits of p0 and p1; scales and minima
        // 4-7 are the low and high nibbles of p2 below the top two bits of p0 and p1. -128 shuffles a zero in.
        code.Lanes(s_fields, [4, 5, 6, 7, 12, 13, 14, 15, 8, 9, 10, 11, 12, 13, 14, 15]);
        code.Lanes(s_topFields, [-128, -128, -128, -128, 4, 5, 6, 7, -128, -128, -128, -128, 8, 9, 10, 11]);
        code.Lanes(s_fieldShifts, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4]);
        code.Lanes(s_fieldMasks, [63, 63, 63, 63, 15, 15, 15, 15, 63, 63, 63, 63, 15, 15, 15, 15]);
        code.Lanes(s_topMask, [48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48, 48]);
        code.Lanes(s_halfShifts, [0, 0, 0, 0, 0, 0, 0, 0, 16, 16, 16, 16, 16, 16, 16, 16]);
    }

    // Halves d and dmin, p0, p1, p2; 32 bytes whose bit j is a fifth bit of group j where there are any; then chunks of 32 nibble bytes
    // for two groups each. An element is d scale q - dmin minimum.
    private static void Packed(ExactRowsCode code, bool hasFifthBit)
    {
        Assembler c = code.Assembler;
        for (int r = 0; r < ExactRowsCode.Rows; r++)
        {
            ScalesAndMinima(c, r);
        }

        for (int chunk = 0; chunk < 4; chunk++)
        {
            for (int r = 0; r < ExactRowsCode.Rows; r++)
            {
                for (int half = 0; half < 2; half++)
                {
                    c.vpmovzxbd(GeneratedCode.Zmm[2 + half], __xmmword_ptr[ExactRowsCode.Row(r) + (hasFifthBit ? 48 : 16) + (32 * chunk) + (16 * half)]);
                }

                PackedGroup(code, r, 2 * chunk, hasFifthBit);
                c.vpsrld(zmm2, zmm2, 4);
                c.vpsrld(zmm3, zmm3, 4);
                PackedGroup(code, r, (2 * chunk) + 1, hasFifthBit);
            }
        }
    }

    // A group whose nibbles lie in zmm2 and zmm3; the bits above them are anything.
    private static void PackedGroup(ExactRowsCode code, int r, int group, bool hasFifthBit)
    {
        Assembler c = code.Assembler;
        AssemblerMemoryOperand scale = ExactRowsCode.Spare(r, group);
        AssemblerMemoryOperand minimum = ExactRowsCode.Spare(r, 8 + group);
        c.vmulps(zmm0, s_lowLevels, scale);
        c.vsubps(zmm0, zmm0, minimum);
        if (hasFifthBit)
        {
            c.vmulps(zmm1, s_highLevels, scale);
            c.vsubps(zmm1, zmm1, minimum);
        }

        for (int half = 0; half < 2; half++)
        {
            AssemblerRegisterZMM nibbles = GeneratedCode.Zmm[2 + half];
            if (hasFifthBit)
            {
                LookUp(c, r, group, half, nibbles);
            }
            else
            {
                c.vpermps(zmm4, nibbles, zmm0);
            }

            code.Add(r, zmm4, (32 * group) + (16 * half));
        }
    }

    // zmm4 = one of the 32 weights in zmm0 and zmm1: four bits of a lane from its nibble, and the group's fifth bit moved to bit 4.
    private static void LookUp(Assembler c, int r, int group, int half, AssemblerRegisterZMM nibbles)
    {
        c.vpmovzxbd(zmm4, __xmmword_ptr[ExactRowsCode.Row(r) + 16 + (16 * half)]);
        if (group < 4)
        {
            c.vpslld(zmm4, zmm4, (byte)(4 - group));
        }
        else if (group > 4)
        {
            c.vpsrld(zmm4, zmm4, (byte)(group - 4));
        }

        // s_nibble ? nibbles : zmm4; the look-up reads five bits.
        c.vpternlogd(zmm4, nibbles, s_nibble, 0xD8);
        c.vpermi2ps(zmm4, zmm0, zmm1);
    }

    private static void ScalesAndMinima(Assembler c, int r)
    {
        c.vbroadcasti32x4(zmm0, __xmmword_ptr[ExactRowsCode.Row(r)]);
        c.vpshufb(zmm1, zmm0, s_fields);
        c.vpshufb(zmm2, zmm0, s_topFields);
        c.vpsrlvd(zmm1, zmm1, s_fieldShifts);
        c.vpandd(zmm1, zmm1, s_fieldMasks);
        c.vpsrld(zmm2, zmm2, 2);

        // zmm1 | (zmm2 & 0x30)
        c.vpternlogd(zmm1, zmm2, s_topMask, 0xF8);
        c.vcvtdq2ps(zmm1, zmm1);
        c.vpbroadcastd(zmm0, __dword_ptr[ExactRowsCode.Row(r)]);
        c.vpsrlvd(zmm0, zmm0, s_halfShifts);
        c.vpmovdw(ymm0, zmm0);
        c.vcvtph2ps(zmm0, ymm0);
        c.vmulps(zmm1, zmm1, zmm0);
        c.vmovups(ExactRowsCode.Spare(r), zmm1);
    }

    private static void Q6_KConstants(ExactRowsCode code)
    {
        code.Fill(ymm4, 0x0F0F_0F0F);
        code.Fill(ymm5, 0x3030_3030);
        code.Fill(ymm6, 0x2020_2020);
    }

    // 128 bytes of low nibbles, 64 of top bits, 16 signed scales, d. Of each 128 elements, run i of 32 takes its nibbles from byte
    // 32 (i % 2) + l, low for i < 2, and its top bits from bits 2 i of byte l; 32 is taken off.
    private static void Q6_K(ExactRowsCode code)
    {
        Assembler c = code.Assembler;
        for (int r = 0; r < ExactRowsCode.Rows; r++)
        {
            code.LoadHalf(r, 208, zmm0, ymm0);
            c.vpmovsxbd(zmm1, __xmmword_ptr[ExactRowsCode.Row(r) + 192]);
            c.vcvtdq2ps(zmm1, zmm1);
            c.vmulps(zmm1, zmm1, zmm0);
            c.vmovups(ExactRowsCode.Spare(r), zmm1);
        }

        for (int n = 0; n < 2; n++)
        {
            for (int run = 0; run < 4; run++)
            {
                for (int r = 0; r < ExactRowsCode.Rows; r++)
                {
                    Run(code, r, n, run);
                }
            }
        }
    }

    private static void Run(ExactRowsCode code, int r, int n, int run)
    {
        Assembler c = code.Assembler;
        c.vmovdqu32(ymm0, __ymmword_ptr[ExactRowsCode.Row(r) + (64 * n) + (32 * (run % 2))]);
        if (run >= 2)
        {
            c.vpsrld(ymm0, ymm0, 4);
        }

        c.vpandd(ymm0, ymm0, ymm4);
        AssemblerMemoryOperand top = __ymmword_ptr[ExactRowsCode.Row(r) + 128 + (32 * n)];
        switch (run)
        {
            case 0:
                c.vpslld(ymm1, top, 4);
                break;
            case 1:
                c.vpslld(ymm1, top, 2);
                break;
            case 2:
                c.vmovdqu32(ymm1, top);
                break;
            default:
                c.vpsrld(ymm1, top, 2);
                break;
        }

        // ymm0 | (ymm1 & 0x30), less 32
        c.vpternlogd(ymm0, ymm1, ymm5, 0xF8);
        c.vpsubb(ymm0, ymm0, ymm6);
        for (int half = 0; half < 2; half++)
        {
            if (half == 1)
            {
                c.vextracti128(xmm0, ymm0, 1);
            }

            int group = (8 * n) + (2 * run) + half;
            c.vpmovsxbd(zmm2, xmm0);
            c.vcvtdq2ps(zmm2, zmm2);
            c.vmulps(zmm2, zmm2, ExactRowsCode.Spare(r, group));
            code.Add(r, zmm2, 16 * group);
        }
    }
}
