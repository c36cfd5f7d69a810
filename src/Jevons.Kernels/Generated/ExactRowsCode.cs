using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Numerics;
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
/// y, r15 to the spare vectors, r10 is the row stride, rsi points to what is called ahead. zmm16-31 are y, token by token.
/// </summary>
internal sealed unsafe class ExactRowsCode
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = 4;

    /// <summary>The most tokens of a kernel.</summary>
    public const int MostTokens = 4;

    private static readonly AssemblerRegister64[] s_rows = [rax, rdx, r8, r9];

    // Bytes between a read and what is called ahead of it: the time of a memory access at full bandwidth, several times.
    private const int Ahead = 16 << 10;
    private const int CacheLine = 64;

    private readonly Assembler _c;
    private readonly int _blockBytes;
    private readonly int _tokens;
    private int _called;

    private ExactRowsCode(Assembler c, int blockBytes, int tokens) => (_c, _blockBytes, _tokens) = (c, blockBytes, tokens);

    /// <summary>Generates a kernel.</summary>
    /// <param name="type">Q8_0 or Q6_K.</param>
    /// <param name="tokens">1 to 4.</param>
    /// <returns>A function of a <see cref="FewTokensCall"/>.</returns>
    public static void* Build(TensorType type, int tokens) => type switch
    {
        TensorType.Q8_0 => Build(34, 32, tokens, code => code.Q8_0()),
        TensorType.Q6_K => Build(210, 256, tokens, code => code.Q6_K()),
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "has no kernel for few tokens of f32"),
    };

    private static void* Build(int blockBytes, int blockLength, int tokens, Action<ExactRowsCode> block) => GeneratedCode.Build(c =>
    {
        ExactRowsCode code = new(c, blockBytes, tokens);
        c.mov(r14, Field(nameof(FewTokensCall.W)));
        c.mov(r10, Field(nameof(FewTokensCall.RowBytes)));
        c.mov(rbp, Field(nameof(FewTokensCall.Y)));
        c.mov(r12, Field(nameof(FewTokensCall.XStride)));
        c.lea(r13, __[r12 + (r12 * 2)]);
        c.mov(r15, Field(nameof(FewTokensCall.Spare)));
        code.Fill(ymm4, 0x0F0F_0F0F);
        code.Fill(ymm5, 0x3030_3030);
        code.Fill(ymm6, 0x2020_2020);
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
            for (int r = 0; r < Rows; r++)
            {
                code.Fold(Sum(t, r), r);
            }

            c.add(rdi, Field(nameof(FewTokensCall.YStride)));
        }

        c.add(rbp, Rows * sizeof(float));
        c.dec(Field(nameof(FewTokensCall.Panels)));
        c.jnz(panel);
    });

    // d, then 32 signed bytes.
    private void Q8_0()
    {
        for (int r = 0; r < Rows; r++)
        {
            _c.vpbroadcastw(xmm0, __word_ptr[s_rows[r]]);
            _c.vcvtph2ps(xmm0, xmm0);
            _c.vbroadcastss(zmm0, xmm0);
            for (int k = 0; k < 32; k += 16)
            {
                _c.vpmovsxbd(zmm1, __xmmword_ptr[s_rows[r] + 2 + k]);
                _c.vcvtdq2ps(zmm1, zmm1);
                _c.vmulps(zmm1, zmm1, zmm0);
                Add(r, zmm1, k);
            }
        }
    }

    // 128 bytes of low nibbles, 64 of top bits, 16 signed scales, d. Of each 128 elements, run i of 32 takes its nibbles from byte
    // 32 (i % 2) + l, low for i < 2, and its top bits from bits 2 i of byte l; 32 is taken off.
    private void Q6_K()
    {
        for (int r = 0; r < Rows; r++)
        {
            _c.vpbroadcastw(xmm0, __word_ptr[s_rows[r] + 208]);
            _c.vcvtph2ps(xmm0, xmm0);
            _c.vbroadcastss(zmm0, xmm0);
            _c.vpmovsxbd(zmm1, __xmmword_ptr[s_rows[r] + 192]);
            _c.vcvtdq2ps(zmm1, zmm1);
            _c.vmulps(zmm1, zmm1, zmm0);
            _c.vmovups(__zmmword_ptr[r15 + (64 * r)], zmm1);
        }

        for (int n = 0; n < 2; n++)
        {
            for (int run = 0; run < 4; run++)
            {
                for (int r = 0; r < Rows; r++)
                {
                    Run(r, n, run);
                }
            }
        }
    }

    private void Run(int r, int n, int run)
    {
        _c.vmovdqu32(ymm0, __ymmword_ptr[s_rows[r] + (64 * n) + (32 * (run % 2))]);
        if (run >= 2)
        {
            _c.vpsrld(ymm0, ymm0, 4);
        }

        _c.vpandd(ymm0, ymm0, ymm4);
        AssemblerMemoryOperand top = __ymmword_ptr[s_rows[r] + 128 + (32 * n)];
        switch (run)
        {
            case 0:
                _c.vpslld(ymm1, top, 4);
                break;
            case 1:
                _c.vpslld(ymm1, top, 2);
                break;
            case 2:
                _c.vmovdqu32(ymm1, top);
                break;
            default:
                _c.vpsrld(ymm1, top, 2);
                break;
        }

        // ymm0 | (ymm1 & 0x30), less 32
        _c.vpternlogd(ymm0, ymm1, ymm5, 0xF8);
        _c.vpsubb(ymm0, ymm0, ymm6);
        for (int half = 0; half < 2; half++)
        {
            if (half == 1)
            {
                _c.vextracti128(xmm0, ymm0, 1);
            }

            int group = (8 * n) + (2 * run) + half;
            _c.vpmovsxbd(zmm2, xmm0);
            _c.vcvtdq2ps(zmm2, zmm2);
            _c.vmulps(zmm2, zmm2, __dword_bcst[r15 + (64 * r) + (4 * group)]);
            Add(r, zmm2, 16 * group);
        }
    }

    // One line a step, in the order of bytes. A prefetch beyond the matrix is harmless: it never faults.
    private void CallAhead()
    {
        if (_called < Rows * _blockBytes)
        {
            _c.prefetcht0(__byte_ptr[rsi + _called]);
            _called += CacheLine;
        }
    }

    private void Fold(AssemblerRegisterZMM sum, int r)
    {
        _c.vmovaps(zmm0, sum);
        _c.vextractf64x4(ymm1, zmm0, 1);
        _c.vaddps(ymm0, ymm0, ymm1);
        _c.vextractf128(xmm1, ymm0, 1);
        _c.vaddps(xmm0, xmm0, xmm1);
        _c.vmovhlps(xmm1, xmm0, xmm0);
        _c.vaddps(xmm0, xmm0, xmm1);
        _c.vmovshdup(xmm1, xmm0);
        _c.vaddss(xmm0, xmm0, xmm1);
        _c.vmovss(__dword_ptr[rdi + (sizeof(float) * r)], xmm0);
    }

    private void Fill(AssemblerRegisterYMM to, uint value)
    {
        _c.mov(edi, value);
        _c.vpbroadcastd(to, edi);
    }

    private static AssemblerRegisterZMM Sum(int token, int row) => GeneratedCode.Zmm[16 + (Rows * token) + row];

    private void Add(int row, AssemblerRegisterZMM weights, int column)
    {
        int at = sizeof(float) * column;
        for (int t = 0; t < _tokens; t++)
        {
            _c.vfmadd231ps(Sum(t, row), weights, t switch
            {
                0 => __zmmword_ptr[rcx + at],
                1 => __zmmword_ptr[rcx + r12 + at],
                2 => __zmmword_ptr[rcx + (r12 * 2) + at],
                _ => __zmmword_ptr[rcx + r13 + at],
            });
        }

        CallAhead();
    }

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<FewTokensCall>(name)];
}
