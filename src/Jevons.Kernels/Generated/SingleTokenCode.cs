using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Kernels.Products;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits kernels for one token, whose time is that of reading the weights: 16 rows at a time are turned so that rows are lanes and
/// spent at once, without a tile in between. The next panel is called into the cache in the order of its bytes, which the CPU would not foresee.
/// <code>
/// for each panel, for each block, for each group g, ascending: the steps of <see cref="VnniPanelCode"/>
/// </code>
/// Registers: rax, rdx, r8, r9 point to rows 0, 4, 8, 12 of the block; r10 and r12 are one and three row strides; rcx points to the
/// activation groups, rsi to what is called ahead; rbx counts blocks, r13 panels; r14 points to the panel, rbp to y, r15 to the
/// spare vectors. zmm31 is y. A format uses all others.
/// </summary>
internal sealed unsafe class SingleTokenCode
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = PanelTile.Rows;

    private const int CacheLine = 64;
    private static readonly AssemblerRegister64[] s_bases = [rax, rdx, r8, r9];

    private readonly int _blockBytes;
    private int _called;

    private SingleTokenCode(Assembler assembler, int blockBytes)
    {
        Assembler = assembler;
        _blockBytes = blockBytes;
    }

    /// <summary>What a format writes its own instructions to.</summary>
    public Assembler Assembler { get; }

    /// <summary>The sum of a group.</summary>
    public static AssemblerRegisterZMM Sum { get; } = zmm29;

    /// <summary>The outputs.</summary>
    public static AssemblerRegisterZMM Y { get; } = zmm31;

    /// <summary>Generates a kernel.</summary>
    /// <param name="blockBytes">Bytes of a stored block.</param>
    /// <param name="blockLength">Elements of a stored block.</param>
    /// <param name="constants">Emits what stays in registers.</param>
    /// <param name="block">Emits the steps of a block.</param>
    /// <returns>A function of a <see cref="SingleTokenCall"/>.</returns>
    public static void* Build(int blockBytes, int blockLength, Action<SingleTokenCode> constants, Action<SingleTokenCode> block) => GeneratedCode.Build(c =>
    {
        SingleTokenCode code = new(c, blockBytes);
        c.mov(r14, Field(nameof(SingleTokenCall.W)));
        c.mov(r10, Field(nameof(SingleTokenCall.RowBytes)));
        c.mov(rbp, Field(nameof(SingleTokenCall.Y)));
        c.mov(r13, Field(nameof(SingleTokenCall.Panels)));
        c.mov(r15, Field(nameof(SingleTokenCall.Spare)));
        c.lea(r12, __[r10 + (r10 * 2)]);
        constants(code);
        Label panel = c.CreateLabel();
        Label loop = c.CreateLabel();
        c.Label(ref panel);
        c.mov(rax, r14);
        c.lea(rdx, __[rax + (r10 * 4)]);
        c.lea(r8, __[rdx + (r10 * 4)]);
        c.lea(r9, __[r8 + (r10 * 4)]);
        c.lea(r14, __[r9 + (r10 * 4)]);
        c.mov(rsi, r14);
        c.mov(rcx, Field(nameof(SingleTokenCall.X)));
        c.mov(rbx, Field(nameof(SingleTokenCall.Blocks)));
        c.vpxord(Y, Y, Y);
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
        c.vmovups(__zmmword_ptr[rbp], Y);
        c.add(rbp, Rows * sizeof(float));
        c.dec(r13);
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

    /// <summary>Starts the sum of a group whose stored integers are offset by a power of two.</summary>
    public void Start(AssemblerRegisterZMM sum, int group, int negatedSum, int shift) =>
        Assembler.vpslld(sum, Bcst(group, negatedSum), (byte)shift);

    /// <summary>sum += four columns of every row times four activations.</summary>
    public void Add(AssemblerRegisterZMM sum, AssemblerRegisterZMM weights, int group, int column)
    {
        Assembler.vpdpbusd(sum, weights, Bcst(group, column));
        CallAhead();
    }

    /// <summary>y = fma(round(scale a), (float) sum, y). Uses zmm20.</summary>
    public void Finish(AssemblerRegisterZMM sum, int group, AssemblerRegisterZMM scale)
    {
        Assembler.vcvtdq2ps(sum, sum);
        Assembler.vmulps(zmm20, scale, Bcst(group, QuantizedRow.Scale));
        Assembler.vfmadd231ps(Y, zmm20, sum);
    }

    /// <summary>Four bytes of an activation group in every lane.</summary>
    public static AssemblerMemoryOperand Bcst(int group, int offset) => __dword_bcst[rcx + (group * QuantizedRow.GroupBytes) + offset];

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

    private static AssemblerMemoryOperand Row(AssemblerRegister64 from, int i) => i switch
    {
        0 => from + 0,
        1 => from + r10,
        2 => from + (r10 * 2),
        _ => from + r12,
    };

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<SingleTokenCall>(name)];
}
