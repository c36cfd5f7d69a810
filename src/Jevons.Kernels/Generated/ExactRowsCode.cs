using System.Runtime.InteropServices;
using Iced.Intel;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits kernels for one to four tokens of f32 against stored rows, four rows at a time, lanes being columns:
/// <code>
/// for k in steps of 16:  y[t][r][lane] = fma(round(scale q[r][k + lane]), x[t][k + lane], y[t][r][lane])
/// for h = 8, 4, 2, 1:    y[t][r][lane] += y[t][r][lane + h]
/// </code>
/// which is <see cref="Products.FloatProduct"/>'s sum of the dequantised weights. Registers: rax, rdx, r8, r9 point to the block of
/// each row, rcx to the first token, r12 and r13 are one and three strides of tokens, rbx counts blocks, r14 points to the panel, rbp to
/// y, r15 to the spare vectors, r10 is the row stride, rsi points to what is called ahead. zmm16-31 are y, token by token; zmm7
/// takes the fold's results together.
/// </summary>
internal sealed unsafe class ExactRowsCode
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = 4;

    /// <summary>The most tokens of a kernel.</summary>
    public const int MostTokens = 4;

    private static readonly AssemblerRegister64[] s_rows = [rax, rdx, r8, r9];
    private static readonly AssemblerRegisterZMM s_firsts = zmm7;

    // Bytes between a read and what is called ahead of it: the time of a memory access at full bandwidth, several times.
    private const int Ahead = 16 << 10;
    private const int CacheLine = 64;

    private readonly int _blockBytes;
    private readonly int _tokens;
    private int _called;

    private ExactRowsCode(Assembler assembler, int blockBytes, int tokens) => (Assembler, _blockBytes, _tokens) = (assembler, blockBytes, tokens);

    /// <summary>What a format writes its own instructions to; zmm0 to zmm6 and zmm8 to zmm15 are free.</summary>
    public Assembler Assembler { get; }

    /// <summary>Generates a kernel.</summary>
    /// <param name="blockBytes">Bytes of a stored block.</param>
    /// <param name="blockLength">Elements of a stored block.</param>
    /// <param name="tokens">1 to 4.</param>
    /// <param name="constants">Emits what stays in registers; zmm0 to zmm3 do not.</param>
    /// <param name="block">Emits the steps of a block.</param>
    /// <returns>A function of a <see cref="FewTokensCall"/>.</returns>
    public static void* Build(int blockBytes, int blockLength, int tokens, Action<ExactRowsCode> constants, Action<ExactRowsCode> block) => GeneratedCode.Build(c =>
    {
        ExactRowsCode code = new(c, blockBytes, tokens);
        c.mov(r14, Field(nameof(FewTokensCall.W)));
        c.mov(r10, Field(nameof(FewTokensCall.RowBytes)));
        c.mov(rbp, Field(nameof(FewTokensCall.Y)));
        c.mov(r12, Field(nameof(FewTokensCall.XStride)));
        c.lea(r13, __[r12 + (r12 * 2)]);
        c.mov(r15, Field(nameof(FewTokensCall.Spare)));
        code.Lanes(s_firsts, [0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
        constants(code);
        Label panel = c.CreateLabel();
        Label loop = c.CreateLabel();
        c.Label(ref panel);
        c.mov(rax, r14);
        c.lea(rdx, __[rax + r10]);
        c.lea(r8, __[rax + (r10 * 2)]);
        c.lea(r9, __[r8 + r10]);
        c.lea(r14, __[rax + (r10 * 4)]);
        c.lea(rsi, __[rax + Ahead]);
        c.mov(rcx, Field(nameof(FewTokensCall.X)));
        c.mov(rbx, Field(nameof(FewTokensCall.Blocks)));
        for (int i = 0; i < tokens * Rows; i++)
        {
            AssemblerRegisterZMM sum = Sum(i / Rows, i % Rows);
            c.vpxord(sum, sum, sum);
        }

        c.Label(ref loop);
        block(code);
        foreach (AssemblerRegister64 row in s_rows)
        {
            c.add(row, blockBytes);
        }

        while (code._called < Rows * blockBytes)
        {
            code.CallAhead();
        }

        c.add(rsi, Rows * blockBytes);
        c.add(rcx, blockLength * sizeof(float));
        c.dec(rbx);
        c.jnz(loop);
        c.mov(rdi, rbp);
        for (int t = 0; t < tokens; t++)
        {
            code.Fold(t);
            c.add(rdi, Field(nameof(FewTokensCall.YStride)));
        }

        c.add(rbp, Rows * sizeof(float));
        c.dec(Field(nameof(FewTokensCall.Panels)));
        c.jnz(panel);
    });

    /// <summary>A row's block.</summary>
    public static AssemblerRegister64 Row(int row) => s_rows[row];

    /// <summary>Sixteen spare floats of a row.</summary>
    public static AssemblerMemoryOperand Spare(int row) => __zmmword_ptr[r15 + (64 * row)];

    /// <summary>One spare float of a row in every lane.</summary>
    public static AssemblerMemoryOperand Spare(int row, int lane) => __dword_bcst[r15 + (64 * row) + (sizeof(float) * lane)];

    /// <summary>A half of a row as a float in every lane.</summary>
    public void LoadHalf(int row, int offset, AssemblerRegisterZMM to, AssemblerRegisterYMM lower)
    {
        Assembler.vpbroadcastw(lower, __word_ptr[Row(row) + offset]);
        Assembler.vcvtph2ps(to, lower);
    }

    /// <summary>Sixteen integers, one a lane. Uses zmm0.</summary>
    public void Lanes(AssemblerRegisterZMM to, ReadOnlySpan<sbyte> values)
    {
        ReadOnlySpan<long> words = MemoryMarshal.Cast<sbyte, long>(values);
        Assembler.mov(rdi, words[0]);
        Assembler.vmovq(xmm0, rdi);
        Assembler.mov(rdi, words[1]);
        Assembler.vpinsrq(xmm0, xmm0, rdi, 1);
        Assembler.vpmovsxbd(to, xmm0);
    }

    /// <summary>A constant in every 32-bit lane.</summary>
    public void Fill(AssemblerRegisterYMM to, uint value)
    {
        Assembler.mov(edi, value);
        Assembler.vpbroadcastd(to, edi);
    }

    /// <summary>y += 16 columns of a row times every token.</summary>
    public void Add(int row, AssemblerRegisterZMM weights, int column)
    {
        int at = sizeof(float) * column;
        for (int t = 0; t < _tokens; t++)
        {
            Assembler.vfmadd231ps(Sum(t, row), weights, t switch
            {
                0 => __zmmword_ptr[rcx + at],
                1 => __zmmword_ptr[rcx + r12 + at],
                2 => __zmmword_ptr[rcx + (r12 * 2) + at],
                _ => __zmmword_ptr[rcx + r13 + at],
            });
        }

        CallAhead();
    }

    // One line a step, in the order of bytes. A prefetch beyond the matrix is harmless: it never faults.
    private void CallAhead()
    {
        if (_called < Rows * _blockBytes)
        {
            Assembler.prefetcht0(__byte_ptr[rsi + _called]);
            _called += CacheLine;
        }
    }

    // Halves of two rows side by side, then quarters of four, one row in 128 bits; the rest of the fold stays in them.
    private void Fold(int token)
    {
        Assembler c = Assembler;
        AssemblerRegisterZMM[] pair = [zmm0, zmm2];
        for (int i = 0; i < 2; i++)
        {
            c.vshuff64x2(pair[i], Sum(token, 2 * i), Sum(token, (2 * i) + 1), 0x44);
            c.vshuff64x2(zmm3, Sum(token, 2 * i), Sum(token, (2 * i) + 1), 0xEE);
            c.vaddps(pair[i], pair[i], zmm3);
        }

        c.vshuff64x2(zmm1, zmm0, zmm2, 0x88);
        c.vshuff64x2(zmm3, zmm0, zmm2, 0xDD);
        c.vaddps(zmm0, zmm1, zmm3);
        c.vpermilps(zmm1, zmm0, 0x4E);
        c.vaddps(zmm0, zmm0, zmm1);
        c.vpermilps(zmm1, zmm0, 0xB1);
        c.vaddps(zmm0, zmm0, zmm1);
        c.vpermps(zmm0, s_firsts, zmm0);
        c.vmovups(__xmmword_ptr[rdi], xmm0);
    }

    private static AssemblerRegisterZMM Sum(int token, int row) => GeneratedCode.Zmm[16 + (Rows * token) + row];

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<FewTokensCall>(name)];
}
