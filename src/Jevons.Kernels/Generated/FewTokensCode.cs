using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Kernels.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits kernels for one to four tokens, whose time is that of reading the weights: 16 rows at a time are turned so that rows are lanes
/// and spent at once, without a tile in between. The next panel is called into the cache in the order of its bytes, which the CPU would
/// not foresee.
/// <code>
/// for each panel, for each block, for each group g, ascending, for each token: the steps of <see cref="VnniPanelCode"/>
/// </code>
/// Registers: rax, rdx, r8, r9 point to rows 0, 4, 8, 12 of the block; r10 and r12 are one and three row strides; rcx points to the
/// first token's groups, r13 and r14 are one and three strides of tokens; rsi runs over what is called ahead; rbx counts blocks; rbp
/// points to y, r15 to the spare vectors. Ys are y, one a token. A format uses all others.
/// </summary>
internal sealed unsafe class FewTokensCode
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = PanelTile.Rows;

    /// <summary>The most tokens of a kernel.</summary>
    public const int MostTokens = 4;

    private const int CacheLine = 64;
    private static readonly AssemblerRegister64[] s_bases = [rax, rdx, r8, r9];

    private static readonly AssemblerRegisterZMM[] s_ys = [zmm31, zmm28, zmm29, zmm7];

    private readonly int _blockBytes;
    private readonly int _tokens;
    private int _called;

    private FewTokensCode(Assembler assembler, int blockBytes, int tokens)
    {
        Assembler = assembler;
        _blockBytes = blockBytes;
        _tokens = tokens;
    }

    /// <summary>What a format writes its own instructions to.</summary>
    public Assembler Assembler { get; }

    /// <summary>Sums of a group, one a token.</summary>
    public static AssemblerRegisterZMM[] Sums { get; } = [zmm16, zmm18, zmm24, zmm26];

    /// <summary>Sums of another group.</summary>
    public static AssemblerRegisterZMM[] OtherSums { get; } = [zmm17, zmm19, zmm25, zmm27];

    /// <summary>Generates a kernel.</summary>
    /// <param name="blockBytes">Bytes of a stored block.</param>
    /// <param name="blockLength">Elements of a stored block.</param>
    /// <param name="tokens">1 to 4.</param>
    /// <param name="constants">Emits what stays in registers.</param>
    /// <param name="block">Emits the steps of a block.</param>
    /// <returns>A function of a <see cref="FewTokensCall"/>.</returns>
    public static void* Build(int blockBytes, int blockLength, int tokens, Action<FewTokensCode> constants, Action<FewTokensCode> block) => GeneratedCode.Build(c =>
    {
        FewTokensCode code = new(c, blockBytes, tokens);
        c.mov(r10, Field(nameof(FewTokensCall.RowBytes)));
        c.mov(rbp, Field(nameof(FewTokensCall.Y)));
        c.mov(r13, Field(nameof(FewTokensCall.XStride)));
        c.mov(r15, Field(nameof(FewTokensCall.Spare)));
        c.lea(r12, __[r10 + (r10 * 2)]);
        c.lea(r14, __[r13 + (r13 * 2)]);
        constants(code);
        Label panel = c.CreateLabel();
        Label loop = c.CreateLabel();
        c.Label(ref panel);
        c.mov(rax, Field(nameof(FewTokensCall.W)));
        c.lea(rdx, __[rax + (r10 * 4)]);
        c.lea(r8, __[rdx + (r10 * 4)]);
        c.lea(r9, __[r8 + (r10 * 4)]);
        c.lea(rsi, __[r9 + (r10 * 4)]);
        c.mov(Field(nameof(FewTokensCall.W)), rsi);
        c.mov(rcx, Field(nameof(FewTokensCall.X)));
        c.mov(rbx, Field(nameof(FewTokensCall.Blocks)));
        for (int t = 0; t < tokens; t++)
        {
            c.vpxord(s_ys[t], s_ys[t], s_ys[t]);
        }

        c.Label(ref loop);
        block(code);
        while (code._called < Rows * blockBytes)
        {
            code.CallAhead();
        }

        foreach (AssemblerRegister64 row in s_bases)
        {
            c.add(row, blockBytes);
        }

        c.add(rsi, Rows * blockBytes);
        c.add(rcx, blockLength / QuantizedRow.GroupLength * QuantizedRow.GroupBytes);
        c.dec(rbx);
        c.jnz(loop);
        c.mov(rdi, rbp);
        for (int t = 0; t < tokens; t++)
        {
            c.vmovups(__zmmword_ptr[rdi], s_ys[t]);
            c.add(rdi, Field(nameof(FewTokensCall.YStride)));
        }

        c.add(rbp, Rows * sizeof(float));
        c.dec(Field(nameof(FewTokensCall.Panels)));
        c.jnz(panel);
    });

    /// <summary>16 bytes of every row, turned: lane r of to[j] is word j of row r. Uses zmm20 to zmm23.</summary>
    public void LoadTransposed(int offset, AssemblerRegisterZMM to0, AssemblerRegisterZMM to1, AssemblerRegisterZMM to2, AssemblerRegisterZMM to3)
    {
        Assembler c = Assembler;

        // 128-bit lane L of register i is row 4 L + i, so that the 4 x 4 turn inside the lanes ends with rows in order.
        AssemblerRegisterZMM[] z = [zmm20, zmm21, zmm22, zmm23];
        AssemblerRegisterXMM[] low = [xmm20, xmm21, xmm22, xmm23];
        for (int i = 0; i < 4; i++)
        {
            c.vmovdqu32(low[i], __xmmword_ptr[Row(rax, i) + offset]);
            for (int lane = 1; lane < 4; lane++)
            {
                c.vinserti32x4(z[i], z[i], __xmmword_ptr[Row(s_bases[lane], i) + offset], (byte)lane);
            }
        }

        c.vpunpckldq(to0, zmm20, zmm21);
        c.vpunpckhdq(to2, zmm20, zmm21);
        c.vpunpckldq(to1, zmm22, zmm23);
        c.vpunpckhdq(to3, zmm22, zmm23);
        c.vpunpckhqdq(zmm20, to0, to1);
        c.vpunpcklqdq(to0, to0, to1);
        c.vmovdqa64(to1, zmm20);
        c.vpunpckhqdq(zmm21, to2, to3);
        c.vpunpcklqdq(to2, to2, to3);
        c.vmovdqa64(to3, zmm21);
    }

    /// <summary>A half of every row as floats. Uses zmm0 and zmm1.</summary>
    public void LoadHalves(int offset, AssemblerRegisterZMM to)
    {
        Assembler c = Assembler;
        AssemblerRegisterXMM[] eight = [xmm0, xmm1];
        for (int half = 0; half < 2; half++)
        {
            for (int i = 0; i < 8; i++)
            {
                AssemblerMemoryOperand at = __word_ptr[Row(s_bases[(2 * half) + (i / 4)], i % 4) + offset];
                if (i == 0)
                {
                    c.movzx(edi, at);
                    c.vmovd(eight[half], edi);
                }
                else
                {
                    c.vpinsrw(eight[half], eight[half], at, (byte)i);
                }
            }
        }

        c.vinserti128(ymm0, ymm0, xmm1, 1);
        c.vcvtph2ps(to, ymm0);
    }

    /// <summary>Starts the sums of a group at +0.</summary>
    public void Start(AssemblerRegisterZMM[] sums)
    {
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vpxord(sums[t], sums[t], sums[t]);
        }
    }

    /// <summary>Starts the sums of a group whose stored integers are offset by a power of two.</summary>
    public void Start(AssemblerRegisterZMM[] sums, int group, int negatedSum, int shift)
    {
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vpslld(sums[t], Bcst(t, group, negatedSum), (byte)shift);
        }
    }

    /// <summary>sum += four columns of every row times four activations.</summary>
    public void Add(AssemblerRegisterZMM[] sums, AssemblerRegisterZMM weights, int group, int column)
    {
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vpdpbusd(sums[t], weights, Bcst(t, group, column));
        }

        CallAhead();
    }

    /// <summary>y = fma(round(scale a), (float) sum, y). Uses zmm20.</summary>
    public void Finish(AssemblerRegisterZMM[] sums, int group, AssemblerRegisterZMM scale)
    {
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vcvtdq2ps(sums[t], sums[t]);
            Assembler.vmulps(zmm20, scale, Bcst(t, group, QuantizedRow.Scale));
            Assembler.vfmadd231ps(s_ys[t], zmm20, sums[t]);
        }
    }

    /// <summary>y = fma(minimum, a sum(p), y).</summary>
    public void AddMinimum(int group, AssemblerRegisterZMM minimum)
    {
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vfmadd231ps(s_ys[t], minimum, Bcst(t, group, QuantizedRow.ScaledSum32));
        }
    }

    /// <summary>Puts sums away, to one spare vector after another from a first.</summary>
    public void Keep(AssemblerRegisterZMM[] sums, int first)
    {
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vmovdqa64(Spare(first + t), sums[t]);
        }
    }

    /// <summary>Fetches what Keep put away.</summary>
    public void Recall(AssemblerRegisterZMM[] sums, int first)
    {
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vmovdqa64(sums[t], Spare(first + t));
        }
    }

    /// <summary>A spare vector.</summary>
    public static AssemblerMemoryOperand Spare(int i) => __zmmword_ptr[r15 + (CacheLine * i)];

    /// <summary>A constant in every 32-bit lane.</summary>
    public void Fill(AssemblerRegisterZMM to, uint value)
    {
        Assembler.mov(edi, value);
        Assembler.vpbroadcastd(to, edi);
    }

    // One line of the next panel for every step, so that they do not all wait at once. A prefetch beyond the matrix is harmless: it
    // never faults.
    private void CallAhead()
    {
        if (_called < Rows * _blockBytes)
        {
            Assembler.prefetcht0(__byte_ptr[rsi + _called]);
            _called += CacheLine;
        }
    }

    // Four bytes of an activation group in every lane.
    private static AssemblerMemoryOperand Bcst(int token, int group, int offset)
    {
        int at = (group * QuantizedRow.GroupBytes) + offset;
        return token switch
        {
            0 => __dword_bcst[rcx + at],
            1 => __dword_bcst[rcx + r13 + at],
            2 => __dword_bcst[rcx + (r13 * 2) + at],
            _ => __dword_bcst[rcx + r14 + at],
        };
    }

    private static AssemblerMemoryOperand Row(AssemblerRegister64 from, int i) => i switch
    {
        0 => from + 0,
        1 => from + r10,
        2 => from + (r10 * 2),
        _ => from + r12,
    };

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<FewTokensCall>(name)];
}
