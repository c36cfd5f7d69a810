using System.Runtime.InteropServices;
using Iced.Intel;
using Jevons.Numerics;
using static Iced.Intel.AssemblerRegisters;

namespace Jevons.Kernels.Generated;

/// <summary>
/// Emits kernels for one token of f32 against stored rows, four rows at a time, lanes being columns:
/// <code>
/// for k in steps of 16:  y[r][lane] = fma(round(scale q[r][k + lane]), x[k + lane], y[r][lane])
/// for h = 8, 4, 2, 1:    y[r][lane] += y[r][lane + h]
/// </code>
/// which is <see cref="Products.FloatProduct"/>'s sum of the dequantised weights. Registers: rax, rdx, r8, r9 point to the block of
/// each row, rcx to x, rbx counts blocks, r13 panels, r14 points to the panel, rbp to y, r15 to the spare vectors, r10 and r12 are one
/// and three row strides, rsi points to what is called ahead. zmm28-31 are y.
/// </summary>
internal sealed unsafe class ExactRowsCode
{
    /// <summary>Rows of a panel.</summary>
    public const int Rows = 4;

    private static readonly AssemblerRegister64[] s_rows = [rax, rdx, r8, r9];
    private static readonly AssemblerRegisterZMM[] s_sums = [zmm28, zmm29, zmm30, zmm31];

    // Bytes between a read and what is called ahead of it: the time of a memory access at full bandwidth, several times.
    private const int Ahead = 16 << 10;
    private const int CacheLine = 64;

    private readonly Assembler _c;
    private readonly int _blockBytes;
    private int _called;

    private ExactRowsCode(Assembler c, int blockBytes) => (_c, _blockBytes) = (c, blockBytes);

    /// <summary>Generates the kernel of a type.</summary>
    /// <param name="type">A block type.</param>
    /// <returns>A function of a <see cref="SingleTokenCall"/>, or null where there is none.</returns>
    public static void* TryBuild(TensorType type) => type switch
    {
        TensorType.Q8_0 => Build(34, 32, code => code.Q8_0()),
        TensorType.Q6_K => Build(210, 256, code => code.Q6_K()),
        _ => null,
    };

    private static void* Build(int blockBytes, int blockLength, Action<ExactRowsCode> block) => GeneratedCode.Build(c =>
    {
        ExactRowsCode code = new(c, blockBytes);
        c.mov(r14, Field(nameof(SingleTokenCall.W)));
        c.mov(r10, Field(nameof(SingleTokenCall.RowBytes)));
        c.mov(rbp, Field(nameof(SingleTokenCall.Y)));
        c.mov(r13, Field(nameof(SingleTokenCall.Panels)));
        c.mov(r15, Field(nameof(SingleTokenCall.Spare)));
        c.lea(r12, __[r10 + (r10 * 2)]);
        code.Fill(ymm4, 0x0F0F_0F0F);
        code.Fill(ymm5, 0x3030_3030);
        code.Fill(ymm6, 0x2020_2020);
        Label panel = c.CreateLabel();
        Label loop = c.CreateLabel();
        c.Label(ref panel);
        c.mov(rax, r14);
        c.lea(rdx, __[rax + r10]);
        c.lea(r8, __[rax + (r10 * 2)]);
        c.lea(r9, __[rax + r12]);
        c.lea(r14, __[rax + (r10 * 4)]);
        c.lea(rsi, __[rax + Ahead]);
        c.mov(rcx, Field(nameof(SingleTokenCall.X)));
        c.mov(rbx, Field(nameof(SingleTokenCall.Blocks)));
        foreach (AssemblerRegisterZMM sum in s_sums)
        {
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
        for (int r = 0; r < Rows; r++)
        {
            code.Fold(s_sums[r], r);
        }

        c.add(rbp, Rows * sizeof(float));
        c.dec(r13);
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
                _c.vfmadd231ps(s_sums[r], zmm1, X(k));
                CallAhead();
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
            _c.vfmadd231ps(s_sums[r], zmm2, X(16 * group));
            CallAhead();
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
        _c.vmovss(__dword_ptr[rbp + (sizeof(float) * r)], xmm0);
    }

    private void Fill(AssemblerRegisterYMM to, uint value)
    {
        _c.mov(edi, value);
        _c.vpbroadcastd(to, edi);
    }

    private static AssemblerMemoryOperand X(int column) => __zmmword_ptr[rcx + (sizeof(float) * column)];

    private static AssemblerMemoryOperand Field(string name) => __qword_ptr[r11 + (int)Marshal.OffsetOf<SingleTokenCall>(name)];
}
